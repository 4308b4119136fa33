import type { Expression } from '../../parser/index.js';
import type { WindowRange } from '../../plan/index.js';
import type { PlannerContext } from '../context.js';
import { comparisonOf } from './column-comparison.js';
import { boundConstant, isResolvable } from './pull-constant.js';

/** The windows that a conjunction lets pass, as inclusive bounds of start and end; null where it says nothing of them. */
export function windowRangeOf(conjuncts: readonly Expression[], context: PlannerContext): WindowRange | null {
  let range: WindowRange = { startLow: null, startHigh: null, endLow: null, endHigh: null };
  let found = false;
  for (const conjunct of conjuncts) {
    const comparison = comparisonOf(conjunct, null);
    if (comparison === null || !isResolvable(comparison.other)) continue;
    const side = comparison.column === 'WINDOWSTART' ? 'start' : comparison.column === 'WINDOWEND' ? 'end' : null;
    if (side === null) continue;
    const value = boundConstant(comparison.other, comparison.reference, context);
    if (value === null) continue;
    const bounds = boundsOf(comparison.operator, value);
    if (bounds === null) continue;
    found = true;
    range =
      side === 'start'
        ? { ...range, startLow: higher(range.startLow, bounds.low), startHigh: lower(range.startHigh, bounds.high) }
        : { ...range, endLow: higher(range.endLow, bounds.low), endHigh: lower(range.endHigh, bounds.high) };
  }
  return found ? range : null;
}

interface Bounds {
  readonly low: number | null;
  readonly high: number | null;
}

/** Bounds are whole milliseconds, so a strict bound is the next inclusive one. */
function boundsOf(operator: string, value: number): Bounds | null {
  switch (operator) {
    case '=':
      return { low: value, high: value };
    case '>':
      return { low: value + 1, high: null };
    case '>=':
      return { low: value, high: null };
    case '<':
      return { low: null, high: value - 1 };
    case '<=':
      return { low: null, high: value };
    default:
      return null;
  }
}

function higher(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}
function lower(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}
