import { EvaluationError } from '../functions/index.js';
import { canonicalLong, longOf, negateDecimal, longToBigInt, numberOf, wrapLong, type SqlValue } from '../types/index.js';
import type { ArithmeticOperator } from './arithmetic-types.js';
import type { BoundArithmetic, BoundNegate } from './nodes.js';
import { render } from './render.js';
import { requireType } from './type-of.js';

/** Arithmetic of the interpreter: whole numbers and decimals in bigint throughout, apart from the compiler's fast paths. */
export function computeArithmetic(node: BoundArithmetic, left: SqlValue, right: SqlValue): SqlValue {
  if (node.type.kind === 'STRING') return `${textOrNull(left)}${textOrNull(right)}`;
  if (left === null || right === null) throw new EvaluationError(`Arithmetic with a null operand: ${render(node)}`);
  switch (node.type.kind) {
    case 'DOUBLE':
      return computeDouble(node.operator, numberOf(left), numberOf(right));
    case 'INTEGER':
      return Number(BigInt.asIntN(32, computeWhole(node, longToBigInt(longOf(left)), longToBigInt(longOf(right)))));
    case 'BIGINT':
      return wrapLong(computeWhole(node, longToBigInt(longOf(left)), longToBigInt(longOf(right))));
    default:
      return computeDecimal(node, longToBigInt(longOf(left)), longToBigInt(longOf(right)));
  }
}

function textOrNull(value: SqlValue): string {
  return typeof value === 'string' ? value : 'null';
}

function computeDouble(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

function computeWhole(node: BoundArithmetic, left: bigint, right: bigint): bigint {
  switch (node.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
    case '%':
      if (right === 0n) throw new EvaluationError(`Division by zero: ${render(node)}`);
      return node.operator === '/' ? left / right : left % right;
  }
}

/** Computed as a fraction over a power of ten; the result must be whole at the result's scale and within its precision. */
function computeDecimal(node: BoundArithmetic, left: bigint, right: bigint): SqlValue {
  const [leftType, rightType, type] = [requireType(node.left), requireType(node.right), node.type];
  if (leftType.kind !== 'DECIMAL' || rightType.kind !== 'DECIMAL' || type.kind !== 'DECIMAL') {
    throw new EvaluationError(`No decimal arithmetic for ${render(node)}`);
  }
  const common = 10n ** BigInt(Math.max(leftType.scale, rightType.scale));
  const a = (left * common) / 10n ** BigInt(leftType.scale);
  const b = (right * common) / 10n ** BigInt(rightType.scale);
  const unit = 10n ** BigInt(type.scale);
  if (node.operator === '%' && !isShort(a / nonZero(b, node), type.precision)) throw new EvaluationError(`Division impossible: ${render(node)}`);
  const [numerator, denominator] =
    node.operator === '*' ? [a * b * unit, common * common]
    : node.operator === '/' ? [computeWhole({ ...node, operator: '*' }, a, unit), nonZero(b, node)]
    : [computeWhole(node, a, b) * unit, common];
  const result = numerator / denominator;
  const limit = 10n ** BigInt(type.precision);
  if (numerator % denominator !== 0n || result >= limit || result <= -limit) {
    throw new EvaluationError(`The exact result does not fit its type: ${render(node)}`);
  }
  return canonicalLong(result);
}

/** At most `digits` significant digits, trailing zeros not counted. */
function isShort(value: bigint, digits: number): boolean {
  return value.toString().replace(/^-/, '').replace(/0+$/, '').length <= digits;
}

function nonZero(value: bigint, node: BoundArithmetic): bigint {
  if (value === 0n) throw new EvaluationError(`Division by zero: ${render(node)}`);
  return value;
}

export function computeNegate(node: BoundNegate, operand: SqlValue): SqlValue {
  if (operand === null) throw new EvaluationError(`Arithmetic with a null operand: ${render(node)}`);
  if (node.type.kind === 'DOUBLE') return -numberOf(operand);
  if (node.type.kind === 'DECIMAL') return longOf(negateDecimal(operand, node.type));
  const negated = -longToBigInt(longOf(operand));
  if (node.type.kind === 'INTEGER') return Number(BigInt.asIntN(32, negated));
  return wrapLong(negated);
}
