import { compareBytes, isNumeric, type SqlType } from '../../types/index.js';
import type { ComparisonOperator } from '../comparison-types.js';
import { decimalComparison } from '../decimal-arithmetic.js';
import { compareDecimalWithDouble } from '../decimal-double.js';
import { deepEquality } from '../deep-equality.js';
import { dynamicLike, likeMatcher, type LikeMatcher } from '../like-pattern.js';
import { literalValue } from '../literal-codec.js';
import type { BoundBetween, BoundComparison, BoundExpression, BoundIn, BoundLike } from '../nodes.js';
import { render } from '../render.js';
import { requireType } from '../type-of.js';
import { computed, emitAtom, emitThrowing, failAlways, failIfNull, NULL, noneNull, type EmitContext, type Operand } from './emission.js';

const SCRIPT_OPERATORS: Readonly<Record<Exclude<ComparisonOperator, 'IS DISTINCT FROM'>, string>> = {
  '=': '===', '<>': '!==', '<': '<', '<=': '<=', '>': '>', '>=': '>=',
};

/** A null operand gives FALSE; IS DISTINCT FROM treats null as a value. */
export function emitComparison(node: BoundComparison, context: EmitContext): Operand {
  const left = emitAtom(node.left, context);
  const right = emitAtom(node.right, context);
  const types = [requireType(node.left), requireType(node.right)] as const;
  if (node.operator === 'IS DISTINCT FROM') {
    const differ = comparisonCode('<>', types[0], types[1], left.code, right.code, context);
    if (!left.isNullable && !right.isNullable) return computed(differ);
    return computed(`(${left.code} === null || ${right.code} === null ? ${left.code} !== ${right.code} : ${differ})`);
  }
  return guarded([left, right], comparisonCode(node.operator, types[0], types[1], left.code, right.code, context));
}

/** `code` where no operand is null, else false. */
function guarded(operands: readonly Operand[], code: string): Operand {
  const present = noneNull(operands);
  return computed(present === null ? `(${code})` : `(${present} && ${code})`);
}

/** JavaScript boolean expression over two values that are not null. */
export function comparisonCode(
  operator: Exclude<ComparisonOperator, 'IS DISTINCT FROM'>,
  left: SqlType,
  right: SqlType,
  a: string,
  b: string,
  context: EmitContext,
): string {
  const script = SCRIPT_OPERATORS[operator];
  const { builder } = context;
  if (isNumeric(left) && isNumeric(right)) return numberComparison(script, left, right, a, b, context);
  switch (left.kind) {
    case 'BYTES':
      return `${builder.constant(compareBytes)}(${a}, ${b}) ${script} 0`;
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
      return `${builder.constant(deepEquality(left, right))}(${a}, ${b}) ${script} true`;
    default:
      return `${a} ${script} ${b}`;
  }
}

function numberComparison(script: string, left: SqlType, right: SqlType, a: string, b: string, context: EmitContext): string {
  const { builder } = context;
  if (left.kind === 'DECIMAL' && right.kind === 'DOUBLE') {
    return `${builder.constant(compareDecimalWithDouble)}(${a}, ${left.scale}, ${b}) ${script} 0`;
  }
  if (left.kind === 'DOUBLE' && right.kind === 'DECIMAL') {
    return `0 ${script} ${builder.constant(compareDecimalWithDouble)}(${b}, ${right.scale}, ${a})`;
  }
  const leftScale = left.kind === 'DECIMAL' ? left.scale : 0;
  const rightScale = right.kind === 'DECIMAL' ? right.scale : 0;
  if (leftScale !== rightScale) return `${builder.constant(decimalComparison(leftScale, rightScale))}(${a}, ${b}) ${script} 0`;
  // Java promotes BIGINT to double; whole numbers of any width compare as they are.
  if (left.kind === 'BIGINT' && right.kind === 'DOUBLE') return `${builder.constant(Number)}(${a}) ${script} ${b}`;
  if (left.kind === 'DOUBLE' && right.kind === 'BIGINT') return `${a} ${script} ${builder.constant(Number)}(${b})`;
  return `${a} ${script} ${b}`;
}

/** Any null gives FALSE. */
export function emitBetween(node: BoundBetween, context: EmitContext): Operand {
  const value = emitAtom(node.value, context);
  const low = emitAtom(node.low, context);
  const high = emitAtom(node.high, context);
  const [valueType, lowType, highType] = [requireType(node.value), requireType(node.low), requireType(node.high)];
  const above = comparisonCode('>=', valueType, lowType, value.code, low.code, context);
  const below = comparisonCode('<=', valueType, highType, value.code, high.code, context);
  return guarded([value, low, high], `${above} && ${below}`);
}

/** Null value → FALSE; null items are never equal. Lists of literals over plain types become one set lookup. */
export function emitIn(node: BoundIn, context: EmitContext): Operand {
  const value = emitAtom(node.value, context);
  const type = requireType(node.value);
  const isPlain = ['BOOLEAN', 'INTEGER', 'BIGINT', 'DECIMAL', 'STRING', 'DATE', 'TIME', 'TIMESTAMP'].includes(type.kind);
  const constants = node.items.flatMap((item) => (item.kind === 'literal' ? [literalValue(item)] : []));
  if (isPlain && constants.length === node.items.length && constants.length > 4) {
    const set = context.builder.constant(new Set(constants.filter((each) => each !== null)));
    return guarded([value], `${set}.has(${value.code})`);
  }
  const tests = node.items.map((item) => {
    const operand = emitAtom(item, context);
    const present = noneNull([operand]);
    const test = comparisonCode('=', type, requireType(item), value.code, operand.code, context);
    return present === null || isPlain ? test : `${present} && ${test}`;
  });
  return guarded([value], tests.length === 0 ? 'false' : `(${tests.join(' || ')})`);
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
