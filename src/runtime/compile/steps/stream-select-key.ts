import type { BoundExpression } from '../../../expr/index.js';
import type { StreamSelectKey } from '../../../plan/index.js';
import { emitColumn } from '../emit-column.js';
import { collectColumns } from '../required-columns.js';
import { arrayOf, type RowState, type SegmentContext } from '../row-state.js';

/**
 * PARTITION BY: a new key. A null or failed part is null; the record is never dropped. Of a null row, only what needs no value
 * column is evaluated.
 */
export function emitSelectKey(context: SegmentContext, step: StreamSelectKey, row: RowState): RowState {
  const { builder } = context;
  const codes = step.expressions.map((expression) =>
    row.isNullRow && usesValue(expression) ? 'null' : emitColumn(context, step.name, expression, row.scope, null),
  );
  const scope = {
    column: (side: 'key' | 'value', index: number) => (side === 'value' ? builder.load(row.scope, side, index) : (codes[index] ?? 'null')),
  };
  return { ...row, scope, key: () => (codes.length === 0 ? 'null' : arrayOf(builder, scope, 'key', codes.length, null)) };
}

function usesValue(expression: BoundExpression): boolean {
  const use = { key: new Set<number>(), value: new Set<number>() };
  collectColumns(expression, use);
  return use.value.size > 0;
}
