import type { StreamSelect, TableSelect } from '../../../plan/index.js';
import { emitColumn } from '../emit-column.js';
import { arrayOf, type RowState, type SegmentContext } from '../row-state.js';

/** Computes the value columns. A failing one is null and logged; a null row stays null; the key is kept. */
export function emitSelect(context: SegmentContext, step: StreamSelect | TableSelect, row: RowState): RowState {
  if (row.isNullRow) return row;
  const { builder } = context;
  const codes = step.expressions.map((expression) => emitColumn(context, step.name, expression, row.scope, null, context.textStep === step));
  const scope = {
    column: (side: 'key' | 'value', index: number) => (side === 'key' ? builder.load(row.scope, side, index) : (codes[index] ?? 'null')),
  };
  return { ...row, scope, row: () => arrayOf(builder, scope, 'value', codes.length, null) };
}
