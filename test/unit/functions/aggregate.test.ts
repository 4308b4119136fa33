import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BindError } from '../../../src/errors/index.js';
import { builtInFunctions, EvaluationError } from '../../../src/functions/index.js';
import { array, BIGINT, BOOLEAN, BYTES, DATE, decimal, DOUBLE, formatType, INTEGER, map, STRING, struct, type SqlType, type SqlValue } from '../../../src/types/index.js';
import { aggregate, resultOf, stateAfter, type Result, type Row } from './harness.js';

const column = (...values: SqlValue[]): Row[] => values.map((value) => [value]);
const int = (value: number): Result => ({ type: INTEGER, value });
const bool = (value: boolean): Result => ({ type: BOOLEAN, value });
const over = (name: string, type: SqlType, ...values: SqlValue[]): SqlValue => resultOf(aggregate(name, [type]), column(...values));

describe('stored types', () => {
  test.each<[string, readonly SqlType[], readonly Result[], string, string]>([
    ['ATTR', [STRING], [], 'ARRAY<STRUCT<`VALUE` STRING, `COUNT` INTEGER>>', 'STRING'],
    ['AVG', [INTEGER], [], 'STRUCT<`SUM` INTEGER, `COUNT` BIGINT>', 'DOUBLE'],
    ['AVG', [BIGINT], [], 'STRUCT<`SUM` BIGINT, `COUNT` BIGINT>', 'DOUBLE'],
    ['COLLECT_LIST', [DATE], [], 'ARRAY<DATE>', 'ARRAY<DATE>'],
    ['COLLECT_SET', [array(INTEGER)], [], 'ARRAY<ARRAY<INTEGER>>', 'ARRAY<ARRAY<INTEGER>>'],
    ['COUNT', [array(STRING)], [], 'BIGINT', 'BIGINT'],
    ['COUNT_DISTINCT', [STRING], [], 'ARRAY<INTEGER>', 'BIGINT'],
    ['CORRELATION', [INTEGER, INTEGER], [], 'STRUCT<`X_SUM` DOUBLE, `Y_SUM` DOUBLE, `X_SQUARED_SUM` DOUBLE, `Y_SQUARED_SUM` DOUBLE, `XY_SUM` DOUBLE, `COUNT` BIGINT>', 'DOUBLE'],
    ['EARLIEST_BY_OFFSET', [STRING], [], 'STRUCT<`SEQ` BIGINT, `VAL` STRING>', 'STRING'],
    ['LATEST_BY_OFFSET', [STRING], [int(2), bool(true)], 'ARRAY<STRUCT<`SEQ` BIGINT, `VAL` STRING>>', 'ARRAY<STRING>'],
    ['HISTOGRAM', [STRING], [], 'MAP<STRING, BIGINT>', 'MAP<STRING, BIGINT>'],
    ['MAX', [decimal(4, 2)], [], 'DECIMAL(4, 2)', 'DECIMAL(4, 2)'],
    ['MIN', [BYTES], [], 'BYTES', 'BYTES'],
    ['STDDEV_SAMP', [INTEGER], [], 'STRUCT<`SUM` INTEGER, `COUNT` INTEGER, `M2` DOUBLE>', 'DOUBLE'],
    ['STDDEV_SAMPLE', [BIGINT], [], 'STRUCT<`SUM` BIGINT, `COUNT` BIGINT, `M2` DOUBLE>', 'DOUBLE'],
    ['SUM', [INTEGER], [], 'INTEGER', 'INTEGER'],
    ['SUM', [decimal(5, 1)], [], 'DECIMAL(5, 1)', 'DECIMAL(5, 1)'],
    ['SUM_LIST', [array(BIGINT)], [], 'BIGINT', 'BIGINT'],
    ['TOPK', [STRING], [int(3)], 'ARRAY<STRING>', 'ARRAY<STRING>'],
    ['TOPK', [BIGINT, STRING, decimal(4, 2)], [int(3)], 'ARRAY<STRUCT<`sort_col` BIGINT, `col0` STRING, `col1` DECIMAL(4, 2)>>', 'ARRAY<STRUCT<`sort_col` BIGINT, `col0` STRING, `col1` DECIMAL(4, 2)>>'],
    ['TOPKDISTINCT', [decimal(4, 2)], [int(3)], 'ARRAY<DECIMAL(4, 2)>', 'ARRAY<DECIMAL(4, 2)>'],
  ])('%s(%j, %j)', (name, columns, literals, state, result) => {
    const bound = aggregate(name, columns, literals);
    expect([formatType(bound.stateType), formatType(bound.returnType)]).toEqual([state, result]);
  });

  test('functions that cannot undo are refused over tables', () => {
    const aggregates = builtInFunctions.list().flatMap((entry) => (entry.kind === 'aggregate' ? [entry] : []));
    const undoable = aggregates.filter((entry) => entry.variants.every((variant) => variant.undoable)).map(({ name }) => name);
    expect(undoable).toEqual(['ATTR', 'AVG', 'COLLECT_LIST', 'CORRELATION', 'COUNT', 'HISTOGRAM', 'STDDEV_SAMP', 'STDDEV_SAMPLE', 'SUM', 'SUM_LIST']);
    expect(aggregates).toHaveLength(18);
  });
});

