import { describe, expect, test } from 'vitest';
import {
  arithmetic, arrayOf, between, booleanLiteral, cast, compilePredicate, comparison, decimalLiteral, doubleLiteral, inList, integerLiteral, isNull, like, literalOf, logical, mapOf,
  not, nullLiteral, searchedCase, sign, stringLiteral, structOf, subscript, dereference, foldConstants, type BoundExpression,
} from '../../../src/expr/index.js';
import { BIGINT, BOOLEAN, BYTES, DATE, DOUBLE, INTEGER, STRING, TIME, TIMESTAMP, array, decimal, map, struct, type SqlType } from '../../../src/types/index.js';
import { FAILED, column, environmentWith, evaluate } from './evaluate.js';

const int = (value: number): BoundExpression => integerLiteral(BigInt(value));
const nullOf = (type: SqlType): BoundExpression => literalOf(type, null);
const TRUE = booleanLiteral(true);
const FALSE = booleanLiteral(false);
const NULL_BOOLEAN = column('B', BOOLEAN, 9);

describe('arithmetic', () => {
  test('integers wrap at 32 and 64 bits and cut toward zero', () => {
    expect(evaluate(arithmetic('+', int(2147483647), int(1)))).toBe(-2147483648);
    expect(evaluate(arithmetic('*', int(65536), int(65536)))).toBe(0);
    expect(evaluate(arithmetic('/', int(-7), int(2)))).toBe(-3);
    expect(evaluate(arithmetic('%', int(-7), int(2)))).toBe(-1);
    expect(evaluate(arithmetic('/', int(-2147483648), int(-1)))).toBe(-2147483648);
    expect(evaluate(arithmetic('+', integerLiteral(2n ** 63n - 1n), int(1)))).toBe(-(2n ** 63n));
    expect(evaluate(sign('-', int(-2147483648)))).toBe(-2147483648);
    expect(Object.is(evaluate(arithmetic('*', int(0), int(-3))), 0)).toBe(true);
  });
  test('a null operand and a whole division by zero fail; a double division does not', () => {
    expect(evaluate(arithmetic('+', column('A', INTEGER), int(1)), [null])).toBe(FAILED);
    expect(evaluate(arithmetic('/', int(1), int(0)))).toBe(FAILED);
    expect(evaluate(arithmetic('%', integerLiteral(2n ** 40n), int(0)))).toBe(FAILED);
    expect(evaluate(arithmetic('/', doubleLiteral(1), int(0)))).toBe(Infinity);
    expect(evaluate(arithmetic('%', doubleLiteral(0), doubleLiteral(0)))).toBeNaN();
  });
  test('decimals never round', () => {
    expect(evaluate(arithmetic('/', decimalLiteral('1.0'), decimalLiteral('3.0')))).toBe(FAILED);
    expect(evaluate(arithmetic('/', decimalLiteral('1.0'), decimalLiteral('4.0')))).toBe(250000);
    expect(evaluate(arithmetic('+', decimalLiteral('1.50'), int(2)))).toBe(350);
    expect(evaluate(arithmetic('*', decimalLiteral('1.50'), decimalLiteral('0.05')))).toBe(750);
    expect(evaluate(arithmetic('+', decimalLiteral('1.5'), doubleLiteral(1)))).toBe(2.5);
    expect(evaluate(arithmetic('%', decimalLiteral('1.0'), decimalLiteral('0.0')))).toBe(FAILED);
  });
  test('a decimal remainder needs its whole quotient within the precision of the result', () => {
    expect(evaluate(arithmetic('%', int(100), decimalLiteral('10.0')))).toBe(0);
    expect(evaluate(arithmetic('%', int(2147483647), decimalLiteral('10.0')))).toBe(FAILED);
  });
  test('a null string joins as the text null', () => {
    expect(evaluate(arithmetic('+', column('S', STRING), stringLiteral('x')), [null])).toBe('nullx');
  });
});

