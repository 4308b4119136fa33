import { MillraceError } from '../src/errors/index.js';

/** Says on standard error what went wrong and what to do; gives the exit code. */
export function reportError(error: unknown): number {
  if (error instanceof MillraceError) {
    console.error(`error[${error.code}]: ${error.message}`);
    if (error.hint !== undefined) console.error(`hint: ${error.hint}`);
    return error.code === 'PARSE' || error.code === 'BIND' || error.code === 'PLAN' ? 1 : 3;
  }
  console.error(error instanceof Error ? `error: ${error.message}` : String(error));
  return 1;
}
