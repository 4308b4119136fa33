import type { Long } from './value.js';

/** Number while it is a safe integer, else bigint: every whole number has exactly one form, so `===` and `<` work on mixed forms. */
export function canonicalLong(value: bigint): Long {
  const narrow = Number(value);
  return Number.isSafeInteger(narrow) ? narrow : value;
}

/** Wraps at 64 bits as Java's `long` does. */
export function wrapLong(value: bigint): Long {
  return canonicalLong(BigInt.asIntN(64, value));
}

export function longToBigInt(value: Long): bigint {
  return typeof value === 'bigint' ? value : BigInt(value);
}

// Sums, differences and products of safe integers are exact when the double result is a safe integer again: a true result
// outside the safe range never rounds into it. `+ 0` turns −0 into 0, which keeps the form canonical.

export function addLong(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return wrapLong(BigInt(a) + BigInt(b));
}

export function subtractLong(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return wrapLong(BigInt(a) - BigInt(b));
}

export function multiplyLong(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return wrapLong(BigInt(a) * BigInt(b));
}

/** Truncates toward zero. The divisor is not zero. */
export function divideLong(a: Long, b: Long): Long {
  // Exact: the distance of a quotient of safe integers to the next integer is more than its rounding error.
  if (typeof a === 'number' && typeof b === 'number') return Math.trunc(a / b) + 0;
  return wrapLong(BigInt(a) / BigInt(b));
}

/** Takes the sign of the dividend. The divisor is not zero. */
export function remainderLong(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0;
  return wrapLong(BigInt(a) % BigInt(b));
}

export function negateLong(value: Long): Long {
  return typeof value === 'number' ? 0 - value : wrapLong(-value);
}

/** Java's `(int)` of a long: the low 32 bits. */
export function longToInteger(value: Long): number {
  return typeof value === 'number' ? value | 0 : Number(BigInt.asIntN(32, value));
}