describe('nulls in predicates', () => {
  const equal = comparison('=', column('A', INTEGER), int(1));
  test('comparisons with null are FALSE, and NOT of them TRUE', () => {
    expect(evaluate(equal, [null])).toBe(false);
    expect(evaluate(not(equal), [null])).toBe(true);
    expect(evaluate(comparison('<>', column('A', INTEGER), int(1)), [null])).toBe(false);
  });
  test('what stands after a null is not evaluated', () => {
    const failing = arithmetic('/', int(1), int(0));
    const after = comparison('=', column('A', INTEGER), failing);
    expect([evaluate(after, [null]), evaluate(after, [1])]).toEqual([false, FAILED]);
    expect(evaluate(comparison('=', failing, column('A', INTEGER)), [null])).toBe(FAILED);
    expect(evaluate(comparison('=', column('D', DATE), stringLiteral('soon')), [null])).toBe(false);
    expect(evaluate(between(column('A', INTEGER), int(0), failing), [null])).toBe(false);
  });
  test('an element of IN that had to be converted is a nested guard', () => {
    const failing = arithmetic('/', int(1), int(0));
    expect(evaluate(inList(failing, [column('L', BIGINT)]), [1])).toBe(false);
    expect(evaluate(inList(failing, [column('A', INTEGER)]), [1])).toBe(FAILED);
  });
  test('IS DISTINCT FROM is null-safe', () => {
    const distinct = comparison('IS DISTINCT FROM', column('A', INTEGER), column('B', INTEGER, 1));
    expect([[null, null], [null, 1], [1, 1], [1, 2]].map((row) => evaluate(distinct, row))).toEqual([false, true, false, true]);
  });
  test('AND and OR fail on a null that is reached, but not where a literal on the right decides', () => {
    expect(evaluate(logical('AND', NULL_BOOLEAN, equal), [1])).toBe(FAILED);
    expect(evaluate(logical('AND', equal, NULL_BOOLEAN), [2])).toBe(false);
    expect(evaluate(logical('AND', equal, NULL_BOOLEAN), [1])).toBe(FAILED);
    expect(evaluate(logical('OR', equal, NULL_BOOLEAN), [1])).toBe(true);
    expect(evaluate(logical('OR', NULL_BOOLEAN, TRUE), [])).toBe(true);
    expect(evaluate(logical('AND', NULL_BOOLEAN, FALSE), [])).toBe(false);
    expect(evaluate(logical('OR', NULL_BOOLEAN, FALSE), [])).toBe(FAILED);
    expect(evaluate(not(NULL_BOOLEAN), [])).toBe(FAILED);
  });
  test('folding keeps the difference between a literal and an expression of its value', () => {
    const environment = environmentWith([]);
    const always = comparison('=', int(1), int(1));
    expect(evaluate(foldConstants(logical('OR', NULL_BOOLEAN, always), environment), [])).toBe(FAILED);
    expect(foldConstants(arithmetic('+', int(1), int(2)), environment)).toEqual(int(3));
    expect(foldConstants(arithmetic('/', int(1), int(0)), environment).kind).toBe('arithmetic');
  });
  test('BETWEEN and IN', () => {
    const range = between(column('A', INTEGER), int(1), column('H', BIGINT, 1));
    expect([[1, 5], [0, 5], [6, 5], [null, 5], [1, null]].map((row) => evaluate(range, row))).toEqual([true, false, false, false, false]);
    const list = inList(column('A', INTEGER), [int(1), nullLiteral(), column('B', INTEGER, 1), stringLiteral(' 7 ')]);
    expect([[1, null], [2, 2], [7, null], [3, null], [null, null]].map((row) => evaluate(list, row))).toEqual([true, true, true, false, false]);
    const long = inList(column('A', INTEGER), [1, 2, 3, 4, 5, 6].map(int));
    expect([[6], [7], [null]].map((row) => evaluate(long, row))).toEqual([true, false, false]);
  });
  test('a WHERE predicate that is null or fails does not hold and is reported', () => {
    const reports: number[] = [];
    const holds = compilePredicate(column('B', BOOLEAN), environmentWith([]), (index) => reports.push(index));
    expect([holds(null, [true]), holds(null, [false]), holds(null, [null]), holds(null, null)]).toEqual([true, false, false, false]);
    expect(reports).toEqual([0, 0]);
  });
});

