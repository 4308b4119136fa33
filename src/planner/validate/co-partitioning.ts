import { PlanError } from '../../errors/index.js';
import { quoteName } from '../../types/index.js';
import type { BoundJoin } from '../bind/join.js';
import type { PlannerContext } from '../context.js';

/** Rows of both sides meet in the task of their key: the source topics need the same number of partitions. */
export function checkCoPartitioning(join: BoundJoin, context: PlannerContext): void {
  const [left, right] = [join.leftSource, join.right];
  const leftCount = context.topics.find(left.source.topic)?.partitions;
  const rightCount = context.topics.find(right.source.topic)?.partitions;
  if (leftCount === undefined || rightCount === undefined || leftCount === rightCount) return;
  const [a, b] = [quoteName(left.source.name), quoteName(right.source.name)];
  throw new PlanError(
    `Can't join ${a} with ${b} since the number of partitions don't match. ${a} partitions = ${String(leftCount)}; ` +
      `${b} partitions = ${String(rightCount)}. Please repartition either one so that the number of partitions match.`,
    { hint: 'CREATE STREAM … WITH (PARTITIONS=n) AS SELECT * FROM the smaller one.' },
  );
}
