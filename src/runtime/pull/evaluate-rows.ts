import { compilePredicate, compileRowFunction, type EvaluationEnvironment } from '../../expr/index.js';
import type { Row } from '../../types/index.js';
import type { RowEvaluation } from '../messages.js';

/** Filters and projects rows as a pull query does: failures of expressions give null. Null in place of a row that does not pass. */
export function evaluateRows({ filter, output, keyColumns, rows }: RowEvaluation, environment: EvaluationEnvironment): readonly (Row | null)[] {
  const ignore = (): void => undefined;
  const passes = filter === null ? () => true : compilePredicate(filter, environment, ignore);
  const project = compileRowFunction(output, environment, ignore);
  return rows.map((values) => {
    const key = values.slice(0, keyColumns);
    const row = values.slice(keyColumns);
    return passes(key, row) ? project(key, row) : null;
  });
}
