import { describe, expect, test } from 'vitest';
import { BindError } from '../../../src/errors/index.js';
import { EvaluationError } from '../../../src/functions/index.js';
import { BIGINT, decimal, DOUBLE, formatType, INTEGER, STRING } from '../../../src/types/index.js';
import { call, given, NULL, valueOf } from './harness.js';

const int = (value: number) => given(INTEGER, value);
const long = (value: number | bigint) => given(BIGINT, value);
const double = (value: number) => given(DOUBLE, value);
const dec = (unscaled: number | bigint, precision: number, scale: number) => given(decimal(precision, scale), unscaled);

describe('rounding', () => {
  test.each([[1.5, 2], [-1.5, -1], [0.5, 1], [-0.5, 0], [0.49999999999999994, 0], [2.4, 2], [Number.NaN, 0], [1e300, 2n ** 63n - 1n], [-Infinity, -(2n ** 63n)]])('ROUND(%d)', (value, expected) => {
    const result = valueOf('ROUND', double(value));
    expect(result).toBe(Object.is(expected, -0) ? 0 : expected);
  });
  test.each([[2.675, 2, 2.68], [-2.675, 2, -2.67], [2.5, 0, 3], [-2.5, 0, -2], [1250, -2, 1300], [-1250, -2, -1200], [1.1, 400, 1.1], [5, -400, 0], [-0.1, 0, 0]])('ROUND(%d, %d)', (value, places, expected) => {
    expect(valueOf('ROUND', double(value), int(places))).toBeCloseTo(expected, 12);
  });
  test('a number of places needs a finite value', () => {
    expect(() => valueOf('ROUND', double(Number.NaN), int(1))).toThrow(EvaluationError);
    expect(() => valueOf('TRUNC', double(Infinity), int(1))).toThrow(EvaluationError);
  });
  test('decimals', () => {
    expect(call('ROUND', dec(-15, 3, 1))).toEqual({ type: decimal(2, 0), value: -1 });
    expect(call('ROUND', dec(9999999999999999999n, 19, 3)).value).toBe(10n ** 16n);
    expect(call('ROUND', dec(12345, 5, 3), int(1))).toEqual({ type: decimal(5, 3), value: 12300 });
    expect(call('ROUND', dec(12355, 5, 2), int(-1)).value).toBe(12000);
    expect(call('ROUND', dec(12355, 5, 2), int(-2_000_000_000)).value).toBe(0);
    expect(call('TRUNC', dec(-1999, 4, 3))).toEqual({ type: decimal(1, 0), value: -1 });
    expect(call('TRUNC', dec(-1999, 4, 3), int(2)).value).toBe(-1990);
    expect(() => call('ROUND', dec(5, 1, 1))).toThrow(BindError);
  });
  test('whole numbers become BIGINT; null fails the call', () => {
    expect(call('ROUND', int(5))).toEqual({ type: BIGINT, value: 5 });
    expect(() => valueOf('ROUND', given(INTEGER, null))).toThrow(EvaluationError);
    expect(valueOf('ROUND', given(DOUBLE, null))).toBeNull();
  });
  test('CEIL and FLOOR keep the type', () => {
    expect(call('CEIL', dec(12, 2, 1))).toEqual({ type: decimal(2, 1), value: 20 });
    expect(call('CEIL', dec(-12, 2, 1)).value).toBe(-10);
    expect(call('FLOOR', dec(-12, 2, 1)).value).toBe(-20);
    expect(call('FLOOR', long(2n ** 60n))).toEqual({ type: BIGINT, value: 2n ** 60n });
    expect(valueOf('CEIL', double(1.2))).toBe(2);
  });
});

describe('signs', () => {
  test('the least integers stay negative', () => {
    expect(valueOf('ABS', int(-2147483648))).toBe(-2147483648);
    expect(valueOf('ABS', int(-5))).toBe(5);
    expect(valueOf('ABS', long(-(2n ** 63n)))).toBe(-(2n ** 63n));
    expect(valueOf('ABS', long(-(2n ** 60n)))).toBe(2n ** 60n);
    expect(call('ABS', dec(-(10n ** 20n), 25, 2))).toEqual({ type: decimal(25, 2), value: 10n ** 20n });
  });
  test('sign', () => {
    expect([valueOf('SIGN', double(-0.1)), valueOf('SIGN', long(2n ** 62n)), valueOf('SIGN', double(Number.NaN)), valueOf('SIGN', int(0))]).toEqual([-1, 1, 0, 0]);
  });
});

describe('doubles', () => {
  test('domain errors are values, not failures', () => {
    expect(valueOf('SQRT', int(-1))).toBeNaN();
    expect(valueOf('LN', int(0))).toBe(-Infinity);
    expect(valueOf('ACOS', int(2))).toBeNaN();
    expect(valueOf('COT', int(0))).toBe(Infinity);
    expect([valueOf('LOG', int(1), int(5)), valueOf('LOG', int(-2), int(5)), valueOf('LOG', int(0), int(5))]).toEqual([NaN, NaN, NaN]);
    expect(valueOf('LOG', int(2), int(8))).toBeCloseTo(3, 12);
  });
  test('BIGINT and DECIMAL arguments', () => {
    expect(valueOf('SQRT', long(2n ** 60n))).toBe(2 ** 30);
    expect(valueOf('POWER', long(2n), long(62n))).toBe(2 ** 62);
    expect(formatType(call('EXP', dec(0, 2, 1)).type)).toBe('DOUBLE');
    expect(valueOf('ATAN2', double(1), dec(10, 2, 1))).toBeCloseTo(Math.PI / 4, 12);
  });
  test('constants and randomness', () => {
    expect(valueOf('PI')).toBe(Math.PI);
    expect(valueOf('RANDOM')).toBe(0.5);
  });
});

describe('GEO_DISTANCE', () => {
  const palo = [37.4439, -122.1663, 51.5257, -0.1122].map(double);
  test('kilometers, miles and blanks', () => {
    expect(valueOf('GEO_DISTANCE', ...palo)).toBeCloseTo(8634.6598, 3);
    for (const unit of ['km', ' KILOMETRES ', '', '  ']) expect(valueOf('GEO_DISTANCE', ...palo, given(STRING, unit))).toBeCloseTo(8634.6598, 3);
    expect(valueOf('GEO_DISTANCE', ...palo, NULL)).toBeCloseTo(8634.6598, 3);
    expect(valueOf('GEO_DISTANCE', ...palo, given(STRING, 'Miles'))).toBeCloseTo((8634.6598 * 3959) / 6371, 3);
  });
  test('fails outside the globe, for other units and for nulls', () => {
    expect(() => valueOf('GEO_DISTANCE', ...[91, 0, 0, 0].map(double))).toThrow('latitude');
    expect(() => valueOf('GEO_DISTANCE', ...[0, 0, 0, -180.5].map(double))).toThrow('longitude');
    expect(() => valueOf('GEO_DISTANCE', ...palo, given(STRING, 'parsec'))).toThrow('parsec');
    expect(() => valueOf('GEO_DISTANCE', ...palo.slice(1), given(DOUBLE, null))).toThrow(EvaluationError);
  });
});
