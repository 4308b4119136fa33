import { describe, expect, test } from 'vitest';
import {
  BIGINT, DATE, DOUBLE, INTEGER, STRING, TIME, TIMESTAMP, BOOLEAN, BYTES, array, decimal, map, struct,
  castFunction, coerceFunction, compareBytes, compareDoubles, compareValues, compiledEquals, canImplicitlyCast, widerType,
  addLong, multiplyLong, divideLong, remainderLong, negateLong, subtractLong,
  dateToText, decimalToText, decimalTypeOf, doubleToDecimal, doubleToText, formatType, mapKeyOf, parseDecimalText, textToBytes, textToDate, textToDouble,
  textToInteger, textToLong, textToTime, textToTimestamp, timeToText, timestampToText, typesEqual, valuesEqual, valueToText,
  type SqlType, type SqlValue,
} from '../../../src/types/index.js';

const LONG_MAX = 2n ** 63n - 1n;
const LONG_MIN = -(2n ** 63n);

test('types are shown as ksqlDB shows them', () => {
  const type = struct([{ name: 'F', type: INTEGER }, { name: 'a`b', type: array(decimal(4, 2)) }]);
  expect(formatType(type)).toBe('STRUCT<`F` INTEGER, `a``b` ARRAY<DECIMAL(4, 2)>>');
  expect(formatType(map(STRING, BIGINT))).toBe('MAP<STRING, BIGINT>');
  expect(typesEqual(type, JSON.parse(JSON.stringify(type)) as SqlType)).toBe(true); // the same data, read back
  expect(typesEqual(decimal(4, 2), decimal(4, 1))).toBe(false);
});

test('doubles print as Java prints them', () => {
  const known: [number, string][] = [
    [1, '1.0'], [-0, '-0.0'], [0, '0.0'], [1e7, '1.0E7'], [9999999, '9999999.0'], [12345678.9, '1.23456789E7'], [0.001, '0.001'],
    [0.0009, '9.0E-4'], [1e-5, '1.0E-5'], [1e10, '1.0E10'], [1e23, '1.0E23'], [5e-324, '4.9E-324'], [1.7976931348623157e308, '1.7976931348623157E308'],
    [1e21, '1.0E21'], [1.5e300, '1.5E300'], [0.1 + 0.2, '0.30000000000000004'], [NaN, 'NaN'], [-Infinity, '-Infinity'], [100, '100.0'], [2e-323, '2.0E-323'],
    [9.9e-324 * 1, '9.9E-324'],
  ];
  for (const [value, text] of known) expect(doubleToText(value)).toBe(text);
});

test('number texts are as strict as Java', () => {
  expect(textToLong('9223372036854775807')).toBe(LONG_MAX);
  expect(textToLong('-9223372036854775808')).toBe(LONG_MIN);
  expect(textToLong('9223372036854775808')).toBeNull();
  expect(textToLong('+5')).toBe(5);
  expect(Object.is(textToLong('-0'), 0)).toBe(true);
  expect(textToLong('00000000000000000000012')).toBe(12);
  for (const bad of ['', ' 5', '5.0', '1e3', '0x1', '+', '--1']) expect(textToLong(bad)).toBeNull();
  expect(textToInteger('2147483647')).toBe(2147483647);
  expect(textToInteger('2147483648')).toBeNull();
  expect(textToDouble(' 1.5d ')).toBe(1.5);
  expect(textToDouble('1.')).toBe(1);
  expect(textToDouble('.5e1')).toBe(5);
  expect(textToDouble('0x1.8p1')).toBe(3);
  expect(textToDouble('-Infinity')).toBe(-Infinity);
  for (const bad of ['', '.', '1e', 'infinity', '1_0', '0x10', '0xp1']) expect(textToDouble(bad)).toBeNull();
});

test('decimals read and print', () => {
  expect(parseDecimalText('-1.50')).toEqual({ unscaled: -150n, scale: 2 });
  expect(parseDecimalText('1e3')).toEqual({ unscaled: 1n, scale: -3 });
  expect(parseDecimalText('.5')).toEqual({ unscaled: 5n, scale: 1 });
  for (const bad of ['', '.', ' 1', '1 ', '1e', 'NaN']) expect(parseDecimalText(bad)).toBeNull();
  expect(decimalToText(-5, 3)).toBe('-0.005');
  expect(decimalToText(12345, 2)).toBe('123.45');
  expect(decimalToText(12n * 10n ** 30n, 2)).toBe(`12${'0'.repeat(28)}.00`);
  expect(decimalTypeOf(5n, 2).type).toEqual(decimal(3, 2));
  expect(decimalTypeOf(150n, 2).type).toEqual(decimal(3, 2));
  expect(decimalTypeOf(5n, 1).type).toEqual(decimal(2, 1));
});

