import { RecordError } from '../errors/index.js';
import { decimalToDouble, decimalToText, doubleToDecimal, fitsDecimal, powerOfTen, rescaleDecimal, textToDecimal, type Rounding } from './decimal.js';
import { doubleToText } from './double-text.js';
import { canonicalLong, longToBigInt, longToInteger, wrapLong } from './long.js';
import { longOf, numberOf, stringOf } from './narrow.js';
import { textToDouble, textToInteger, textToLong, trimJava } from './number-text.js';
import type { DecimalType, SqlType } from './sql-type.js';
import type { Long, SqlValue } from './value.js';

type Convert = (value: SqlValue) => SqlValue;

const invalid = (type: string, text: string): RecordError => new RecordError(`Invalid input syntax for type ${type}: "${text}"`);

/** The whole part, without its scale. */
function wholePart(unscaled: Long, scale: number): bigint {
  return longToBigInt(rescaleDecimal(unscaled, scale, 0, 'DOWN') ?? 0);
}

export function castToInteger(from: SqlType): Convert | null {
  switch (from.kind) {
    case 'BIGINT':
      return (value) => longToInteger(longOf(value));
    case 'DECIMAL':
      return (value) => Number(BigInt.asIntN(32, wholePart(longOf(value), from.scale)));
    case 'DOUBLE':
      return (value) => doubleToInteger(numberOf(value));
    case 'STRING':
      return (value) => {
        const text = stringOf(value);
        const parsed = textToInteger(trimJava(text));
        if (parsed === null) throw invalid('INTEGER', text);
        return parsed;
      };
    default:
      return null;
  }
}

/** Java's `(int)` of a double: truncates, saturates, NaN is 0. */
function doubleToInteger(value: number): number {
  if (value >= 2147483647) return 2147483647;
  if (value <= -2147483648) return -2147483648;
  return value | 0;
}

/** Java's `(long)` of a double. */
export function doubleToLong(value: number): Long {
  if (Number.isNaN(value)) return 0;
  if (value >= 2 ** 63) return 2n ** 63n - 1n;
  if (value < -(2 ** 63)) return -(2n ** 63n);
  const whole = Math.trunc(value) + 0;
  return Number.isSafeInteger(whole) ? whole : BigInt(whole);
}

export function castToBigint(from: SqlType): Convert | null {
  switch (from.kind) {
    case 'INTEGER':
      return numberOf;
    case 'DECIMAL':
      return (value) => wrapLong(wholePart(longOf(value), from.scale));
    case 'DOUBLE':
      return (value) => doubleToLong(numberOf(value));
    case 'STRING':
      return (value) => {
        const text = stringOf(value);
        const parsed = textToLong(trimJava(text));
        if (parsed === null) throw invalid('BIGINT', text);
        return parsed;
      };
    default:
      return null;
  }
}

export function castToDouble(from: SqlType): Convert | null {
  switch (from.kind) {
    case 'INTEGER':
      return numberOf;
    case 'BIGINT':
      return (value) => Number(longOf(value));
    case 'DECIMAL':
      return (value) => decimalToDouble(longOf(value), from.scale);
    case 'STRING':
      return (value) => {
        const text = stringOf(value);
        const parsed = textToDouble(text);
        // ksqlDB refuses NaN and infinities here, also those that overflow.
        if (parsed === null || !Number.isFinite(parsed)) throw invalid('DOUBLE', text);
        return parsed;
      };
    default:
      return null;
  }
}

function overflow(type: DecimalType, value: string): RecordError {
  return new RecordError(
    `Numeric field overflow: A field with precision ${type.precision} and scale ${type.scale} ` +
      `must round to an absolute value less than 10^${type.precision - type.scale}. Got ${value}`,
  );
}

/** `rounding`: HALF_UP for CAST, UNNECESSARY for implicit conversions, which never round. */
export function castToDecimal(from: SqlType, to: DecimalType, rounding: Rounding): Convert | null {
  switch (from.kind) {
    case 'INTEGER':
    case 'BIGINT':
      return (value) => {
        const whole = longOf(value);
        return checked(rescaleDecimal(whole, 0, to.scale, rounding), to, whole.toString());
      };
    case 'DECIMAL':
      return (value) => {
        const unscaled = longOf(value);
        return checked(rescaleDecimal(unscaled, from.scale, to.scale, rounding), to, decimalToText(unscaled, from.scale));
      };
    case 'DOUBLE':
      return (value) => {
        const double = numberOf(value);
        return checked(doubleToDecimal(double, to), to, doubleToText(double));
      };
    case 'STRING':
      return (value) => {
        const text = stringOf(value);
        const parsed = textToDecimal(trimJava(text), to, rounding);
        if (parsed === null) throw overflow(to, text);
        return parsed;
      };
    default:
      return null;
  }
}

function checked(unscaled: Long | null, type: DecimalType, shown: string): Long {
  if (unscaled === null || !fitsDecimal(unscaled, type)) throw overflow(type, shown);
  return unscaled;
}

/** Smallest DECIMAL that holds a literal's digits: used for typed decimal literals and quoted numbers in lists. */
export function decimalTypeOf(unscaled: bigint, scale: number): { readonly type: DecimalType; readonly value: Long } {
  const value = scale < 0 ? unscaled * powerOfTen(-scale) : unscaled;
  const places = Math.max(scale, 0);
  const digits = (value < 0n ? -value : value).toString().length;
  const type: DecimalType = { kind: 'DECIMAL', precision: Math.max(digits, places + (digits <= places ? 1 : 0)), scale: places };
  return { type, value: canonicalLong(value) };
}
