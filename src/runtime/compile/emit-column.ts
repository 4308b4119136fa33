import { emitGuarded, emitPredicate, render, type BoundExpression, type EmitScope } from '../../expr/index.js';
import type { SegmentContext } from './row-state.js';

/** Value of an expression as an identifier or literal. A failure is logged and gives null, or runs `onFailure`. */
export function emitColumn(context: SegmentContext, step: string, expression: BoundExpression, scope: EmitScope, onFailure: string | null, keepsScale = false): string {
  // A column cannot fail: no place in the log, and it is decoded only where it is used.
  if (expression.kind === 'column') return context.builder.load(scope, expression.side, expression.index);
  const target = { report: context.report, index: context.place(step, render(expression)) };
  return emitGuarded(expression, context.builder, scope, onFailure === null ? { target, keepsScale } : { target, keepsScale, onFailure });
}

/** A condition that leaves the function by itself when it fails or is null. */
export function emitCondition(context: SegmentContext, step: string, predicate: BoundExpression, scope: EmitScope): string {
  const target = { report: context.report, index: context.place(step, render(predicate)) };
  return emitPredicate(predicate, context.builder, scope, { target, onFailure: 'return;' });
}
