import { describe, expect, test } from 'vitest';
import {
  arithmetic, arrayOf, booleanLiteral, cast, comparison, decimalLiteral, dereference, doubleLiteral, fromJsonValue, inList, integerLiteral, literalOf, mapOf, nullLiteral,
  render, requireType, searchedCase, stringLiteral, structOf, subscript, toJsonValue, typeOf, type BoundExpression,
} from '../../../src/expr/index.js';
import { BIGINT, BOOLEAN, DATE, DOUBLE, INTEGER, STRING, array, decimal, formatType, map, struct, type SqlType } from '../../../src/types/index.js';
import { column, evaluate } from './evaluate.js';

const int = (value: number): BoundExpression => integerLiteral(BigInt(value));
const typeTextOf = (expression: BoundExpression): string => formatType(requireType(expression));

describe('types of literals', () => {
  test.each([['1.50', 'DECIMAL(3, 2)'], ['0.05', 'DECIMAL(3, 2)'], ['.5', 'DECIMAL(2, 1)'], ['1.0', 'DECIMAL(2, 1)'], ['-12.5', 'DECIMAL(3, 1)'], ['1.', 'DECIMAL(1, 0)'], ['0.0', 'DECIMAL(2, 1)']])('%s is %s', (text, type) => {
    expect(typeTextOf(decimalLiteral(text))).toBe(type);
  });
  test('whole numbers', () => {
    expect([typeOf(int(2147483647)), typeOf(int(2147483648)), typeOf(int(-2147483648))]).toEqual([INTEGER, BIGINT, INTEGER]);
  });
});

test('arithmetic result types', () => {
  const of = (operator: '+' | '*' | '/' | '%', a: SqlType, b: SqlType): string => typeTextOf(arithmetic(operator, column('A', a), column('B', b, 1)));
  expect(of('+', INTEGER, BIGINT)).toBe('BIGINT');
  expect(of('+', decimal(4, 2), decimal(5, 1))).toBe('DECIMAL(7, 2)');
  expect(of('*', decimal(4, 2), decimal(5, 1))).toBe('DECIMAL(10, 3)');
  expect(of('/', decimal(4, 2), decimal(5, 1))).toBe('DECIMAL(11, 8)');
  expect(of('%', decimal(4, 2), decimal(5, 1))).toBe('DECIMAL(4, 2)');
  expect(of('+', decimal(4, 2), INTEGER)).toBe('DECIMAL(13, 2)');
  expect(of('+', decimal(4, 2), BIGINT)).toBe('DECIMAL(22, 2)');
  expect(of('+', decimal(4, 2), DOUBLE)).toBe('DOUBLE');
});

test('operators that do not fit are refused with what was written', () => {
  expect(() => arithmetic('+', booleanLiteral(true), decimalLiteral('1.5'))).toThrow('Error processing expression: (true + 1.5). Unsupported arithmetic types. BOOLEAN DECIMAL');
  expect(() => comparison('<', column('B', array(INTEGER)), column('C', array(INTEGER)))).toThrow('Cannot compare B (ARRAY<INTEGER>) to C (ARRAY<INTEGER>) with LESS_THAN.');
  expect(() => comparison('>', column('A', INTEGER), stringLiteral('100'))).toThrow("Cannot compare A (INTEGER) to '100' (STRING) with GREATER_THAN.");
  expect(() => comparison('<>', nullLiteral(), nullLiteral())).toThrow('Comparison with NULL not supported: NULL <> NULL');
  expect(() => cast(stringLiteral('x'), array(INTEGER))).toThrow('Cast of STRING to ARRAY<INTEGER> is not supported');
});

test('CASE needs one type', () => {
  const when = booleanLiteral(true);
  expect(() => searchedCase([{ condition: when, result: nullLiteral() }], null)).toThrow('Invalid Case expression. All case branches have NULL type');
  expect(() => searchedCase([{ condition: when, result: int(1) }], stringLiteral('x'))).toThrow(
    "Invalid Case expression. Type for the default clause should be the same as for 'THEN' clauses.\nTHEN type: INTEGER.\nDEFAULT type: STRING.",
  );
  expect(() => searchedCase([{ condition: when, result: int(1) }, { condition: when, result: int(2 ** 40) }], null)).toThrow(/THEN expression '1099511627776' has type: BIGINT/);
  expect(() => searchedCase([{ condition: int(1), result: int(1) }], null)).toThrow(/WHEN operand type should be boolean/);
});

