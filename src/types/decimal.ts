import type { DecimalType } from './sql-type.js';
import { canonicalLong } from './long.js';
import type { Long } from './value.js';

/** HALF_UP rounds ties away from zero, DOWN cuts, UNNECESSARY refuses to lose digits. */
export type Rounding = 'HALF_UP' | 'DOWN' | 'UNNECESSARY';

/** Powers of ten that are exact safe integers. */
const SMALL_POWERS: readonly number[] = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

/** 10^exponent; a small exponent answers from a table. */
export function powerOfTen(exponent: number): bigint {
  const small = SMALL_POWERS[exponent];
  return small === undefined ? 10n ** BigInt(exponent) : BigInt(small);
}

const DECIMAL_TEXT = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d{1,9}))?$/;

/**
 * Java's `new BigDecimal(text)`: no white space, optional sign, point and exponent. The scale is negative for `1e3`; texts
 * come from users, so use `textToDecimal` where a type bounds the size before any power of ten is computed.
 */
export function parseDecimalText(text: string): { readonly unscaled: bigint; readonly scale: number } | null {
  const match = DECIMAL_TEXT.exec(text);
  if (match === null) return null;
  const [, sign, whole = '', fractionAfterWhole, bareFraction, exponent] = match;
  const fraction = fractionAfterWhole ?? bareFraction ?? '';
  const digits = BigInt(whole + fraction);
  return { unscaled: sign === '-' ? -digits : digits, scale: fraction.length - Number(exponent ?? '0') };
}

/** The text as a value of the type, or null when it is no number, does not fit, or would need a refused rounding. */
export function textToDecimal(text: string, type: DecimalType, rounding: Rounding): Long | null {
  const parsed = parseDecimalText(text);
  if (parsed === null) return null;
  return boundedRescale(parsed.unscaled, parsed.scale, type, rounding);
}

/** Rescales to the type; null when the value does not fit. Safe for any scale: the size is checked before it is computed. */
export function boundedRescale(unscaled: bigint, scale: number, type: DecimalType, rounding: Rounding): Long | null {
  if (unscaled === 0n) return 0;
  const wholeDigits = decimalPrecision(unscaled) - scale;
  if (wholeDigits > type.precision - type.scale) return null;
  if (wholeDigits < -type.scale - 1) return rounding === 'UNNECESSARY' ? null : 0;
  const rescaled = rescaleDecimal(canonicalLong(unscaled), scale, type.scale, rounding);
  return rescaled !== null && fitsDecimal(rescaled, type) ? rescaled : null;
}

/** Plain notation with exactly `scale` digits after the point; a negative scale writes the zeros out. */
export function decimalToText(unscaled: Long, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const isNegative = unscaled < 0;
  const digits = (isNegative ? -unscaled : unscaled).toString();
  const sign = isNegative ? '-' : '';
  if (scale < 0) return digits === '0' ? '0' : sign + digits + '0'.repeat(-scale);
  const padded = digits.padStart(scale + 1, '0');
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

/** Java's `BigDecimal.toString`: an exponent where the scale is negative or the value is tiny, else plain. */
export function decimalToScientificText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  const exponent = digits.length - 1 - scale;
  if (scale >= 0 && exponent >= -6) return decimalToText(unscaled, scale);
  const mantissa = digits.length > 1 ? `${digits.slice(0, 1)}.${digits.slice(1)}` : digits;
  return `${unscaled < 0n ? '-' : ''}${mantissa}${exponent === 0 ? '' : `E${exponent > 0 ? '+' : ''}${exponent}`}`;
}

/** Number of digits; 1 for zero, as in Java. */
export function decimalPrecision(unscaled: Long | bigint): number {
  if (typeof unscaled === 'number') {
    const magnitude = Math.abs(unscaled);
    let digits = 1;
    while (digits < 16 && magnitude >= (SMALL_POWERS[digits] ?? Infinity)) digits++;
    return digits;
  }
  return (unscaled < 0n ? -unscaled : unscaled).toString().length;
}

