import { InternalError } from '../../errors/index.js';
import type { BoundExpression } from '../nodes.js';
import { render } from '../render.js';
import type { CodeBuilder, EmitScope } from './code-builder.js';
import { emitArithmetic, emitNegate } from './emit-arithmetic.js';
import { emitCall, emitVariable } from './emit-call.js';
import { emitBetween, emitComparison, emitIn, emitLike } from './emit-comparison.js';
import { emitCase, emitIsNull, emitLogical, emitNot } from './emit-logic.js';
import { emitArray, emitCast, emitDereference, emitLiteral, emitMap, emitStruct, emitSubscript } from './emit-values.js';
import { atom, atomOf, emitInGuard, failIfNull, type EmitContext, type Guard, type GuardOptions, type Operand, type ReportTarget } from './emission.js';

function emit(node: BoundExpression, outer: EmitContext): Operand {
  // Where a decimal may keep its scale is known at calls and negations; what they are made of is not asked.
  const context = outer.keepsScale && node.kind !== 'call' && node.kind !== 'negate' ? { ...outer, keepsScale: false } : outer;
  switch (node.kind) {
    case 'literal': return emitLiteral(node, context);
    case 'column': return atomOf(context.builder.load(context.scope, node.side, node.index), true);
    case 'variable': return emitVariable(node, context);
    case 'arithmetic': return emitArithmetic(node, context);
    case 'negate': return emitNegate(node, context);
    case 'comparison': return emitComparison(node, context);
    case 'logical': return emitLogical(node, context);
    case 'not': return emitNot(node, context);
    case 'between': return emitBetween(node, context);
    case 'in': return emitIn(node, context);
    case 'like': return emitLike(node, context);
    case 'isNull': return emitIsNull(node, context);
    case 'case': return emitCase(node, context);
    case 'cast': return emitCast(node, context);
    case 'array': return emitArray(node, context);
    case 'map': return emitMap(node, context);
    case 'struct': return emitStruct(node, context);
    case 'call': return emitCall(node, context);
    case 'subscript': return emitSubscript(node, context);
    case 'dereference': return emitDereference(node, context);
    case 'lambda':
    case 'unit':
      throw new InternalError(`${node.kind} stands only as an argument of a call`);
  }
}

function rootContext(builder: CodeBuilder, scope: EmitScope, target: ReportTarget | null): EmitContext {
  const guard: Guard = { isUsed: false, mayThrow: false, fail: (error) => `throw ${error};` };
  return { builder, scope, guard, target, lambdas: [], keepsScale: false, emit };
}

/**
 * Emits the lines that compute the expression and gives the JavaScript expression of its value. A failure throws (nested
 * guards still give null, and report to `target` when there is one). Use `emitGuarded` where a row is processed.
 */
export function emitExpression(expression: BoundExpression, builder: CodeBuilder, scope: EmitScope, target: ReportTarget | null = null): string {
  return emit(expression, rootContext(builder, scope, target)).code;
}

/**
 * The expression of one column: a failure is reported once through `options.target` and gives null, or runs
 * `options.onFailure` (which must leave the surrounding block). Gives an identifier or literal.
 */
export function emitGuarded(expression: BoundExpression, builder: CodeBuilder, scope: EmitScope, options: GuardOptions): string {
  const context = rootContext(builder, scope, options.target);
  return atom(emitInGuard(context, options, (inner) => emit(expression, { ...inner, keepsScale: options.keepsScale === true })), context).code;
}

/** A WHERE or HAVING predicate: a JavaScript boolean; a failure and a null are reported and give false (or run `onFailure`). */
export function emitPredicate(expression: BoundExpression, builder: CodeBuilder, scope: EmitScope, options: GuardOptions): string {
  const context = rootContext(builder, scope, options.target);
  const result = emitInGuard(context, options, (inner) => {
    const operand = atom(emit(expression, inner), inner);
    failIfNull([operand], `The predicate is null: ${render(expression)}`, inner);
    return { ...operand, isNullable: false };
  });
  return result.isNullable ? `${atom(result, context).code} === true` : result.code;
}
