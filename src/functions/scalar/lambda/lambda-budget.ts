import { EvaluationError } from '../../evaluation-error.js';

/** Calls of lambdas within one call of a lambda function, those of functions inside its lambda included: a row must not take for ever. */
const MAX_CALLS = 2_000_000;

let depth = 0;
let calls = 0;

/** Runs a lambda function that calls its lambda `count` times. */
export function withinBudget<T>(count: number, run: () => T): T {
  if (depth === 0) calls = 0;
  calls += count;
  if (calls > MAX_CALLS) throw new EvaluationError(`The lambdas would be called more than ${MAX_CALLS} times for one row.`);
  depth += 1;
  try {
    return run();
  } finally {
    depth -= 1;
  }
}
