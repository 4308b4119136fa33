import { decimalToDouble, doubleToText, longToBigInt, parseDecimalText, powerOfTen, type Long } from '../types/index.js';

/**
 * Order of an unscaled DECIMAL and a DOUBLE; NaN for NaN, which makes every comparison but `<>` false. The double counts as the
 * decimal that its shortest text names (Java's `BigDecimal.valueOf`), so DOUBLE 1.1 equals DECIMAL 1.1.
 */
export function compareDecimalWithDouble(unscaled: Long, scale: number, double: number): number {
  // Rounding keeps the order, so only values that round to the same double need their digits compared.
  const rounded = decimalToDouble(unscaled, scale);
  if (rounded < double) return -1;
  if (rounded > double) return 1;
  const named = parseDecimalText(doubleToText(double));
  if (named === null) return Number.isNaN(double) ? NaN : double > 0 ? -1 : 1;
  const left = longToBigInt(unscaled) * powerOfTen(Math.max(0, named.scale - scale));
  const right = named.unscaled * powerOfTen(Math.max(0, scale - named.scale));
  return left < right ? -1 : left > right ? 1 : 0;
}
