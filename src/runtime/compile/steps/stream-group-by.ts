import type { StreamGroupBy } from '../../../plan/index.js';
import { emitColumn } from '../emit-column.js';
import { arrayOf, type RowState, type SegmentContext } from '../row-state.js';

/** GROUP BY: the group key. A null row is dropped; so is a row with a null or failed part, which is logged. */
export function emitGroupBy(context: SegmentContext, step: StreamGroupBy, row: RowState): RowState | null {
  const { builder } = context;
  if (row.isNullRow) {
    builder.line('return;');
    return null;
  }
  const codes = step.expressions.map((expression, index) => {
    const code = emitColumn(context, step.name, expression, row.scope, 'return;');
    const place = context.place(step.name, `Group-by column with index ${index} resolved to null. The source row will be excluded from the table.`);
    builder.block(`if (${code} === null)`, () => {
      builder.line(`${context.report}(${place}, null);`);
      builder.line('return;');
    });
    return code;
  });
  const scope = {
    column: (side: 'key' | 'value', index: number) => (side === 'value' ? builder.load(row.scope, side, index) : (codes[index] ?? 'null')),
  };
  return { ...row, scope, key: () => arrayOf(builder, scope, 'key', codes.length, null) };
}
