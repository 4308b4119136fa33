import { describe, expect, test } from 'vitest';
import { BindError } from '../../../src/errors/index.js';
import { EvaluationError } from '../../../src/functions/index.js';
import { array, BIGINT, BOOLEAN, BYTES, DATE, decimal, DOUBLE, INTEGER, map, STRING, stringOf, struct, type SqlValue } from '../../../src/types/index.js';
import { call, given, NULL, valueOf } from './harness.js';

const ints = (...items: (number | null)[]) => given(array(INTEGER), items);
const noInts = given(array(INTEGER), null);
const int = (value: number | null) => given(INTEGER, value);
const text = (value: string | null) => given(STRING, value);
const counts = (entries: Record<string, SqlValue> | null) => given(map(STRING, INTEGER), entries === null ? null : new Map(Object.entries(entries)));

describe('arrays', () => {
  test('length counts nulls', () => {
    expect(valueOf('array_length', ints(1, null))).toBe(2);
    expect(valueOf('ARRAY_LENGTH', noInts)).toBeNull();
  });
  test('concat is null only when both are', () => {
    expect(valueOf('ARRAY_CONCAT', ints(1, 2), ints(2))).toEqual([1, 2, 2]);
    expect(valueOf('ARRAY_CONCAT', ints(1), noInts)).toEqual([1]);
    expect(valueOf('ARRAY_CONCAT', noInts, ints(1))).toEqual([1]);
    expect(valueOf('ARRAY_CONCAT', noInts, noInts)).toBeNull();
  });
  test('contains finds null in null elements and nothing in a null array', () => {
    expect(valueOf('ARRAY_CONTAINS', ints(1, null), int(null))).toBe(true);
    expect(valueOf('ARRAY_CONTAINS', ints(1), int(null))).toBe(false);
    expect(valueOf('ARRAY_CONTAINS', noInts, int(1))).toBe(false);
    expect(valueOf('ARRAY_CONTAINS', given(array(BYTES), [new Uint8Array([1, 2])]), given(BYTES, new Uint8Array([1, 2])))).toBe(true);
    expect(valueOf('ARRAY_CONTAINS', given(array(array(INTEGER)), [[1], [2, null]]), ints(2, null))).toBe(true);
  });
  test('set functions keep the order of first appearance and treat null as a value', () => {
    expect(valueOf('ARRAY_DISTINCT', ints(0, null, 0, 1, null))).toEqual([0, null, 1]);
    expect(valueOf('ARRAY_EXCEPT', ints(0, 0, 1, 0, -1), ints(1, -2))).toEqual([0, -1]);
    expect(valueOf('ARRAY_EXCEPT', ints(0, null, 1), ints(null))).toEqual([0, 1]);
    expect(valueOf('ARRAY_INTERSECT', ints(0, 0, 1, 0, -1), ints(1, -2, 0))).toEqual([0, 1]);
    expect(valueOf('ARRAY_UNION', ints(0, 0, 1, 0, -1), ints(1, -2, 0))).toEqual([0, 1, -1, -2]);
    expect(valueOf('ARRAY_UNION', ints(1), noInts)).toBeNull();
    const nested = (...items: number[][]) => given(array(array(INTEGER)), items);
    expect(valueOf('ARRAY_INTERSECT', nested([1], [2]), nested([2], [3]))).toEqual([[2]]);
    expect(valueOf('ARRAY_DISTINCT', nested([1, 2], [1, 2], [12]))).toEqual([[1, 2], [12]]);
  });
  test('join prints elements as SQL does', () => {
    expect(valueOf('ARRAY_JOIN', ints(1, null, 3))).toBe('1,null,3');
    expect(valueOf('ARRAY_JOIN', ints(1, 3), text(null))).toBe('13');
    expect(valueOf('ARRAY_JOIN', ints(1, 3), text(' | '))).toBe('1 | 3');
    expect(valueOf('ARRAY_JOIN', given(array(DOUBLE), [1, 2.5]))).toBe('1.0,2.5');
    expect(valueOf('ARRAY_JOIN', given(array(decimal(4, 2)), [150, 5]))).toBe('1.50,0.05');
    expect(valueOf('ARRAY_JOIN', given(array(BOOLEAN), [true]))).toBe('true');
    expect(valueOf('ARRAY_JOIN', noInts)).toBeNull();
    expect(valueOf('ARRAY_JOIN', given(array(array(INTEGER)), [null]))).toBe('null');
    expect(() => valueOf('ARRAY_JOIN', given(array(array(INTEGER)), [[1]]))).toThrow(EvaluationError);
    expect(() => valueOf('ARRAY_JOIN', given(array(DATE), [1]))).toThrow(EvaluationError);
  });
  test('max and min ignore nulls', () => {
    expect(valueOf('ARRAY_MAX', ints(-1, 2, null))).toBe(2);
    expect(valueOf('ARRAY_MIN', ints(-1, 2, null))).toBe(-1);
    expect(valueOf('ARRAY_MAX', ints(null))).toBeNull();
    expect(valueOf('ARRAY_MAX', ints())).toBeNull();
    expect(call('ARRAY_MAX', given(array(decimal(4, 2)), [150, 5]))).toEqual({ type: decimal(4, 2), value: 150 });
    expect(valueOf('ARRAY_MAX', given(array(STRING), ['a', 'á', 'b']))).toBe('á');
    expect(() => valueOf('ARRAY_MAX', given(array(array(INTEGER)), []))).toThrow(BindError);
  });
  test('remove', () => {
    expect(valueOf('ARRAY_REMOVE', ints(1, null, 1, 2), int(1))).toEqual([null, 2]);
    expect(valueOf('ARRAY_REMOVE', ints(1, null), int(null))).toEqual([1]);
    expect(valueOf('ARRAY_REMOVE', noInts, int(1))).toBeNull();
  });
  test('sort puts nulls last in both directions and leaves its argument alone', () => {
    const items = [2, null, 10, 1];
    expect(valueOf('ARRAY_SORT', given(array(INTEGER), items))).toEqual([1, 2, 10, null]);
    expect(valueOf('ARRAY_SORT', given(array(INTEGER), items), text('desc'))).toEqual([10, 2, 1, null]);
    expect(valueOf('ARRAY_SORT', given(array(INTEGER), items), text('Ascending'))).toEqual([1, 2, 10, null]);
    expect(valueOf('ARRAY_SORT', given(array(INTEGER), items), text('up'))).toBeNull();
    expect(valueOf('ARRAY_SORT', given(array(INTEGER), items), text(null))).toBeNull();
    expect(items).toEqual([2, null, 10, 1]);
    expect(valueOf('ARRAY_SORT', given(array(BIGINT), [2n ** 60n, 5, -(2n ** 61n)]))).toEqual([-(2n ** 61n), 5, 2n ** 60n]);
  });
  test('slice is 1-based and inclusive', () => {
    expect(valueOf('SLICE', ints(1, 2, 3, 4), int(2), int(3))).toEqual([2, 3]);
    expect(valueOf('SLICE', ints(1, 2, 3), int(null), int(2))).toEqual([1, 2]);
    expect(valueOf('SLICE', ints(1, 2, 3), int(2), int(null))).toEqual([2, 3]);
    expect(valueOf('SLICE', ints(1, 2, 3), int(2), int(1))).toEqual([]);
    expect(valueOf('SLICE', ints(1, 2, 3), int(0), int(1))).toBeNull();
    expect(valueOf('SLICE', ints(1, 2, 3), int(2), int(4))).toBeNull();
    expect(() => valueOf('SLICE', ints(1, 2, 3), int(3), int(1))).toThrow(EvaluationError);
    expect(valueOf('SLICE', noInts, int(1), int(1))).toBeNull();
  });
  test('series', () => {
    const big = (value: number | bigint) => given(BIGINT, value);
    expect(call('GENERATE_SERIES', int(1), int(3))).toEqual({ type: array(INTEGER), value: [1, 2, 3] });
    expect(valueOf('GENERATE_SERIES', int(3), int(1))).toEqual([3, 2, 1]);
    expect(valueOf('GENERATE_SERIES', int(3), int(3))).toEqual([3]);
    expect(valueOf('GENERATE_SERIES', int(0), int(9), int(4))).toEqual([0, 4, 8]);
    expect(call('GENERATE_SERIES', big(2n ** 60n), big(2n ** 60n + 2n), int(2))).toEqual({ type: array(BIGINT), value: [2n ** 60n, 2n ** 60n + 2n] });
    expect(() => valueOf('GENERATE_SERIES', int(1), int(2), int(0))).toThrow('GENERATE_SERIES step cannot be zero');
    expect(() => valueOf('GENERATE_SERIES', int(1), int(2), int(-1))).toThrow('GENERATE_SERIES step has wrong sign');
    expect(() => valueOf('GENERATE_SERIES', int(null), int(2))).toThrow(EvaluationError);
    expect(() => valueOf('GENERATE_SERIES', int(-(2 ** 31)), int(2 ** 31 - 1))).toThrow(EvaluationError);
    expect(valueOf('GENERATE_SERIES', big(-(2n ** 63n)), big(0))).toEqual([-(2n ** 63n)]);
    expect(valueOf('GENERATE_SERIES', big(-(2n ** 63n)), big(-1))).toEqual([]);
  });
});

