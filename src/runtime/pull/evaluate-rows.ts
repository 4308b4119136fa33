import { compilePredicate, compileRowFunction, type EvaluationEnvironment } from '../../expr/index.js';
import type { Row } from '../../types/index.js';
import type { RowEvaluation } from '../messages.js';

/** Filters and projects rows as a pull query does. Null in place of a row that does not pass. */
export function evaluateRows({ filter, output, keyColumns, rows, failures }: RowEvaluation, environment: EvaluationEnvironment): readonly (Row | null)[] {
  let failure: { readonly error: unknown } | null = null;
  const report = (_index: number, error: unknown): void => {
    failure ??= { error };
  };
  const passes = filter === null ? () => true : compilePredicate(filter, environment, report);
  const project = compileRowFunction(output, environment, report);
  const results = rows.map((values) => {
    const key = values.slice(0, keyColumns);
    const row = values.slice(keyColumns);
    return passes(key, row) ? project(key, row) : null;
  });
  if (failures === 'refuse') refuse(failure);
  return results;
}

function refuse(failure: { readonly error: unknown } | null): void {
  if (failure !== null) throw failure.error;
}