describe('sums and means', () => {
  test('count', () => {
    expect(over('COUNT', STRING, 'a', null, 'a')).toBe(2);
    expect(over('COUNT', STRING)).toBe(0);
  });
  test('integers wrap, nulls are ignored, nothing gives 0', () => {
    expect(over('SUM', INTEGER, 2147483647, 1, null)).toBe(-2147483648);
    expect(over('SUM', BIGINT, 2n ** 63n - 1n, 1)).toBe(-(2n ** 63n));
    expect(over('SUM', BIGINT, Number.MAX_SAFE_INTEGER, 1, 1)).toBe(2n ** 53n + 1n);
    expect(over('SUM', DOUBLE, 0.5, 0.25)).toBe(0.75);
    expect(over('SUM', INTEGER, null)).toBe(0);
  });
  test('a decimal that no longer fits fails', () => {
    const bound = aggregate('SUM', [decimal(4, 2)]);
    expect(resultOf(bound, column(5000, 4999))).toBe(9999);
    expect(() => resultOf(bound, column(9999, 1))).toThrow(EvaluationError);
    expect(() => resultOf(bound, column(9999, 1))).toThrow('Numeric field overflow: A field with precision 4 and scale 2 must round to an absolute value less than 10^2. Got 100.00');
    expect(over('SUM', decimal(40, 2), 10n ** 30n, 1)).toBe(10n ** 30n + 1n);
  });
  test('avg', () => {
    expect(over('AVG', INTEGER, 1, 2, null)).toBe(1.5);
    expect(over('AVG', INTEGER, null)).toBe(0);
    expect(over('AVG', INTEGER, 2147483647, 1)).toBe(-1073741824);
    expect(over('AVG', BIGINT, 2n ** 60n, 2n ** 60n)).toBe(2 ** 60);
    expect(() => aggregate('AVG', [decimal(4, 2)])).toThrow(BindError);
  });
  test('sum_list', () => {
    expect(over('SUM_LIST', array(INTEGER), [1, null, 2], null, [2147483647])).toBe(-2147483646);
    expect(over('SUM_LIST', array(DOUBLE))).toBe(0);
  });
});