describe('common types of lists', () => {
  test('numbers widen, quoted numbers join them', () => {
    expect(typeTextOf(arrayOf([int(1), integerLiteral(2n ** 40n)]))).toBe('ARRAY<BIGINT>');
    expect(typeTextOf(arrayOf([int(1), decimalLiteral('1.50')]))).toBe('ARRAY<DECIMAL(12, 2)>');
    expect(typeTextOf(arrayOf([int(1), stringLiteral('2.5')]))).toBe('ARRAY<DECIMAL(11, 1)>');
    expect(typeTextOf(arrayOf([int(1), stringLiteral('3000000000')]))).toBe('ARRAY<BIGINT>');
    expect(typeTextOf(arrayOf([int(1), doubleLiteral(2), decimalLiteral('1.5')]))).toBe('ARRAY<DOUBLE>');
    expect(evaluate(arrayOf([int(1), stringLiteral('2.5')]))).toEqual([10, 25]);
  });
  test('literals become text or booleans', () => {
    expect(evaluate(arrayOf([stringLiteral('a'), int(1), booleanLiteral(true), doubleLiteral(1.5)]))).toEqual(['a', '1', 'true', '1.5']);
    expect(evaluate(arrayOf([booleanLiteral(false), stringLiteral('YE')]))).toEqual([false, true]);
    expect(evaluate(arrayOf([nullLiteral(), int(1)]))).toEqual([null, 1]);
  });
  test('inside constructors as outside', () => {
    expect(typeTextOf(arrayOf([arrayOf([int(1)]), arrayOf([stringLiteral('2')])]))).toBe('ARRAY<ARRAY<INTEGER>>');
    const structs = arrayOf([structOf([{ name: 'A', value: int(1) }]), structOf([{ name: 'B', value: int(2) }])]);
    expect(typeTextOf(structs)).toBe('ARRAY<STRUCT<`B` INTEGER, `A` INTEGER>>');
    expect(evaluate(structs)).toEqual([[null, 1], [2, null]]);
    // A null that took the type of its neighbours fits other lists all the same.
    expect(typeTextOf(arrayOf([column('A', array(BIGINT)), arrayOf([stringLiteral('3'), nullLiteral()])]))).toBe('ARRAY<ARRAY<BIGINT>>');
  });
  test('what does not fit is refused', () => {
    expect(() => arrayOf([int(1), stringLiteral('not a number')])).toThrow('invalid input syntax for type INTEGER: "not a number".');
    expect(() => arrayOf([int(1), stringLiteral('1e999999999')])).toThrow(/invalid input syntax/);
    expect(() => inList(column('A', BIGINT), [booleanLiteral(true)])).toThrow('operator does not exist: BIGINT = BOOLEAN (true)\nHint: You might need to add explicit type casts.');
    expect(() => inList(column('A', INTEGER), [column('VAL0', STRING, 1)])).toThrow('operator does not exist: INTEGER = STRING (VAL0)');
    expect(() => arrayOf([column('A', INTEGER), arrayOf([int(1), int(2)])])).toThrow('operator does not exist: INTEGER = ARRAY<INTEGER> (ARRAY[1, 2])');
    expect(() => inList(column('A', array(BIGINT)), [arrayOf([column('VAL1', BOOLEAN)])])).toThrow('operator does not exist: ARRAY<BIGINT> = ARRAY<BOOLEAN> (ARRAY[VAL1])');
  });
  test('strings in lists of times are read as times', () => {
    expect(evaluate(inList(column('D', DATE), [stringLiteral('1970-01-02')]), [1])).toBe(true);
    expect(() => inList(column('D', DATE), [stringLiteral('soon')])).toThrow(/invalid input syntax for type DATE/);
  });
});

test('constructors and access', () => {
  expect(() => arrayOf([])).toThrow('Array constructor cannot be empty.');
  expect(() => arrayOf([nullLiteral()])).toThrow('Cannot construct an array with all NULL elements');
  expect(() => mapOf([])).toThrow('Map constructor cannot be empty.');
  expect(() => mapOf([{ key: nullLiteral(), value: int(1) }])).toThrow('Cannot construct a map with all NULL keys');
  expect(() => structOf([{ name: 'A', value: int(1) }, { name: 'A', value: column('E', array(INTEGER)) }])).toThrow("Duplicate field names found in STRUCT: '`A` INTEGER' and '`A` ARRAY<INTEGER>'");
  expect(structOf([]).kind).toBe('struct');
  expect(() => dereference(int(7), 'X')).toThrow('Expected STRUCT type, got: INTEGER');
  expect(() => subscript(column('P', struct([{ name: 'A', type: INTEGER }])), int(1))).toThrow(/cannot be indexed/);
  expect(() => subscript(column('M', map(STRING, INTEGER)), int(1))).toThrow(/keys are STRING/);
});

test('render writes expressions as ksqlDB does', () => {
  const person = column('P', struct([{ name: 'A', type: INTEGER }, { name: 'b c', type: STRING }]));
  expect(render(arithmetic('+', int(1), arithmetic('*', column('A', INTEGER), decimalLiteral('1.50'))))).toBe('(1 + (A * 1.50))');
  expect(render(comparison('=', dereference(person, 'b c'), stringLiteral("it's")))).toBe("(P->`b c` = 'it''s')");
  expect(render(cast(comparison('>', column('A', INTEGER), int(1)), STRING))).toBe('CAST((A > 1) AS STRING)');
  expect(render(inList(column('A', INTEGER), [int(1), int(2)]))).toBe('(A IN (1, 2))');
  expect(render(searchedCase([{ condition: booleanLiteral(true), result: int(1) }], nullLiteral()))).toBe('(CASE WHEN true THEN 1 ELSE null END)');
  expect(render(mapOf([{ key: stringLiteral('a'), value: doubleLiteral(1e10) }]))).toBe("MAP('a':=1.0E10)");
});

test('values go into plans and come back', () => {
  const values = [null, true, 1.5, -0, NaN, -Infinity, 2n ** 63n - 1n, 'x', new Uint8Array([1, 2]), [1, [null]], new Map([['a', [2n ** 60n]]])];
  for (const value of values) {
    const literal = literalOf(BOOLEAN, value);
    // What was written is read back: the same literal type.
    const stored = JSON.parse(JSON.stringify(literal)) as typeof literal;
    expect(fromJsonValue(stored.value)).toEqual(value);
  }
  expect(toJsonValue(new Map([['a', 1n]]))).toEqual({ entries: [['a', { big: '1' }]] });
});