describe('maps', () => {
  test('as_map', () => {
    const keys = (...items: (string | null)[]) => given(array(STRING), items);
    expect(valueOf('AS_MAP', keys('a', 'b', 'a'), ints(1))).toEqual(new Map([['a', null], ['b', null]]));
    expect(valueOf('AS_MAP', keys('a'), ints(1, 2))).toEqual(new Map([['a', 1]]));
    expect(valueOf('AS_MAP', keys('a'), noInts)).toBeNull();
    expect(valueOf('AS_MAP', keys(null), ints(1))).toEqual(new Map([[null, 1]]));
    expect(() => valueOf('ENTRIES', given(map(STRING, INTEGER), new Map([[null, 1]])), given(BOOLEAN, true))).toThrow('ENTRIES cannot sort a null key.');
  });
  test('keys, values and union', () => {
    expect(valueOf('MAP_KEYS', counts({ a: 1, b: null }))).toEqual(['a', 'b']);
    expect(valueOf('MAP_VALUES', counts({ a: 1, b: null }))).toEqual([1, null]);
    expect(valueOf('MAP_KEYS', counts(null))).toBeNull();
    expect(valueOf('MAP_UNION', counts({ a: 1, b: 2 }), counts({ b: 3 }))).toEqual(new Map([['a', 1], ['b', 3]]));
    expect(valueOf('MAP_UNION', counts(null), counts({ b: 3 }))).toEqual(new Map([['b', 3]]));
    expect(valueOf('MAP_UNION', counts(null), counts(null))).toBeNull();
  });
  test('entries', () => {
    const sorted = given(BOOLEAN, true);
    expect(call('ENTRIES', counts({ b: 2, a: null }), sorted)).toEqual({
      type: array(struct([{ name: 'K', type: STRING }, { name: 'V', type: INTEGER }])),
      value: [['a', null], ['b', 2]],
    });
    expect(valueOf('ENTRIES', counts(null), sorted)).toBeNull();
    expect(() => valueOf('ENTRIES', counts({}), given(BOOLEAN, null))).toThrow(EvaluationError);
  });
});

