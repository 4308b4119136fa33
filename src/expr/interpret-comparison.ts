import { compareValues, isNumeric, longOf, longToBigInt, numberOf, type SqlType, type SqlValue } from '../types/index.js';
import { comparisonTypes, operandReader, type ComparisonOperator } from './comparison-types.js';
import { compareDecimalWithDouble } from './decimal-double.js';
import { deepEquality } from './deep-equality.js';

/** Comparison of the interpreter, over values whose types the binder has made comparable. */
export function compareOperands(operator: ComparisonOperator, leftType: SqlType, left: SqlValue, rightType: SqlType, right: SqlValue): boolean {
  if (left === null || right === null) return operator === 'IS DISTINCT FROM' && left !== right;
  const types = comparisonTypes(operator, leftType, rightType) ?? { left: leftType, right: rightType };
  const a = operandReader(leftType, types.left)?.(left) ?? left;
  const b = operandReader(rightType, types.right)?.(right) ?? right;
  return comparePresent(operator, types.left, a, types.right, b);
}

function comparePresent(operator: ComparisonOperator, leftType: SqlType, left: SqlValue, rightType: SqlType, right: SqlValue): boolean {
  if (operator === '=') return operandsEqual(leftType, left, rightType, right);
  if (operator === '<>' || operator === 'IS DISTINCT FROM') return operandsDiffer(leftType, left, rightType, right);
  const order = orderOf(leftType, left, rightType, right);
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** `=` on two values that are not null. */
export function operandsEqual(leftType: SqlType, left: SqlValue, rightType: SqlType, right: SqlValue): boolean {
  switch (leftType.kind) {
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
      return deepEquality(leftType, rightType)(left, right);
    default:
      return orderOf(leftType, left, rightType, right) === 0;
  }
}

/** `<>`: as every relation, it does not hold for NaN. */
function operandsDiffer(leftType: SqlType, left: SqlValue, rightType: SqlType, right: SqlValue): boolean {
  const isUnordered = (leftType.kind === 'DOUBLE' && Number.isNaN(left)) || (rightType.kind === 'DOUBLE' && Number.isNaN(right));
  return !isUnordered && !operandsEqual(leftType, left, rightType, right);
}

/** Negative, zero, positive, or NaN where nothing holds. */
function orderOf(leftType: SqlType, left: SqlValue, rightType: SqlType, right: SqlValue): number {
  if (!isNumeric(leftType) || !isNumeric(rightType)) return compareValues(leftType, left, right);
  if (leftType.kind === 'DOUBLE' && rightType.kind === 'DECIMAL') return -compareDecimalWithDouble(longOf(right), rightType.scale, numberOf(left));
  if (leftType.kind === 'DECIMAL' && rightType.kind === 'DOUBLE') return compareDecimalWithDouble(longOf(left), leftType.scale, numberOf(right));
  if (leftType.kind === 'DOUBLE' || rightType.kind === 'DOUBLE') return Number(longOf(left)) - Number(longOf(right)) || sameOrder(Number(left), Number(right));
  const [leftScale, rightScale] = [scaleOf(leftType), scaleOf(rightType)];
  const a = longToBigInt(longOf(left)) * 10n ** BigInt(rightScale);
  const b = longToBigInt(longOf(right)) * 10n ** BigInt(leftScale);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where the difference is 0 or NaN: equal values (infinities included) or NaN. */
function sameOrder(left: number, right: number): number {
  return left === right ? 0 : NaN;
}

function scaleOf(type: SqlType): number {
  return type.kind === 'DECIMAL' ? type.scale : 0;
}