describe('spread', () => {
  test('STDDEV_SAMP is the variance, STDDEV_SAMPLE its root', () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    for (const type of [INTEGER, BIGINT, DOUBLE]) {
      expect(over('STDDEV_SAMP', type, ...values)).toBeCloseTo(32 / 7, 12);
      expect(over('STDDEV_SAMPLE', type, ...values)).toBeCloseTo(Math.sqrt(32 / 7), 12);
    }
    expect(over('STDDEV_SAMP', INTEGER, 5, null)).toBe(0);
  });
  test('a merge of integer sessions uses truncated means in STDDEV_SAMP only', () => {
    const merge = (name: string): SqlValue => {
      const bound = aggregate(name, [INTEGER]);
      return bound.result(bound.merge?.(stateAfter(bound, column(1, 2)), stateAfter(bound, column(5, 5))) ?? null);
    };
    // m2 = 0.5 + 0 + 2·2·(1 − 5)²/4 with means 1 and 5; with 1.5 and 5 it is the exact one.
    expect(merge('STDDEV_SAMP')).toBeCloseTo(16.5 / 3, 12);
    expect(merge('STDDEV_SAMPLE')).toBeCloseTo(Math.sqrt(12.75 / 3), 12);
  });
  test('correlation', () => {
    const pairs: Row[] = [[1, 2], [2, 4], [null, 100], [3, 7]];
    expect(resultOf(aggregate('CORRELATION', [INTEGER, INTEGER]), pairs)).toBeCloseTo(0.99339926, 7);
    expect(resultOf(aggregate('CORRELATION', [DOUBLE, DOUBLE]), [[1, 1]])).toBeNaN();
    expect(() => aggregate('CORRELATION', [INTEGER, DOUBLE])).toThrow(BindError);
  });
});

describe('extremes', () => {
  test('all types', () => {
    expect(over('MAX', INTEGER, 1, null, 3, 2)).toBe(3);
    expect(over('MIN', BIGINT, 5, -(2n ** 60n), null)).toBe(-(2n ** 60n));
    expect(over('MAX', DOUBLE, 1, Number.NaN, 2)).toBeNaN();
    expect(over('MIN', DOUBLE, Number.NaN, 2)).toBe(2);
    expect(over('MIN', STRING, 'b', 'a', 'B')).toBe('B');
    expect(over('MAX', BYTES, new Uint8Array([0xff]), new Uint8Array([1]), new Uint8Array([1, 0]))).toEqual(new Uint8Array([1, 0]));
    expect(over('MAX', DATE, null)).toBeNull();
    expect(() => aggregate('MAX', [BOOLEAN])).toThrow(BindError);
  });
  test('topk keeps repetitions, topkdistinct does not', () => {
    const topk = aggregate('TOPK', [INTEGER], [int(3)]);
    expect(resultOf(topk, column(1, 5, null, 5, 4, 2))).toEqual([5, 5, 4]);
    expect(topk.merge?.([9, 5], [7, 5, 1])).toEqual([9, 7, 5]);
    const distinct = aggregate('TOPKDISTINCT', [STRING], [int(3)]);
    expect(resultOf(distinct, column('a', 'b', 'a', 'c', 'b', 'd'))).toEqual(['d', 'c', 'b']);
    expect(distinct.merge?.(['d', 'c'], ['d', 'b', 'a'])).toEqual(['d', 'c', 'b']);
    expect(() => aggregate('TOPK', [INTEGER], [int(0)])).toThrow(BindError);
  });
  test('topk with columns: equal values stay in order of arrival', () => {
    const bound = aggregate('TOPK', [INTEGER, STRING], [int(2)]);
    const rows: Row[] = [[1, 'a'], [null, 'b'], [3, null], [1, 'c'], [3, 'd'], [3, 'e']];
    expect(resultOf(bound, rows)).toEqual([[3, null], [3, 'd']]);
  });
  test('topk equals sorting everything', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: -5, max: 5 }))), fc.integer({ min: 1, max: 6 }), (values, k) => {
        const kept = values.flatMap((value) => (value === null ? [] : [value])).toSorted((a, b) => b - a);
        expect(resultOf(aggregate('TOPK', [INTEGER], [int(k)]), column(...values))).toEqual(kept.slice(0, k));
        expect(resultOf(aggregate('TOPKDISTINCT', [INTEGER], [int(k)]), column(...values))).toEqual([...new Set(kept)].slice(0, k));
      }),
    );
  });
});

