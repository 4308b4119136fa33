import { PlanError } from '../../errors/index.js';
import { implicitRepartitioning } from './join.js';
import type { Rule } from './checked-query.js';

/** PARTITION BY gives a stream another key. Tables have theirs, and windowed keys cannot be made anew. */
export const partitionBy: Rule = ({ analysis, readsTable, aggregates }) => {
  const { partitionBy: expressions } = analysis;
  if (expressions === null) return null;
  if (readsTable) return new PlanError('PARTITION BY clause is only supported for STREAMs.', { hint: 'Partition a stream, and make the table from that.' });
  if (analysis.groupBy !== null || aggregates.length > 0) return new PlanError('PARTITION BY clause cannot be used with GROUP BY.', { hint: 'Leave PARTITION BY out: GROUP BY decides the key.' });
  if (expressions.length === 0) return new PlanError('PARTITION BY requires at least one expression.', { hint: 'Write a column or an expression after PARTITION BY.' });
  if (expressions.some((expression) => expression.kind === 'null') && expressions.length > 1) {
    return new PlanError('Cannot PARTITION BY multiple columns including NULL', { hint: 'Leave the NULL out.' });
  }
  if (analysis.sources.some(({ source }) => source.window !== null)) {
    return implicitRepartitioning();
  }
  return null;
};
