import { canonicalLong, decimalPrecision, decimalToDouble, doubleToText, parseDecimalText, type Long } from '../../../types/index.js';
import { EvaluationError } from '../../evaluation-error.js';

/** How digits are dropped: to the next lower or higher number, toward zero, or to the nearest with ties toward +∞. */
export type DigitRounding = 'floor' | 'ceiling' | 'down' | 'nearest';

/** The unscaled decimal with at most `places` digits after the point, at the scale it had; negative places round before the point. */
export function roundDigits(unscaled: Long, scale: number, places: number, rounding: DigitRounding): Long {
  const dropped = scale - places;
  if (dropped <= 0) return unscaled;
  // Places come from users: beyond the digits of the value there is nothing to compute.
  if (dropped > decimalPrecision(unscaled) + 1 && (rounding === 'down' || rounding === 'nearest')) return 0;
  const power = 10n ** BigInt(dropped);
  return canonicalLong(roundedQuotient(BigInt(unscaled), power, rounding) * power);
}

/** The decimal as a whole number. */
export function roundToWhole(unscaled: Long, scale: number, rounding: DigitRounding): Long {
  return scale === 0 ? unscaled : canonicalLong(roundedQuotient(BigInt(unscaled), 10n ** BigInt(scale), rounding));
}

/** Rounds the decimal that a DOUBLE shows as text, as ksqlDB does: 2.675 is a tie. Fails for NaN and infinities. */
export function roundDouble(value: number, places: number, rounding: DigitRounding): number {
  const parsed = parseDecimalText(doubleToText(value));
  if (parsed === null) throw new EvaluationError(`${doubleToText(value)} cannot be rounded to a number of places.`);
  return decimalToDouble(roundDigits(canonicalLong(parsed.unscaled), parsed.scale, places, rounding), parsed.scale);
}

function roundedQuotient(value: bigint, divisor: bigint, rounding: DigitRounding): bigint {
  switch (rounding) {
    case 'down':
      return value / divisor;
    case 'floor':
      return floorQuotient(value, divisor);
    case 'ceiling':
      return -floorQuotient(-value, divisor);
    case 'nearest':
      return floorQuotient(2n * value + divisor, 2n * divisor);
  }
}

function floorQuotient(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