describe('collections', () => {
  test('lists keep nulls and order; undo takes the newest equal value', () => {
    const bound = aggregate('COLLECT_LIST', [INTEGER]);
    expect(resultOf(bound, column(2, null, 2))).toEqual([2, null, 2]);
    expect(bound.undo?.([2, null, 2, 3], [2])).toEqual([2, null, 3]);
    expect(bound.undo?.([2], [9])).toEqual([2]);
    expect(bound.merge?.([1], [1, 2])).toEqual([1, 1, 2]);
  });
  test('caps', () => {
    const list = aggregate('COLLECT_LIST', [INTEGER], [], { 'ksql.functions.collect_list.limit': '2' });
    expect(resultOf(list, column(1, 2, 3))).toEqual([1, 2]);
    expect(list.merge?.([1], [2, 3])).toEqual([1, 2]);
    const set = aggregate('COLLECT_SET', [INTEGER], [], { 'ksql.functions.collect_set.limit': '2' });
    expect(resultOf(set, column(1, 1, 2, 3))).toEqual([1, 2]);
    expect(set.merge?.([1], [1, 2, 3])).toEqual([1, 2]);
    const unlimited = aggregate('COLLECT_LIST', [INTEGER], [], { 'ksql.functions.collect_list.limit': '-1' });
    expect(resultOf(unlimited, column(1, 2, 3))).toEqual([1, 2, 3]);
  });
  test('sets compare deeply and hold null once', () => {
    expect(over('COLLECT_SET', array(INTEGER), [1], null, [1], null, [1, 1])).toEqual([[1], null, [1, 1]]);
  });
  test('histogram', () => {
    const bound = aggregate('HISTOGRAM', [STRING]);
    const state = stateAfter(bound, column('a', 'b', null, 'a', null));
    expect(state).toEqual(new Map([['a', 2], ['b', 1], ['null', 1]]));
    expect(bound.undo?.(state, ['b'])).toEqual(new Map([['a', 2], ['null', 1]]));
    expect(bound.undo?.(state, [null])).toEqual(state);
    expect(bound.undo?.(state, ['z'])).toEqual(state);
    expect(bound.merge?.(state, new Map([['a', 1], ['c', 4]]))).toEqual(new Map([['a', 3], ['b', 1], ['null', 1], ['c', 4]]));
    const full = stateAfter(bound, Array.from({ length: 1005 }, (_, index): Row => [`k${index}`]));
    expect(bound.aggregate(full, ['new'])).toBe(full);
    expect(new Map(full instanceof Map ? full : []).size).toBe(1000);
  });
  test('attr', () => {
    const bound = aggregate('ATTR', [STRING]);
    expect(resultOf(bound, column('a', 'a'))).toBe('a');
    expect(resultOf(bound, column('a', null))).toBeNull();
    const mixed = stateAfter(bound, column('a', 'b'));
    expect(bound.result(bound.undo?.(mixed, ['b']) ?? null)).toBe('a');
    expect(bound.result(bound.merge?.(mixed, stateAfter(bound, column('a'))) ?? null)).toBeNull();
    expect(resultOf(aggregate('ATTR', [array(INTEGER)]), column([1], [1]))).toEqual([1]);
  });
});