test('times read and print', () => {
  expect(timestampToText(0)).toBe('1970-01-01T00:00:00.000');
  expect(timestampToText(-1)).toBe('1969-12-31T23:59:59.999');
  expect(timestampToText(2n ** 63n - 1n)).toBe('+292278994-08-17T07:12:55.807');
  expect(timestampToText(-(2n ** 63n))).toBe('-292275055-05-16T16:47:04.192');
  expect(dateToText(19_000)).toBe('2022-01-08');
  expect(dateToText(-800_000)).toBe('-0221-09-04');
  expect(timeToText(36_900_999)).toBe('10:15');
  expect(timeToText(36_930_000)).toBe('10:15:30');
  expect(textToDate('2020')).toBe(18_262);
  expect(textToDate('2020-02')).toBe(18_293);
  expect(textToDate('2021-02-29')).toBeNull();
  expect(textToTime('10:15')).toBe(36_900_000);
  expect(textToTime('10:15:30.1239')).toBe(36_930_123);
  expect(textToTime('24:00')).toBeNull();
  const noon = Date.UTC(2020, 4, 4, 12, 0, 0);
  expect(textToTimestamp('2020-05-04T12')).toBe(noon);
  expect(textToTimestamp('2020-05-04T12:00:00.000Z')).toBe(noon);
  expect(textToTimestamp('2020-05-04T12:00+0200')).toBe(noon - 7_200_000);
  expect(textToTimestamp('2020-05-04T12:00-02:30')).toBe(noon + 9_000_000);
  expect(textToTimestamp('2020-05')).toBe(Date.UTC(2020, 4, 1));
  for (const bad of ['', 'x', '2020-13', '2020-05T12', '2020-05-04 12:00', '2020-05-04T25', '2020-05-04T12:00+2', '2020-05-04T12:00:00.0000']) expect(textToTimestamp(bad)).toBeNull();
});

test('every day of four centuries goes to text and back', () => {
  for (let day = -200_000; day < 200_000; day += 37) {
    expect(dateToText(day)).toBe(new Date(day * 86_400_000).toISOString().slice(0, 10));
    expect(textToDate(dateToText(day))).toBe(day);
  }
});

test('64-bit arithmetic wraps and stays canonical', () => {
  expect(addLong(LONG_MAX, 1)).toBe(LONG_MIN);
  expect(addLong(Number.MAX_SAFE_INTEGER, 1)).toBe(9007199254740992n);
  expect(subtractLong(9007199254740992n, 1)).toBe(Number.MAX_SAFE_INTEGER);
  expect(multiplyLong(4294967296, 4294967296)).toBe(0);
  expect(Object.is(multiplyLong(0, -5), 0)).toBe(true);
  expect(divideLong(LONG_MIN, -1)).toBe(LONG_MIN);
  expect(Object.is(divideLong(-1, 5), 0)).toBe(true);
  expect(remainderLong(-7, 3)).toBe(-1);
  expect(Object.is(remainderLong(-6, 3), 0)).toBe(true);
  expect(negateLong(LONG_MIN)).toBe(LONG_MIN);
  expect(Object.is(negateLong(0), 0)).toBe(true);
});

const cast = (from: SqlType, to: SqlType, value: SqlValue): SqlValue => {
  const conversion = castFunction(from, to);
  if (conversion === null) throw new Error('unsupported');
  return conversion(value);
};

