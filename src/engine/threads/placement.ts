import { RequestError } from '../../errors/index.js';
import { calledFunctions } from '../../plan/index.js';

/** Names of functions by where their code is: in threads of their own, or in this one because the program brought them. */
export interface Placement {
  readonly elsewhere: ReadonlySet<string>;
  readonly here: ReadonlySet<string>;
}

/** Whether a plan has to run in a thread of its own. Throws RequestError where its functions are in two places. */
export function needsThread(plan: unknown, { elsewhere, here }: Placement): boolean {
  if (elsewhere.size === 0) return false;
  const called = [...calledFunctions(plan)];
  const foreign = called.find((name) => elsewhere.has(name));
  const own = called.find((name) => here.has(name));
  if (foreign !== undefined && own !== undefined) {
    throw new RequestError('PLAN', `${foreign} of the folder and ${own} of the program cannot be used in one query: they run in different threads`, {
      hint: 'Use one after the other in two queries, move both to one place, or set millrace.functions.threads=false.',
    });
  }
  return foreign !== undefined;
}
