import { InternalError } from '../../errors/index.js';
import { compareBytes, isNumeric, type SqlType, type SqlValue } from '../../types/index.js';
import { comparisonTypes, operandReader, type ComparisonOperator } from '../comparison-types.js';
import { decimalComparison } from '../decimal-arithmetic.js';
import { compareDecimalWithDouble } from '../decimal-double.js';
import { deepEquality } from '../deep-equality.js';
import { dynamicLike, likeMatcher, type LikeMatcher } from '../like-pattern.js';
import { literalValue } from '../literal-codec.js';
import type { BoundBetween, BoundComparison, BoundExpression, BoundIn, BoundLike } from '../nodes.js';
import { render } from '../render.js';
import { requireType } from '../type-of.js';
import { atom, atomOf, computed, emitAtom, emitNested, emitThrowing, failAlways, failIfNull, NULL, noneNull, type EmitContext, type Operand } from './emission.js';

const SCRIPT_OPERATORS: Readonly<Record<Exclude<ComparisonOperator, 'IS DISTINCT FROM'>, string>> = {
  '=': '===', '<>': '!==', '<': '<', '<=': '<=', '>': '>', '>=': '>=',
};

/**
 * A null operand gives FALSE, and what stands after it is not evaluated. IS DISTINCT FROM treats null as a value and evaluates
 * both sides.
 */
export function emitComparison(node: BoundComparison, context: EmitContext): Operand {
  const { operator } = node;
  if (operator === 'IS DISTINCT FROM') return emitDistinct(node, context);
  return emitWhilePresent([node.left, node.right], [], context, ([left = '', right = ''], inner) =>
    settled(compare(operator, node.left, node.right, left, right, inner), inner),
  );
}

function emitDistinct(node: BoundComparison, context: EmitContext): Operand {
  const left = emitAtom(node.left, context);
  const right = emitAtom(node.right, context);
  const differ = compare('<>', node.left, node.right, left.code, right.code, context);
  const areTests = noneNull([left, right]) === null;
  const code = areTests ? `(${differ.code})` : `(${left.code} === null || ${right.code} === null ? ${left.code} !== ${right.code} : ${differ.code})`;
  return settled({ ...differ, code }, context);
}

/** Evaluates the operands in order; the first null makes the whole FALSE. `finish` tests them when none is null. */
function emitWhilePresent(
  operands: readonly BoundExpression[],
  codes: readonly string[],
  context: EmitContext,
  finish: (codes: readonly string[], context: EmitContext) => Operand,
): Operand {
  const { builder } = context;
  const [first, ...rest] = operands;
  if (first === undefined) return finish(codes, context);
  const operand = emitAtom(first, context);
  if (!operand.isNullable) return emitWhilePresent(rest, [...codes, operand.code], context, finish);
  const { lines, result } = builder.capture('branch', () => emitWhilePresent(rest, [...codes, operand.code], context, finish));
  if (lines.length === 0) return computed(`(${operand.code} !== null && ${result.code})`);
  const value = builder.fresh();
  builder.line(`let ${value} = false;`);
  builder.line(`if (${operand.code} !== null) {`);
  for (const line of lines) builder.line(`  ${line}`);
  builder.line(`  ${value} = ${result.code};`);
  builder.line('}');
  return atomOf(value, false);
}

/** JavaScript boolean expression over values that are not null. */
interface Test {
  readonly code: string;
  readonly mayThrow: boolean;
}

function settled(test: Test, context: EmitContext): Operand {
  return test.mayThrow ? emitThrowing(test.code, false, context) : computed(`(${test.code})`);
}

type Relation = Exclude<ComparisonOperator, 'IS DISTINCT FROM'>;

/** Compares two operands that are not null; strings are read as the time they are compared with. */
function compare(operator: Relation, left: BoundExpression, right: BoundExpression, a: string, b: string, context: EmitContext): Test {
  const [leftType, rightType] = [requireType(left), requireType(right)];
  const types = comparisonTypes(operator, leftType, rightType);
  if (types === null) throw new InternalError(`These types cannot be compared: ${render(left)} ${operator} ${render(right)}`);
  const first = readOperand(left, types.left, a, context);
  const second = readOperand(right, types.right, b, context);
  return { code: comparisonCode(operator, types.left, types.right, first.code, second.code, context), mayThrow: first.mayThrow || second.mayThrow };
}

function readOperand(operand: BoundExpression, type: SqlType, code: string, context: EmitContext): Test {
  const from = requireType(operand);
  const reader = operandReader(from, type);
  if (reader === null) return { code, mayThrow: false };
  const constant = operand.kind === 'literal' ? readConstant(reader, literalValue(operand)) : null;
  if (constant !== null) return { code: context.builder.constant(constant), mayThrow: false };
  return { code: `${context.builder.constant(reader)}(${code})`, mayThrow: from.kind === 'STRING' };
}

/** A literal is read once; null: it cannot be read, which is a failure for every row. */
function readConstant(reader: (value: SqlValue) => SqlValue, value: SqlValue): SqlValue {
  try {
    return value === null ? null : reader(value);
  } catch {
    return null;
  }
}

function comparisonCode(operator: Relation, left: SqlType, right: SqlType, a: string, b: string, context: EmitContext): string {
  const script = SCRIPT_OPERATORS[operator];
  const { builder } = context;
  if (isNumeric(left) && isNumeric(right)) return numberComparison(script, left, right, a, b, context);
  switch (left.kind) {
    case 'BYTES':
      builder.readsBytes();
      return `${builder.constant(compareBytes)}(${a}, ${b}) ${script} 0`;
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
      return `${builder.constant(deepEquality(left, right))}(${a}, ${b}) ${script} true`;
    default:
      return `${a} ${script} ${b}`;
  }
}

