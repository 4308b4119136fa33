import { printExpression, type ColumnReference, type Expression } from '../../parser/index.js';
import type { QueryAnalysis } from './analysis.js';
import type { BoundJoin } from './join.js';

/**
 * The columns that equal the key of a join, left to right: any of them may stand for the key in the SELECT list. Empty where
 * the join makes a key of its own: FULL joins, and conditions without a plain column.
 */
export function viableKeys(joins: readonly BoundJoin[]): readonly ColumnReference[] {
  const outermost = joins.at(-1);
  if (outermost === undefined || outermost.type === 'FULL') return [];
  return equivalent(joins).filter((expression) => expression.kind === 'column');
}

/** All expressions that the outermost condition, with the inner ones, makes equal to its key. */
export function equivalent(joins: readonly BoundJoin[]): readonly Expression[] {
  const join = joins.at(-1);
  if (join === undefined || join.type === 'FULL') return [];
  if (joins.length === 1 && isForeignKeyJoin(join)) return leftKey(join);
  const inner = equivalent(joins.slice(0, -1));
  const shares = inner.some((expression) => printExpression(expression) === printExpression(join.leftExpression));
  return [...(shares ? inner : [join.leftExpression]), join.rightExpression];
}

/** Whether `SELECT *` begins with the synthetic key. */
export function needsSynthetic(analysis: QueryAnalysis): boolean {
  return analysis.isJoin && !isForeignKeyShaped(analysis) && viableKeys(analysis.joins).length === 0;
}

/** A join of two tables on something other than the left table's key: its result keeps the left key. */
export function isForeignKeyShaped(analysis: QueryAnalysis): boolean {
  const [join] = analysis.joins;
  return join !== undefined && analysis.joins.length === 1 && isForeignKeyJoin(join);
}

function isForeignKeyJoin(join: BoundJoin): boolean {
  if (join.leftSource.source.kind !== 'TABLE' || join.right.source.kind !== 'TABLE') return false;
  return !isOnlyKey(join.leftExpression, join.leftSource.source.keyColumns) && isOnlyKey(join.rightExpression, join.right.source.keyColumns);
}

/** The rows of a foreign-key join are keyed as the left table. */
function leftKey(join: BoundJoin): readonly Expression[] {
  const { alias, source } = join.leftSource;
  return source.keyColumns.map((column) => ({ kind: 'column', source: alias, name: column.name, span: join.condition.span }));
}

/** Whether an expression is the one key column of a source. */
export function isOnlyKey(expression: Expression, key: readonly { readonly name: string }[]): boolean {
  return key.length === 1 && expression.kind === 'column' && expression.name === key[0]?.name;
}