describe('comparison across types', () => {
  test('numbers compare by value', () => {
    expect(evaluate(comparison('=', decimalLiteral('1.50'), decimalLiteral('1.5')))).toBe(true);
    expect(evaluate(comparison('<', decimalLiteral('1.5'), int(2)))).toBe(true);
    expect(evaluate(comparison('=', doubleLiteral(1.5), decimalLiteral('1.5')))).toBe(true);
    expect(evaluate(comparison('=', doubleLiteral(0.1), decimalLiteral('0.1')))).toBe(true);
    expect(evaluate(comparison('<', decimalLiteral('99.9'), doubleLiteral(Infinity)))).toBe(true);
    expect(evaluate(comparison('>', integerLiteral(2n ** 62n), doubleLiteral(1e10)))).toBe(true);
    expect(evaluate(comparison('=', doubleLiteral(NaN), doubleLiteral(NaN)))).toBe(false);
    expect(evaluate(comparison('<>', doubleLiteral(NaN), decimalLiteral('1.5')))).toBe(false);
    expect(evaluate(comparison('<>', decimalLiteral('1.5'), doubleLiteral(1)))).toBe(true);
    expect(evaluate(comparison('<>', doubleLiteral(NaN), int(1)))).toBe(false);
    expect(evaluate(comparison('<>', doubleLiteral(2), int(1)))).toBe(true);
    expect(evaluate(comparison('IS DISTINCT FROM', doubleLiteral(NaN), doubleLiteral(1)))).toBe(false);
  });
  test('strings are read as the time they are compared with, and a bad one fails', () => {
    expect(evaluate(comparison('<', column('T', TIMESTAMP), stringLiteral('2020')), [0])).toBe(true);
    expect(evaluate(comparison('=', stringLiteral('10:15'), column('T', TIME)), [36_900_000])).toBe(true);
    expect(evaluate(comparison('=', column('D', DATE), column('T', TIMESTAMP, 1)), [1, 86_400_000])).toBe(true);
    expect(evaluate(comparison('=', column('D', DATE), stringLiteral('soon')), [1])).toBe(FAILED);
    expect(evaluate(comparison('=', column('D', DATE), stringLiteral(' 1970-01-02')), [1])).toBe(FAILED);
    expect(evaluate(cast(stringLiteral(' 1970-01-02'), DATE))).toBe(1);
    expect(evaluate(between(column('T', TIMESTAMP), stringLiteral('1970'), stringLiteral('1971')), [5])).toBe(true);
  });
  test('bytes are signed, composites compare deeply', () => {
    expect(evaluate(comparison('<', column('A', BYTES), column('B', BYTES, 1)), [new Uint8Array([200]), new Uint8Array([1])])).toBe(true);
    const arrays = comparison('=', column('A', array(INTEGER)), column('B', array(INTEGER), 1));
    expect(evaluate(arrays, [[1, null], [1, null]])).toBe(true);
    const mixed = comparison('=', column('A', array(INTEGER)), column('B', array(BIGINT), 1));
    expect([evaluate(mixed, [[1], [1]]), evaluate(mixed, [[], []])]).toEqual([false, true]);
  });
});

