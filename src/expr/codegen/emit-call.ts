import { parameterFor, type CallSite, type ScalarVariant } from '../../functions/index.js';
import { argumentType } from '../build/call.js';
import { scalarVariant } from '../environment.js';
import { literalValue } from '../literal-codec.js';
import type { BoundCall, BoundExpression, BoundLambda, BoundVariable } from '../nodes.js';
import { render } from '../render.js';
import { assert } from '../../errors/index.js';
import { atom, atomOf, emitNested, emitThrowing, failIfNull, NULL, type EmitContext, type Guard, type Operand } from './emission.js';

/**
 * A scalar function. The evaluator was bound to this place of use at compile time. A null for a primitive parameter fails the
 * call; with `propagate` any other null gives null without a call.
 */
export function emitCall(node: BoundCall, outer: EmitContext): Operand {
  const variant = scalarVariant(node, outer.builder.environment.functions);
  const bind = (outer.keepsScale ? variant.bindAtOwnScale : undefined) ?? variant.bind;
  const context = { ...outer, keepsScale: bind !== variant.bind };
  if (node.arguments.some((argument) => argumentType(argument).kind === 'BYTES')) context.builder.readsBytes();
  const evaluator = context.builder.constant(bind(callSite(node, context)));
  const operands = node.arguments.map((argument) => emitArgument(argument, context));
  failIfNull(primitiveOperands(variant, operands), `A null was given where the function needs a value: ${render(node)}`, context);
  const code = `${evaluator}(${operands.map((operand) => operand.code).join(', ')})`;
  if (variant.nulls !== 'propagate') return emitThrowing(code, true, context);
  const nullable = operands.filter((operand) => operand.isNullable);
  if (nullable.some((operand) => operand.code === 'null')) return NULL;
  if (nullable.length === 0) return emitThrowing(code, true, context);
  return emitThrowing(`${nullable.map((operand) => `${operand.code} === null`).join(' || ')} ? null : ${code}`, true, context);
}

function primitiveOperands(variant: ScalarVariant, operands: readonly Operand[]): readonly Operand[] {
  return operands.filter((_, index) => parameterFor(variant.parameters, index, operands.length)?.primitive === true);
}

function callSite(node: BoundCall, context: EmitContext): CallSite {
  return {
    argumentTypes: node.arguments.map(argumentType),
    returnType: node.type,
    constants: node.arguments.map((argument) => (argument.kind === 'literal' ? literalValue(argument) : undefined)),
    context: context.builder.environment.context,
  };
}

/** An argument that is itself a call or a field access is a nested guard. */
function emitArgument(argument: BoundExpression, context: EmitContext): Operand {
  if (argument.kind === 'unit') return atomOf(context.builder.constant(argument.unit), false);
  if (argument.kind === 'lambda') return emitLambda(argument, context);
  const operand = isGuarded(argument) ? emitNested(context, (inner) => inner.emit(argument, inner)) : context.emit(argument, context);
  return atom(operand, context);
}

export function isGuarded(argument: BoundExpression): boolean {
  if (argument.kind === 'cast' && argument.implicit) return isGuarded(argument.operand);
  return argument.kind === 'call' || argument.kind === 'dereference';
}

/** A failure inside a lambda is thrown: it fails the call that runs the lambda. */
function emitLambda(node: BoundLambda, context: EmitContext): Operand {
  const { builder } = context;
  const names = node.parameters.map(() => builder.fresh());
  const guard: Guard = { isUsed: false, mayThrow: false, fail: (error) => `throw ${error};` };
  const inner: EmitContext = { ...context, guard, lambdas: [...context.lambdas, names] };
  const { lines, result } = builder.capture('open', () => inner.emit(node.body, inner));
  const value = builder.fresh();
  builder.line(`const ${value} = (${names.join(', ')}) => {`);
  for (const line of lines) builder.line(`  ${line}`);
  builder.line(`  return ${result.code};`);
  builder.line('};');
  if (guard.isUsed || guard.mayThrow) context.guard.mayThrow = true;
  return atomOf(value, false);
}

export function emitVariable(node: BoundVariable, context: EmitContext): Operand {
  const name = context.lambdas.at(-1 - node.depth)?.[node.index];
  assert(name !== undefined, 'a lambda variable is used inside its lambda');
  return atomOf(name, true);
}