describe('by offset', () => {
  const run = (name: string, literals: readonly Result[], ...values: SqlValue[]): SqlValue => resultOf(aggregate(name, [INTEGER], literals), column(...values));
  test('one value', () => {
    expect(run('EARLIEST_BY_OFFSET', [], null, 1, 2)).toBe(1);
    expect(run('EARLIEST_BY_OFFSET', [bool(false)], null, 1, 2)).toBeNull();
    expect(run('LATEST_BY_OFFSET', [], 1, 2, null)).toBe(2);
    expect(run('LATEST_BY_OFFSET', [bool(false)], 1, 2, null)).toBeNull();
    expect(run('LATEST_BY_OFFSET', [])).toBeNull();
  });
  test('n values', () => {
    expect(run('EARLIEST_BY_OFFSET', [int(2)], null, 1, 2, 3)).toEqual([1, 2]);
    expect(run('EARLIEST_BY_OFFSET', [int(2), bool(false)], null, 1, 2)).toEqual([null, 1]);
    expect(run('LATEST_BY_OFFSET', [int(2)], 1, 2, 3, null)).toEqual([2, 3]);
    expect(run('LATEST_BY_OFFSET', [int(2), bool(false)], 1, 2, null)).toEqual([2, null]);
    expect(() => run('EARLIEST_BY_OFFSET', [int(0)])).toThrow('earliestN must be 1 or greater');
    expect(() => run('LATEST_BY_OFFSET', [int(-1)])).toThrow('latestN must be 1 or greater');
  });
  test('merged sessions are ordered by the rows they came from, not by their ends', () => {
    const earliest = aggregate('EARLIEST_BY_OFFSET', [INTEGER]);
    expect(earliest.merge?.([7, 1], [3, 2])).toEqual([3, 2]);
    expect(earliest.merge?.(null, [3, 2])).toEqual([3, 2]);
    const latest = aggregate('LATEST_BY_OFFSET', [INTEGER]);
    expect(latest.merge?.([7, 1], [3, 2])).toEqual([7, 1]);
    expect(latest.merge?.([7, 1], null)).toEqual([7, 1]);
    for (const name of ['EARLIEST_BY_OFFSET', 'LATEST_BY_OFFSET']) {
      const many = aggregate(name, [INTEGER], [int(2)]);
      expect(many.merge?.([[1, 10], [5, 50]], [[2, 20], [3, 30]])).toEqual([[1, 10], [2, 20]]);
    }
  });
});

describe('distinct counts', () => {
  const counted = (total: number): number => Number(resultOf(aggregate('COUNT_DISTINCT', [STRING]), Array.from({ length: total }, (_, index): Row => [`user-${index}`])));
  test('exact for small sets, nulls ignored', () => {
    expect(over('COUNT_DISTINCT', STRING, 'a', null, 'b', 'a')).toBe(2);
    expect(over('COUNT_DISTINCT', INTEGER)).toBe(0);
    expect(counted(1024)).toBe(1024);
    expect(over('COUNT_DISTINCT', BIGINT, 5, 2n ** 60n, 5, 2n ** 60n)).toBe(2);
    expect(over('COUNT_DISTINCT', struct([{ name: 'A', type: INTEGER }]), [1], [null], [1])).toBe(2);
    expect(over('COUNT_DISTINCT', map(STRING, INTEGER), new Map([['a', 1], ['b', 2]]), new Map([['b', 2], ['a', 1]]))).toBe(1);
  });
  test.each([1500, 5000, 30000, 60000, 120000])('%i values within 2.5 %', (total) => {
    expect(Math.abs(counted(total) - total) / total).toBeLessThan(0.025);
  });
  test('numbers in sequence too', () => {
    const total = 20000;
    expect(Math.abs(Number(over('COUNT_DISTINCT', INTEGER, ...Array.from({ length: total }, (_, index) => index))) - total) / total).toBeLessThan(0.025);
  });
  test('a merge counts as one pass does, in all forms', () => {
    const bound = aggregate('COUNT_DISTINCT', [INTEGER]);
    const range = (from: number, to: number) => stateAfter(bound, Array.from({ length: to - from }, (_, index): Row => [from + index]));
    for (const [split, end] of [[10, 20], [900, 1800], [3000, 3100], [3000, 9000]] as const) {
      const together = range(0, end);
      expect(bound.merge?.(range(0, split), range(split, end))).toEqual(together);
      expect(bound.merge?.(range(split, end), range(0, split))).toEqual(together);
    }
  });
  test('a value that was seen gives the same state', () => {
    const bound = aggregate('COUNT_DISTINCT', [INTEGER]);
    const state = stateAfter(bound, Array.from({ length: 2000 }, (_, index): Row => [index]));
    expect(bound.aggregate(state, [7])).toBe(state);
  });
});

