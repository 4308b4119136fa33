import { PlanError } from '../../errors/index.js';
import { implicitRepartitioning } from './join.js';
import type { Rule } from './checked-query.js';

/** PARTITION BY gives a stream another key. Tables have theirs, and windowed keys cannot be made anew. */
export const partitionBy: Rule = ({ analysis, readsTable, aggregates }) => {
  const { partitionBy: expressions } = analysis;
  if (expressions === null) return null;
  if (readsTable) return new PlanError('PARTITION BY clause is only supported for STREAMs.');
  if (analysis.groupBy !== null || aggregates.length > 0) return new PlanError('PARTITION BY clause cannot be used with GROUP BY.');
  if (expressions.length === 0) return new PlanError('PARTITION BY requires at least one expression.');
  if (expressions.some((expression) => expression.kind === 'null') && expressions.length > 1) {
    return new PlanError('Cannot PARTITION BY multiple columns including NULL');
  }
  if (analysis.sources.some(({ source }) => source.window !== null)) {
    return implicitRepartitioning();
  }
  return null;
};