/** A test of an order that is NaN where a side is: no relation holds then, `<>` included. */
function ordered(order: string, script: string): string {
  return script === '!==' ? `Math.abs(${order}) > 0` : `${order} ${script} 0`;
}

function numberComparison(script: string, left: SqlType, right: SqlType, a: string, b: string, context: EmitContext): string {
  const { builder } = context;
  if (left.kind === 'DECIMAL' && right.kind === 'DOUBLE') {
    return ordered(`${builder.constant(compareDecimalWithDouble)}(${a}, ${left.scale}, ${b})`, script);
  }
  if (left.kind === 'DOUBLE' && right.kind === 'DECIMAL') {
    return ordered(`-${builder.constant(compareDecimalWithDouble)}(${b}, ${right.scale}, ${a})`, script);
  }
  const leftScale = left.kind === 'DECIMAL' ? left.scale : 0;
  const rightScale = right.kind === 'DECIMAL' ? right.scale : 0;
  if (leftScale !== rightScale) return `${builder.constant(decimalComparison(leftScale, rightScale))}(${a}, ${b}) ${script} 0`;
  // Java promotes BIGINT to double; whole numbers of any width compare as they are.
  const first = left.kind === 'BIGINT' && right.kind === 'DOUBLE' ? `${builder.constant(Number)}(${a})` : a;
  const second = left.kind === 'DOUBLE' && right.kind === 'BIGINT' ? `${builder.constant(Number)}(${b})` : b;
  const mayBeNaN = left.kind === 'DOUBLE' || right.kind === 'DOUBLE';
  return mayBeNaN && script === '!==' ? `(${first} < ${second} || ${first} > ${second})` : `${first} ${script} ${second}`;
}

/** Any null gives FALSE, and what stands after it is not evaluated. */
export function emitBetween(node: BoundBetween, context: EmitContext): Operand {
  return emitWhilePresent([node.value, node.low, node.high], [], context, ([value = '', low = '', high = ''], inner) => {
    const above = compare('>=', node.value, node.low, value, low, inner);
    const below = compare('<=', node.value, node.high, value, high, inner);
    return settled({ code: `${above.code} && ${below.code}`, mayThrow: above.mayThrow || below.mayThrow }, inner);
  });
}

/** An element that was converted to the list's type is a nested guard, as an explicit CAST is. */
function emitElement(element: BoundExpression, context: EmitContext): Operand {
  const isConverted = element.kind === 'cast' && element.implicit;
  return isConverted ? atom(emitNested(context, (inner) => inner.emit(element, inner)), context) : emitAtom(element, context);
}

/** A condition that holds only where the value is not null. */
function whenPresent(value: Operand, code: string): Operand {
  return computed(value.isNullable ? `(${value.code} !== null && ${code})` : `(${code})`);
}

/** Null value → FALSE; null items are never equal. Lists of literals over plain types become one set lookup. */
export function emitIn(node: BoundIn, context: EmitContext): Operand {
  const value = emitElement(node.value, context);
  const type = requireType(node.value);
  const isPlain = ['BOOLEAN', 'INTEGER', 'BIGINT', 'DECIMAL', 'STRING', 'DATE', 'TIME', 'TIMESTAMP'].includes(type.kind);
  const constants = node.items.flatMap((item) => (item.kind === 'literal' ? [literalValue(item)] : []));
  if (isPlain && constants.length === node.items.length && constants.length > 4) {
    const set = context.builder.constant(new Set(constants.filter((each) => each !== null)));
    return whenPresent(value, `${set}.has(${value.code})`);
  }
  const tests = node.items.map((item) => {
    const operand = emitElement(item, context);
    const present = noneNull([operand]);
    const test = comparisonCode('=', type, requireType(item), value.code, operand.code, context);
    return present === null || isPlain ? test : `${present} && ${test}`;
  });
  return whenPresent(value, tests.length === 0 ? 'false' : `(${tests.join(' || ')})`);
}

/** Null value or pattern is a failure; so is a pattern that ends in its escape character. */
export function emitLike(node: BoundLike, context: EmitContext): Operand {
  const value = emitAtom(node.value, context);
  const message = `LIKE with a null operand: ${render(node)}`;
  const pattern = constantPattern(node.pattern);
  if (pattern === undefined) {
    const dynamic = emitAtom(node.pattern, context);
    failIfNull([value, dynamic], message, context);
    return emitThrowing(`${context.builder.constant(dynamicLike(node.escape))}(${value.code}, ${dynamic.code})`, false, context);
  }
  const matcher = pattern === null ? null : compiled(pattern, node.escape);
  if (matcher === null) {
    failAlways(`LIKE with an unusable pattern: ${render(node)}`, context);
    return NULL;
  }
  failIfNull([value], message, context);
  return computed(`${context.builder.constant(matcher)}(${value.code})`);
}

function compiled(pattern: string, escape: string | null): LikeMatcher | null {
  try {
    return likeMatcher(pattern, escape);
  } catch {
    return null;
  }
}

/** Undefined: not known before the row. */
function constantPattern(pattern: BoundExpression): string | null | undefined {
  if (pattern.kind !== 'literal') return undefined;
  const value = literalValue(pattern);
  return typeof value === 'string' ? value : null;
}