describe('conditionals', () => {
  test('nulls', () => {
    expect(valueOf('COALESCE', int(null), int(null), int(3), int(4))).toBe(3);
    expect(valueOf('COALESCE', int(null))).toBeNull();
    expect(call('COALESCE', NULL, text('a'))).toEqual({ type: STRING, value: 'a' });
    expect(() => call('COALESCE', NULL)).toThrow(BindError);
    expect(() => call('COALESCE', int(1), given(BIGINT, 1))).toThrow(BindError);
    expect(valueOf('IFNULL', text(null), text('b'))).toBe('b');
    expect(valueOf('NULLIF', text('a'), text('a'))).toBeNull();
    expect(valueOf('NULLIF', text('a'), text(null))).toBe('a');
    expect(valueOf('NULLIF', text(null), text('a'))).toBeNull();
    expect(valueOf('NULLIF', ints(1, null), ints(1, null))).toBeNull();
    expect(call('AS_VALUE', text('k'))).toEqual({ type: STRING, value: 'k' });
  });
  test('greatest and least', () => {
    expect(valueOf('GREATEST', int(3), int(null), int(7), NULL, int(5))).toBe(7);
    expect(valueOf('LEAST', int(3), int(null), int(7))).toBe(3);
    expect(valueOf('GREATEST', int(null), int(null))).toBeNull();
    expect(valueOf('GREATEST', given(BIGINT, 2n ** 63n - 1n), given(BIGINT, 4))).toBe(2n ** 63n - 1n);
    expect(valueOf('LEAST', text('b'), text('a'))).toBe('a');
    expect(valueOf('GREATEST', given(DOUBLE, Number.NaN), given(DOUBLE, 4))).toBeNaN();
    // Signed bytes: 0xff is −1.
    expect(valueOf('GREATEST', given(BYTES, new Uint8Array([0xff])), given(BYTES, new Uint8Array([1])))).toEqual(new Uint8Array([1]));
    expect(valueOf('GREATEST', given(DATE, 5), text('1970-01-10'))).toBe(9);
    expect(() => call('GREATEST')).toThrow(BindError);
    expect(() => call('GREATEST', int(1), given(BIGINT, 2))).toThrow('ambiguous');
    expect(() => call('GREATEST', text('a'), int(1))).toThrow(BindError);
  });
  test('decimals of different scales compare by value and get the widened type', () => {
    const small = given(decimal(3, 1), 15);
    const fine = given(decimal(6, 4), 14999);
    expect(call('GREATEST', small, fine)).toEqual({ type: decimal(6, 4), value: 15000 });
    expect(call('LEAST', small, fine)).toEqual({ type: decimal(6, 4), value: 14999 });
    expect(call('GREATEST', given(decimal(6, 0), 100000), fine)).toEqual({ type: decimal(10, 4), value: 1000000000 });
  });
});