/** Aggregates with undo: adding rows and taking some back is the same as never having added them. */
describe('undo', () => {
  const cases: readonly [string, SqlType, fc.Arbitrary<SqlValue>, (a: SqlValue, b: SqlValue) => void][] = [
    ['COUNT', INTEGER, fc.option(fc.integer()), same],
    ['SUM', INTEGER, fc.option(fc.maxSafeInteger().map((n) => n | 0)), same],
    ['SUM', BIGINT, fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => (n >= -(2n ** 53n) + 1n && n < 2n ** 53n ? Number(n) : n))), same],
    ['AVG', INTEGER, fc.option(fc.integer()), same],
    ['HISTOGRAM', STRING, fc.constantFrom('a', 'b', 'c'), same],
    ['ATTR', INTEGER, fc.option(fc.constantFrom(1, 2)), same],
    ['STDDEV_SAMP', INTEGER, fc.option(fc.integer({ min: -1000, max: 1000 })), close],
    ['STDDEV_SAMPLE', DOUBLE, fc.option(fc.integer({ min: -1000, max: 1000 })), close],
    ['SUM_LIST', array(INTEGER), fc.option(fc.array(fc.option(fc.integer()))), same],
  ];
  test.each(cases)('%s', (name, type, value, check) => {
    fc.assert(
      fc.property(fc.array(value), fc.array(value), (kept, taken) => {
        const bound = aggregate(name, [type]);
        const state = taken.toReversed().reduce<SqlValue>((reached, each) => bound.undo?.(reached, [each]) ?? null, stateAfter(bound, column(...kept, ...taken)));
        check(bound.result(state), resultOf(bound, column(...kept)));
      }),
    );
  });
  function same(a: SqlValue, b: SqlValue): void {
    expect(a).toEqual(b);
  }
  function close(a: SqlValue, b: SqlValue): void {
    // The root makes an error of 1e-7 in the squares one of 3e-4.
    expect(Math.abs(Number(a) - Number(b))).toBeLessThan(1e-3);
  }
});

/** What `inline` lets the runtime do instead of calling `aggregate`: the formulas in `entry.ts`. */
describe('inline', () => {
  const steps: Record<string, (s: number | null, v: number) => number> = {
    count: (s) => Number(s) + 1,
    sumINTEGER: (s, v) => (Number(s) + v) | 0,
    sumDOUBLE: (s, v) => Number(s) + v,
    max: (s, v) => (s === null || v > s || v !== v ? v : s),
    min: (s, v) => (s === null || v < s || s !== s ? v : s),
  };
  test.each([['COUNT', INTEGER], ['SUM', INTEGER], ['SUM', DOUBLE], ['MAX', INTEGER], ['MIN', DOUBLE], ['MAX', DOUBLE], ['MIN', DATE]] as const)('%s of %j', (name, type) => {
    const value = type.kind === 'DOUBLE' ? fc.double() : fc.integer();
    fc.assert(
      fc.property(fc.array(fc.option(value)), (values) => {
        const bound = aggregate(name, [type]);
        const step = steps[bound.inline === 'sum' ? `sum${type.kind}` : (bound.inline ?? '')];
        let state = bound.initialize();
        for (const each of values) if (each !== null) state = step?.(typeof state === 'number' ? state : null, each) ?? null;
        expect(bound.result(state)).toEqual(resultOf(bound, column(...values)));
      }),
    );
  });
});

test('no aggregate changes a state it was given', () => {
  const deepFrozen = (value: SqlValue): SqlValue => {
    if (Array.isArray(value)) value.forEach(deepFrozen);
    return value instanceof Map || value instanceof Uint8Array || value === null ? value : Object.freeze(value);
  };
  for (const name of ['ATTR', 'AVG', 'COLLECT_LIST', 'COLLECT_SET', 'COUNT_DISTINCT', 'EARLIEST_BY_OFFSET', 'LATEST_BY_OFFSET', 'STDDEV_SAMP', 'SUM', 'MAX']) {
    const bound = aggregate(name, [INTEGER]);
    let state = deepFrozen(bound.initialize());
    for (const value of [1, null, 2, 1]) state = deepFrozen(bound.aggregate(state, [value]));
    if (bound.undo !== null) bound.undo(state, [1]);
    if (bound.merge !== null) bound.merge(state, state);
    bound.result(state);
  }
});