describe('LIKE', () => {
  const matches = (text: string, pattern: string, escape: string | null = null): unknown => evaluate(like(column('S', STRING), stringLiteral(pattern), escape), [text]);
  test('runs, single characters, whole match', () => {
    expect([matches('abc', 'a%'), matches('abc', '%b%'), matches('abc', '_b_'), matches('abc', 'ab'), matches('', '%'), matches('ABC', 'a%')]).toEqual([true, true, true, false, true, false]);
    expect([matches('aXbXc', 'a%X%c'), matches('abab', '%ab'), matches('ab', 'ab%ab'), matches('😀', '_'), matches('a.c', 'a.c'), matches('abc', 'a.c')]).toEqual([true, true, false, true, true, false]);
  });
  test('line breaks are matched by nothing but themselves', () => {
    expect([matches('a\nb', 'a%b'), matches('a\nb', 'a_b'), matches('a\nb', 'a\nb'), matches('a\nb', '%\n%')]).toEqual([false, false, true, true]);
  });
  test('escape', () => {
    expect([matches('a%', 'a!%', '!'), matches('ab', 'a!%', '!'), matches('a!', 'a!!', '!')]).toEqual([true, false, true]);
    expect(matches('a', 'a!', '!')).toBe(FAILED);
    expect(evaluate(like(column('S', STRING), stringLiteral('%'), null), [null])).toBe(FAILED);
    expect(evaluate(like(stringLiteral('ab'), column('P', STRING), null), ['a_'])).toBe(true);
  });
  test('time grows with the text, not with the ways to match', () => {
    expect(matches('a'.repeat(200_000), '%a%a%a%a%a%a%a%a%a%a%b')).toBe(false);
  });
});

describe('CASE, access, constructors', () => {
  test('CASE is lazy; a null condition that is reached fails it', () => {
    const failing = arithmetic('/', int(1), int(0));
    const first = searchedCase([{ condition: comparison('=', column('A', INTEGER), int(1)), result: int(1) }, { condition: TRUE, result: failing }], null);
    expect([evaluate(first, [1]), evaluate(first, [2])]).toEqual([1, FAILED]);
    expect(evaluate(searchedCase([{ condition: NULL_BOOLEAN, result: int(1) }], int(2)), [])).toBe(FAILED);
    expect(evaluate(searchedCase([{ condition: FALSE, result: int(1) }], null))).toBeNull();
  });
  test('access gives null where there is nothing', () => {
    const items = column('I', array(INTEGER));
    expect([1, -1, 0, 4, -4].map((at) => evaluate(subscript(items, int(at)), [[7, 8, 9]]))).toEqual([7, 9, null, null, null]);
    expect(evaluate(subscript(items, int(1)), [null])).toBeNull();
    expect(evaluate(subscript(column('M', map(STRING, INTEGER)), stringLiteral('x')), [new Map([['x', 1]])])).toBe(1);
    expect(evaluate(subscript(column('M', map(STRING, INTEGER)), stringLiteral('y')), [new Map([['x', 1]])])).toBeNull();
    expect(evaluate(dereference(column('P', struct([{ name: 'A', type: INTEGER }])), 'A'), [null])).toBeNull();
  });
  test('a failure in a nested piece makes only that piece null, and is reported', () => {
    const failing = arithmetic('/', int(1), int(0));
    expect(evaluate(arrayOf([failing, int(2)]))).toEqual([null, 2]);
    expect(evaluate(structOf([{ name: 'A', value: failing }]))).toEqual([null]);
    expect(evaluate(mapOf([{ key: stringLiteral('k'), value: failing }]))).toEqual(new Map([['k', null]]));
    expect(evaluate(isNull(cast(stringLiteral('x'), INTEGER), false))).toBe(true);
    expect(evaluate(isNull(failing, false))).toBe(FAILED);
    const strict = environmentWith([], { nestedErrorsToNull: false });
    expect(evaluate(arrayOf([failing, int(2)]), [], strict)).toBe(FAILED);
  });
  test('CAST of null', () => {
    expect(evaluate(cast(column('A', INTEGER), STRING), [null])).toBeNull();
    expect(evaluate(cast(column('A', INTEGER), STRING), [null], environmentWith([], { castPreservesNulls: false }))).toBe('null');
    expect(evaluate(cast(nullLiteral(), DOUBLE))).toBeNull();
    expect(evaluate(isNull(nullOf(decimal(4, 2)), true))).toBe(false);
  });
});
