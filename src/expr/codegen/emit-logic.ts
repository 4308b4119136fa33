import type { BoundCase, BoundExpression, BoundIsNull, BoundLogical, BoundNot } from '../nodes.js';
import { render } from '../render.js';
import { atomOf, computed, emitAtom, failAlways, failIfNull, type EmitContext, type Operand } from './emission.js';

/**
 * Short-circuit left to right; a null operand that is reached is a failure. A literal on the right decides alone where it can
 * (`x OR TRUE`, `x AND FALSE`): then a null on the left does not matter, though other failures of it do.
 */
export function emitLogical(node: BoundLogical, context: EmitContext): Operand {
  const { builder } = context;
  const isAnd = node.operator === 'AND';
  const left = emitAtom(node.left, context);
  if (node.right.kind === 'literal' && node.right.value === !isAnd) return atomOf(isAnd ? 'false' : 'true', false);
  const message = `${node.operator} with a null operand: ${render(node)}`;
  failIfNull([left], message, context);
  const { lines, result } = builder.capture('branch', () => {
    const right = emitAtom(node.right, context);
    failIfNull([right], message, context);
    return right;
  });
  if (lines.length === 0) return computed(`(${left.code} ${isAnd ? '&&' : '||'} ${result.code})`);
  const value = builder.fresh();
  builder.line(`let ${value} = ${isAnd ? 'false' : 'true'};`);
  builder.line(`if (${isAnd ? '' : '!'}${left.code}) {`);
  for (const line of lines) builder.line(`  ${line}`);
  builder.line(`  ${value} = ${result.code};`);
  builder.line('}');
  return atomOf(value, false);
}

export function emitNot(node: BoundNot, context: EmitContext): Operand {
  const operand = emitAtom(node.operand, context);
  failIfNull([operand], `NOT with a null operand: ${render(node)}`, context);
  return computed(`!${operand.code}`);
}

export function emitIsNull(node: BoundIsNull, context: EmitContext): Operand {
  const operand = context.emit(node.operand, context);
  if (!operand.isNullable) return atomOf(node.negated ? 'true' : 'false', false);
  return computed(`(${operand.code} ${node.negated ? '!==' : '==='} null)`);
}

/** Lazy: conditions and results after the chosen branch are not evaluated. A null condition that is reached is a failure. */
export function emitCase(node: BoundCase, context: EmitContext): Operand {
  const value = context.builder.fresh();
  context.builder.line(`let ${value} = null;`);
  emitBranches(node, 0, value, context);
  return atomOf(value, true);
}

function emitBranches(node: BoundCase, index: number, value: string, context: EmitContext): void {
  const { builder } = context;
  const branch = node.branches[index];
  if (branch === undefined) {
    if (node.otherwise !== null) emitResult(node.otherwise, value, context);
    return;
  }
  const condition = emitCondition(node, branch.condition, context);
  if (condition === null) return;
  builder.block(`if (${condition})`, () => emitResult(branch.result, value, context));
  if (index + 1 < node.branches.length || node.otherwise !== null) builder.block('else', () => emitBranches(node, index + 1, value, context));
}

function emitResult(result: BoundExpression, value: string, context: EmitContext): void {
  const operand = context.emit(result, context);
  if (operand.code !== 'null') context.builder.line(`${value} = ${operand.code};`);
}

/** Null: the condition always fails. */
function emitCondition(node: BoundCase, condition: BoundExpression, context: EmitContext): string | null {
  const operand = emitAtom(condition, context);
  if (operand.code === 'null') {
    failAlways(`CASE with a null condition: ${render(node)}`, context);
    return null;
  }
  failIfNull([operand], `CASE with a null condition: ${render(node)}`, context);
  return operand.code;
}