/** Null only with UNNECESSARY, when digits would be lost. Does not check the precision: see `fitsDecimal`. */
export function rescaleDecimal(unscaled: Long, fromScale: number, toScale: number, rounding: Rounding): Long | null {
  if (fromScale === toScale || unscaled === 0) return unscaled;
  return toScale > fromScale
    ? scaleUp(unscaled, toScale - fromScale)
    : scaleDown(unscaled, fromScale - toScale, rounding);
}

function scaleUp(unscaled: Long, places: number): Long {
  const power = SMALL_POWERS[places];
  if (typeof unscaled === 'number' && power !== undefined) {
    const product = unscaled * power;
    if (Number.isSafeInteger(product)) return product;
  }
  return canonicalLong(BigInt(unscaled) * powerOfTen(places));
}

function scaleDown(unscaled: Long, places: number, rounding: Rounding): Long | null {
  const power = SMALL_POWERS[places];
  if (typeof unscaled === 'number' && power !== undefined) {
    const remainder = unscaled % power;
    const quotient = (unscaled - remainder) / power + 0;
    if (remainder === 0 || rounding === 'DOWN') return quotient;
    if (rounding === 'UNNECESSARY') return null;
    return Math.abs(remainder) * 2 >= power ? quotient + Math.sign(unscaled) : quotient;
  }
  const value = BigInt(unscaled);
  const divisor = powerOfTen(places);
  const quotient = value / divisor;
  const remainder = value % divisor;
  if (remainder === 0n || rounding === 'DOWN') return canonicalLong(quotient);
  if (rounding === 'UNNECESSARY') return null;
  const isUp = (remainder < 0n ? -remainder : remainder) * 2n >= divisor;
  return canonicalLong(isUp ? quotient + (value < 0n ? -1n : 1n) : quotient);
}

/** Whether the value, already at the type's scale, has at most `precision` digits. */
export function fitsDecimal(unscaled: Long, type: DecimalType): boolean {
  const limit = SMALL_POWERS[type.precision];
  if (limit !== undefined) return unscaled < limit && unscaled > -limit;
  // A number has at most 16 digits.
  return typeof unscaled === 'number' ? type.precision >= 16 : decimalPrecision(unscaled) <= type.precision;
}

/** Correctly rounded, as `BigDecimal.doubleValue`. */
export function decimalToDouble(unscaled: Long, scale: number): number {
  // A quotient of two exact doubles is correctly rounded by IEEE division; 10^22 is the last exact power.
  if (typeof unscaled === 'number' && scale >= 0 && scale <= 22) return unscaled / 10 ** scale;
  return Number(`${unscaled}e${-scale}`);
}

/** The exact value of a finite double. */
export function doubleToExactDecimal(value: number): { readonly unscaled: bigint; readonly scale: number } {
  if (Number.isInteger(value)) return { unscaled: BigInt(value), scale: 0 };
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  // value = mantissa · 2^−shift = mantissa · 5^shift · 10^−shift; not whole, so shift is positive.
  const shift = 1075 - Math.max(biased, 1);
  const unscaled = mantissa * 5n ** BigInt(shift);
  return { unscaled: value < 0 ? -unscaled : unscaled, scale: shift };
}

/** Rounds half up to at most `digits` significant digits (Java's MathContext). */
export function roundToPrecision(unscaled: bigint, scale: number, digits: number): { readonly unscaled: bigint; readonly scale: number } {
  const excess = decimalPrecision(unscaled) - digits;
  if (excess <= 0) return { unscaled, scale };
  const rounded = rescaleDecimal(unscaled, excess, 0, 'HALF_UP') ?? 0;
  // A carry such as 9.99 → 10.0 has one digit too many, which is a zero; the value is the same.
  return { unscaled: BigInt(rounded), scale: scale - excess };
}

/** A double as a decimal of the type: first to `precision` significant digits, then half up to the scale; null when it does not fit. */
export function doubleToDecimal(value: number, type: DecimalType): Long | null {
  if (!Number.isFinite(value)) return null;
  const exact = doubleToExactDecimal(value);
  const rounded = roundToPrecision(exact.unscaled, exact.scale, type.precision);
  return boundedRescale(rounded.unscaled, rounded.scale, type, 'HALF_UP');
}
