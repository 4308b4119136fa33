import {
  decimalToDouble, formatType, longToInteger, parseDecimalText, powerOfTen, textToDecimal, textToDouble, textToInteger, textToLong,
  wrapLong, type DecimalType, type Long, type SqlValue,
} from '../../types/index.js';
import { skipNumber, skipString, skipWord } from './scan.js';
import { wrongKind, type JsonSource } from './source.js';
import { decodeString } from './text.js';

/** Reads the value at `at` into `source.value` and gives the place after it. `depth` is the number of containers around it. */
export type ValueReader = (source: JsonSource, at: number, depth: number) => number;

const DAY_MS = 86_400_000;
/** Days whose milliseconds still fit 64 bits; beyond, Java saturates. */
const MAX_DAYS = 106_751_991_167;

/** Readers of what is a number or a numeric text: they differ in what they make of the two. */
function numericReader(
  typeText: string,
  ofNumber: (source: JsonSource, from: number, to: number) => SqlValue,
  ofText: (text: string) => SqlValue,
): ValueReader {
  return (source, at, depth) => {
    const byte = source.bytes[at] ?? 0;
    if ((byte >= 0x30 && byte <= 0x39) || byte === 0x2d) {
      const end = skipNumber(source, at);
      const value = ofNumber(source, at, end);
      if (value === null) wrongKind(source, at, typeText, depth, 'the value does not fit');
      source.value = value;
      return end;
    }
    if (byte === 0x22) {
      const end = skipString(source, at + 1);
      const value = ofText(decodeString(source, at + 1, end - 1, source.flags));
      if (value === null) wrongKind(source, at, typeText, depth, 'the text does not fit');
      source.value = value;
      return end;
    }
    if (byte !== 0x6e) wrongKind(source, at, typeText, depth);
    source.value = null;
    return skipWord(source, at, 'null');
  };
}

/** A number cut to a whole one, wrapped at 64 bits; null when its exponent is absurd. */
function wholeNumber(source: JsonSource, from: number, to: number): Long | null {
  const { bytes } = source;
  const isNegative = bytes[from] === 0x2d;
  const start = isNegative ? from + 1 : from;
  if (to - start <= 15) {
    let value = 0;
    let at = start;
    for (; at < to; at++) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at === to) return isNegative ? 0 - value : value;
  }
  return truncated(bytes.latin1Slice(from, to));
}

function truncated(text: string): Long | null {
  const parsed = parseDecimalText(text);
  if (parsed === null) return null;
  const { unscaled, scale } = parsed;
  if (scale <= 0) {
    // 10^64 and more are multiples of 2^64.
    return scale <= -64 ? 0 : wrapLong(unscaled * powerOfTen(-scale));
  }
  return scale > text.length ? 0 : wrapLong(unscaled / powerOfTen(scale));
}

export const readInteger = numericReader(
  'INTEGER',
  (source, from, to) => {
    const whole = wholeNumber(source, from, to);
    return whole === null ? null : longToInteger(whole);
  },
  textToInteger,
);

export const readBigint = numericReader('BIGINT', wholeNumber, textToLong);

function asTime(value: Long | null): number | null {
  return typeof value === 'number' && value >= 0 && value <= DAY_MS ? value : null;
}
function asDate(value: Long | null): number | null {
  return value === null ? null : Math.max(-MAX_DAYS, Math.min(MAX_DAYS, Number(value)));
}

export const readTime = numericReader('TIME', (s, from, to) => asTime(wholeNumber(s, from, to)), (text) => asTime(textToLong(text)));
export const readDate = numericReader('DATE', (s, from, to) => asDate(wholeNumber(s, from, to)), (text) => asDate(textToLong(text)));
export const readTimestamp = numericReader('TIMESTAMP', wholeNumber, textToLong);

/** Digits and at most one point, up to 15 digits: integer and number of decimals, else null. Negative zero is left to others. */
function shortDecimal(source: JsonSource, from: number, to: number): { readonly unscaled: number; readonly scale: number } | null {
  const { bytes } = source;
  const isNegative = bytes[from] === 0x2d;
  const start = isNegative ? from + 1 : from;
  if (to - start > 16) return null;
  let value = 0;
  let pointAt = to;
  for (let at = start; at < to; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (bytes[at] === 0x2e) pointAt = at + 1;
    else return null;
  }
  if (value === 0 || value > 999_999_999_999_999) return null;
  return { unscaled: isNegative ? -value : value, scale: to - pointAt };
}

export const readDouble = numericReader(
  'DOUBLE',
  (source, from, to) => {
    const short = shortDecimal(source, from, to);
    // ksqlDB reads numbers as decimals, and decimals have no negative zero.
    return short === null ? 0 + Number(source.bytes.latin1Slice(from, to)) : decimalToDouble(short.unscaled, short.scale);
  },
  textToDouble,
);

export function decimalReader(type: DecimalType): ValueReader {
  const limit = type.precision <= 15 ? 10 ** type.precision : 0;
  const ofText = (text: string): Long | null => textToDecimal(text, type, 'UNNECESSARY');
  return numericReader(
    formatType(type),
    (source, from, to) => {
      const short = shortDecimal(source, from, to);
      if (short !== null && limit > 0 && short.scale <= type.scale) {
        const unscaled = short.unscaled * 10 ** (type.scale - short.scale);
        if (Number.isSafeInteger(unscaled)) return Math.abs(unscaled) < limit ? unscaled : null;
      }
      return ofText(source.bytes.latin1Slice(from, to));
    },
    ofText,
  );
}
