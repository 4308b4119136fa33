import type { StreamFilter, TableFilter } from '../../../plan/index.js';
import { emitCondition } from '../emit-column.js';
import type { RowState, SegmentContext } from '../row-state.js';

/** Leaves the function unless the predicate is true: false, null and failure (logged) drop the row, and so does a null row. */
export function emitFilter(context: SegmentContext, step: StreamFilter | TableFilter, row: RowState): RowState | null {
  const { builder } = context;
  if (row.isNullRow) {
    builder.line('return;');
    return null;
  }
  builder.line(`if (!(${emitCondition(context, step.name, step.predicate, row.scope)})) return;`);
  return row;
}
