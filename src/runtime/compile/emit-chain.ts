import { assertNever } from '../../errors/index.js';
import type { StatelessStep } from './required-columns.js';
import type { RowState, SegmentContext } from './row-state.js';
import { emitFilter } from './steps/stream-filter.js';
import { emitGroupBy } from './steps/stream-group-by.js';
import { emitSelectKey } from './steps/stream-select-key.js';
import { emitSelect } from './steps/stream-select.js';

/** Code of the steps one after the other. null: the row goes no further, and the code has left the function. */
export function emitChain(context: SegmentContext, steps: readonly StatelessStep[], start: RowState): RowState | null {
  let row: RowState | null = start;
  context.builder.startRow();
  for (const step of steps) {
    row = emitStep(context, step, row);
    if (row === null) return null;
  }
  return row;
}

function emitStep(context: SegmentContext, step: StatelessStep, row: RowState): RowState | null {
  switch (step.kind) {
    case 'streamFilter':
    case 'tableFilter':
      return emitFilter(context, step, row);
    case 'streamSelect':
    case 'tableSelect':
      return emitSelect(context, step, row);
    case 'streamSelectKey':
      return emitSelectKey(context, step, row);
    case 'streamGroupBy':
      return emitGroupBy(context, step, row);
    default:
      return assertNever(step);
  }
}
