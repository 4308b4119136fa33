import { renderError } from '../src/errors/index.js';

/** Says on standard error what went wrong and what to do. */
export function reportError(error: unknown): void {
  console.error(error instanceof Error ? renderError(error) : `error: ${String(error)}`);
}
