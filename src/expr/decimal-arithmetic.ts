import {
  addLong, canonicalLong, compareLongs, decimalPrecision, fitsDecimal, longOf, longToBigInt, negateDecimal, powerOfTen, rescaleDecimal,
  type DecimalType, type Long, type SqlValue,
} from '../types/index.js';
import type { ArithmeticOperator } from './arithmetic-types.js';

/** Null: the exact result does not fit the result type; decimal arithmetic never rounds. */
export type DecimalOperation = (left: Long, right: Long) => Long | null;

/** `left operator right` on unscaled values, for fixed scales. The divisor of `/` and `%` is not zero. */
export function decimalOperation(operator: ArithmeticOperator, left: DecimalType, right: DecimalType, result: DecimalType): DecimalOperation {
  const fitted = (value: Long): Long | null => (fitsDecimal(value, result) ? value : null);
  const leftPlaces = Math.max(left.scale, right.scale) - left.scale;
  const rightPlaces = Math.max(left.scale, right.scale) - right.scale;
  switch (operator) {
    case '+':
      return (a, b) => fitted(sum(scaleUp(a, leftPlaces), scaleUp(b, rightPlaces)));
    case '-':
      return (a, b) => fitted(sum(scaleUp(a, leftPlaces), negate(scaleUp(b, rightPlaces))));
    case '*':
      return (a, b) => fitted(product(a, b));
    case '/':
      return (a, b) => quotient(a, b, result.scale - left.scale + right.scale, fitted);
    case '%':
      return (a, b) => {
        const [dividend, divisor] = [scaleUp(a, leftPlaces), scaleUp(b, rightPlaces)];
        return isDivisible(dividend, divisor, result.precision) ? fitted(remainder(dividend, divisor)) : null;
      };
  }
}

function scaleUp(value: Long, places: number): Long {
  return places === 0 ? value : (rescaleDecimal(value, 0, places, 'UNNECESSARY') ?? value);
}

// Unlike BIGINT, unscaled decimals do not wrap at 64 bits.

function sum(a: Long, b: Long): Long {
  return typeof a === 'number' && typeof b === 'number' ? addLong(a, b) : canonicalLong(BigInt(a) + BigInt(b));
}

/** `keepsScale`: a text comes next, see `atOwnScale`. */
export function decimalNegation(type: DecimalType, keepsScale: boolean): (value: SqlValue) => SqlValue {
  return keepsScale ? (value) => negateDecimal(value, type) : (value) => longOf(negateDecimal(value, type));
}

function negate(value: Long): Long {
  return typeof value === 'number' ? 0 - value : canonicalLong(-value);
}

function product(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const value = a * b;
    if (Number.isSafeInteger(value)) return value + 0;
  }
  return canonicalLong(BigInt(a) * BigInt(b));
}

function remainder(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0;
  return canonicalLong(BigInt(a) % BigInt(b));
}

/** Java computes a remainder from the whole quotient, which must fit the result's precision (as significant digits) too. */
function isDivisible(a: Long, b: Long, precision: number): boolean {
  if (typeof a === 'number' && typeof b === 'number' && Math.abs(a / b) < 10 ** Math.min(precision, 15)) return true;
  const quotient = longToBigInt(a) / longToBigInt(b);
  const excess = decimalPrecision(quotient) - precision;
  return excess <= 0 || quotient % powerOfTen(excess) === 0n;
}

/** a · 10^places / b when that is whole. The scale of a quotient is at least the dividend's, so `places` is not negative. */
function quotient(a: Long, b: Long, places: number, fitted: (value: Long) => Long | null): Long | null {
  const dividend = longToBigInt(a) * powerOfTen(places);
  const divisor = longToBigInt(b);
  return dividend % divisor === 0n ? fitted(canonicalLong(dividend / divisor)) : null;
}

/** Order of two unscaled values of different scales. */
export function decimalComparison(leftScale: number, rightScale: number): (left: Long, right: Long) => number {
  if (leftScale === rightScale) return compareLongs;
  const leftPlaces = Math.max(0, rightScale - leftScale);
  const rightPlaces = Math.max(0, leftScale - rightScale);
  return (left, right) => compareLongs(scaleUp(left, leftPlaces), scaleUp(right, rightPlaces));
}
