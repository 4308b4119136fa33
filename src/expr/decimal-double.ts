import { doubleToExactDecimal, longToBigInt, powerOfTen, type Long } from '../types/index.js';

/**
 * Order of an unscaled DECIMAL and a DOUBLE by their exact values; NaN for NaN, which makes every comparison but `<>` false.
 * The exact value matters: DECIMAL 0.1 is less than DOUBLE 0.1.
 */
export function compareDecimalWithDouble(unscaled: Long, scale: number, double: number): number {
  if (Number.isNaN(double)) return NaN;
  if (!Number.isFinite(double)) return double > 0 ? -1 : 1;
  const exact = doubleToExactDecimal(double);
  const left = longToBigInt(unscaled) * powerOfTen(Math.max(0, exact.scale - scale));
  const right = exact.unscaled * powerOfTen(Math.max(0, scale - exact.scale));
  return left < right ? -1 : left > right ? 1 : 0;
}