describe('lambdas', () => {
  const lambda = (parameters: (typeof INTEGER)[], returns: typeof INTEGER, evaluate: (...values: SqlValue[]) => SqlValue) =>
    given({ kind: 'LAMBDA', parameters, returns }, evaluate);
  const add = (by: number) => lambda([INTEGER], BIGINT, (x) => (x === null ? null : Number(x) + by));

  test('transform an array', () => {
    expect(call('TRANSFORM', ints(1, null), add(1))).toEqual({ type: array(BIGINT), value: [2, null] });
    expect(valueOf('TRANSFORM', noInts, add(1))).toBeNull();
    const failing = lambda([INTEGER], INTEGER, () => { throw new EvaluationError('no'); });
    expect(() => valueOf('TRANSFORM', ints(1), failing)).toThrow('no');
  });
  test('transform a map: null and repeated results fail', () => {
    const key = (change: (key: SqlValue) => SqlValue) => lambda([STRING, INTEGER], STRING, (k) => change(k));
    const value = lambda([STRING, INTEGER], INTEGER, (_, v) => (v === null ? null : Number(v) * 2));
    expect(call('TRANSFORM', counts({ a: 1, b: 2 }), key((k) => `${stringOf(k)}!`), value)).toEqual({
      type: map(STRING, INTEGER),
      value: new Map([['a!', 2], ['b!', 4]]),
    });
    expect(() => valueOf('TRANSFORM', counts({ a: 1, b: 2 }), key(() => 'same'), value)).toThrow(EvaluationError);
    expect(() => valueOf('TRANSFORM', counts({ a: 1 }), key(() => null), value)).toThrow(EvaluationError);
    expect(() => valueOf('TRANSFORM', counts({ a: null }), key((k) => k), value)).toThrow(EvaluationError);
    expect(valueOf('TRANSFORM', counts(null), key((k) => k), value)).toBeNull();
  });
  test('repeated keys are found by value', () => {
    const toArray = given({ kind: 'LAMBDA', parameters: [STRING, INTEGER], returns: array(INTEGER) }, () => [1]);
    const value = lambda([STRING, INTEGER], INTEGER, (_, v) => v ?? null);
    expect(() => valueOf('TRANSFORM', counts({ a: 1, b: 2 }), toArray, value)).toThrow(EvaluationError);
  });
  test('filter', () => {
    const aboveOne = lambda([INTEGER], BOOLEAN, (x) => (x === null ? null : Number(x) > 1));
    expect(call('FILTER', ints(1, 2, 3), aboveOne)).toEqual({ type: array(INTEGER), value: [2, 3] });
    expect(() => valueOf('FILTER', ints(1, null), aboveOne)).toThrow(EvaluationError);
    expect(valueOf('FILTER', noInts, aboveOne)).toBeNull();
    const isA = lambda([STRING, INTEGER], BOOLEAN, (k) => k === 'a');
    expect(valueOf('FILTER', counts({ a: 1, b: 2 }), isA)).toEqual(new Map([['a', 1]]));
  });
  test('reduce', () => {
    const sum = lambda([INTEGER, INTEGER], INTEGER, (s, x) => Number(s) + Number(x));
    expect(call('REDUCE', ints(1, 2), int(10), sum)).toEqual({ type: INTEGER, value: 13 });
    expect(valueOf('REDUCE', noInts, int(10), sum)).toBe(10);
    expect(valueOf('REDUCE', ints(1), int(null), sum)).toBeNull();
    const sumValues = lambda([INTEGER, STRING, INTEGER], INTEGER, (s, _, v) => Number(s) + Number(v));
    expect(valueOf('REDUCE', counts({ a: 1, b: 2 }), int(0), sumValues)).toBe(3);
    const toText = lambda([INTEGER, INTEGER], STRING, () => 'x');
    expect(() => call('REDUCE', ints(1), int(1), toText)).toThrow(BindError);
  });
});