describe('casts', () => {
  test('numbers', () => {
    expect(cast(BIGINT, INTEGER, 4294967297)).toBe(1);
    expect(cast(DOUBLE, INTEGER, 1e20)).toBe(2147483647);
    expect(cast(DOUBLE, INTEGER, -3.9)).toBe(-3);
    expect(cast(DOUBLE, INTEGER, NaN)).toBe(0);
    expect(cast(DOUBLE, BIGINT, 1e30)).toBe(LONG_MAX);
    expect(cast(DOUBLE, BIGINT, 2 ** 60)).toBe(2n ** 60n);
    expect(cast(decimal(5, 2), INTEGER, -199)).toBe(-1);
    expect(cast(decimal(3, 1), DOUBLE, 15)).toBe(1.5);
    expect(cast(STRING, INTEGER, ' 12 ')).toBe(12);
    expect(cast(STRING, DOUBLE, '1e2')).toBe(100);
    expect(() => cast(STRING, DOUBLE, 'NaN')).toThrow();
    expect(() => cast(STRING, INTEGER, '1.0')).toThrow();
    expect(cast(INTEGER, STRING, null)).toBeNull();
  });
  test('to decimal', () => {
    expect(cast(INTEGER, decimal(4, 2), 99)).toBe(9900);
    expect(() => cast(INTEGER, decimal(4, 2), 100)).toThrow(/overflow/);
    expect(cast(STRING, decimal(3, 1), '1.25')).toBe(13);
    expect(cast(STRING, decimal(3, 1), '-1.25')).toBe(-13);
    expect(cast(decimal(5, 3), decimal(3, 1), 1249)).toBe(12);
    expect(cast(DOUBLE, decimal(3, 2), 1.125)).toBe(113);
    expect(cast(DOUBLE, decimal(10, 2), 2.675)).toBe(268);
    expect(() => cast(DOUBLE, decimal(3, 2), 10)).toThrow();
    expect(() => cast(STRING, decimal(3, 2), '1e999999999')).toThrow();
    expect(cast(STRING, decimal(3, 2), '1e-999999999')).toBe(0);
    expect(coerceFunction(STRING, decimal(3, 2))?.('1.10')).toBe(110);
    expect(() => coerceFunction(decimal(5, 3), decimal(3, 2))?.(1234)).toThrow();
    expect(doubleToDecimal(0.1, decimal(20, 18))).toBe(100000000000000006n);
  });
  test('text, times, bytes', () => {
    for (const yes of ['t', 'TRUE', ' y ', 'ye', 'yes']) expect(cast(STRING, BOOLEAN, yes)).toBe(true);
    for (const no of ['', 'truer', 'no', '1']) expect(cast(STRING, BOOLEAN, no)).toBe(false);
    expect(cast(TIMESTAMP, DATE, -1)).toBe(-1);
    expect(cast(TIMESTAMP, TIME, -1)).toBe(86_399_999);
    expect(cast(DATE, TIMESTAMP, 2)).toBe(172_800_000);
    expect(cast(STRING, BYTES, ' AQI= ')).toEqual(new Uint8Array([1, 2]));
    expect(textToBytes('AQI')).toEqual(new Uint8Array([1, 2]));
    for (const bad of ['A', 'AQ=', 'A-==', 'AQI==']) expect(textToBytes(bad)).toBeNull();
    expect(castFunction(BYTES, STRING)).toBeNull();
    expect(castFunction(BOOLEAN, INTEGER)).toBeNull();
  });
  test('composites', () => {
    const from = struct([{ name: 'A', type: INTEGER }, { name: 'B', type: STRING }]);
    const to = struct([{ name: 'C', type: STRING }, { name: 'A', type: STRING }]);
    expect(cast(from, to, [1, 'x'])).toEqual([null, '1']);
    expect(cast(array(INTEGER), array(STRING), [1, null])).toEqual(['1', null]);
    expect(cast(from, STRING, [1, null])).toBe('Struct{A=1}');
    expect(cast(array(DOUBLE), STRING, [1, null])).toBe('[1.0, null]');
    expect(cast(map(STRING, INTEGER), STRING, new Map([['a', 1], ['b', 2]]))).toBe('{a=1, b=2}');
    expect(valueToText(decimal(4, 2))(5)).toBe('0.05');
    // Inside containers dates follow java.sql.Date: Julian before 15 October 1582.
    const dates = valueToText(array(DATE));
    expect([-719162, -141428, -141427, 0].map((day) => dates([day]))).toEqual(['[0001-01-03]', '[1582-10-04]', '[1582-10-15]', '[1970-01-01]']);
  });
});

test('comparison and identity', () => {
  expect(compareDoubles(NaN, 1)).toBe(1);
  expect(compareDoubles(-0, 0)).toBe(-1);
  expect(compareBytes(new Uint8Array([200]), new Uint8Array([1]))).toBe(-1);
  expect(compareValues(array(INTEGER), [1, null], [1, 2])).toBe(-1);
  expect(valuesEqual(map(BYTES, DOUBLE), new Map([[new Uint8Array([1]), NaN]]), new Map([[new Uint8Array([1]), NaN]]))).toBe(true);
  expect(compiledEquals(struct([{ name: 'A', type: BIGINT }]))([2n ** 60n], [2n ** 60n])).toBe(true);
  const key = mapKeyOf(array(STRING));
  expect(key(['a', null])).not.toBe(key(['a', '~']));
  expect(key(['a,b'])).not.toBe(key(['a', 'b']));
  expect(mapKeyOf(DOUBLE)(-0)).not.toBe(mapKeyOf(DOUBLE)(0));
});

test('coercion', () => {
  expect(canImplicitlyCast(INTEGER, DOUBLE)).toBe(true);
  expect(canImplicitlyCast(DOUBLE, INTEGER)).toBe(false);
  expect(canImplicitlyCast(STRING, TIMESTAMP)).toBe(true);
  expect(canImplicitlyCast(array(INTEGER), array(BIGINT))).toBe(true);
  expect(canImplicitlyCast(decimal(5, 2), decimal(4, 2))).toBe(false);
  expect(widerType(decimal(5, 2), INTEGER)).toEqual(decimal(12, 2));
  expect(widerType(decimal(5, 2), DOUBLE)).toEqual(DOUBLE);
  expect(widerType(STRING, INTEGER)).toBeNull();
});
