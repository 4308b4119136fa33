import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../src/errors/index.js';
import { parseExpression, printExpression } from '../../../src/parser/index.js';
import { bare } from './bare.js';

const shown = (text: string): string => printExpression(parseExpression(text));
const tree = (text: string): unknown => bare(parseExpression(text));

describe('precedence and order', () => {
  test.each([
    ['a + b * c', '(A + (B * C))'],
    ['a - b - c', '((A - B) - C)'],
    ['a * b % c / d', '(((A * B) % C) / D)'],
    ['-x * y', '(-X * Y)'],
    ['a + b || c', 'CONCAT((A + B), C)'],
    ['a || b || c', 'CONCAT(CONCAT(A, B), C)'],
    ['NOT a = b', '(NOT (A = B))'],
    ['a OR b AND NOT c', '(A OR (B AND (NOT C)))'],
    ['a AND b AND c', '((A AND B) AND C)'],
    ['(a OR b) AND c', '((A OR B) AND C)'],
    ['a + b = c - d', '((A + B) = (C - D))'],
    ['a[1]->b[2]', 'A[1]->B[2]'],
    ['-a->b', '-A->B'],
    ['a BETWEEN b AND c AND d', '((A BETWEEN B AND C) AND D)'],
    ['a + 1 AT TIME ZONE \'UTC\'', "(A + (1 AT TIME ZONE 'UTC'))"],
  ])('%s', (text, expected) => expect(shown(text)).toBe(expected));
});

describe('predicates', () => {
  test.each([
    ['a != b', '(A <> B)'],
    ['a NOT BETWEEN 1 AND 2', '(NOT (A BETWEEN 1 AND 2))'],
    ['a NOT IN (1, b > 2)', '(NOT (A IN (1, (B > 2))))'],
    ["a NOT LIKE 'x!%' ESCAPE '!'", "(NOT (A LIKE 'x!%' ESCAPE '!'))"],
    ['a IS NULL', '(A IS NULL)'],
    ['a IS NOT NULL', '(A IS NOT NULL)'],
    ['a IS DISTINCT FROM b', '(A IS DISTINCT FROM B)'],
    ['a IS NOT DISTINCT FROM b', '(NOT (A IS DISTINCT FROM B))'],
  ])('%s', (text, expected) => expect(shown(text)).toBe(expected));

  test('there is at most one without brackets', () => {
    expect(() => parseExpression('a = b = c')).toThrow(ParseError);
    expect(shown('(a = b) = c')).toBe('((A = B) = C)');
  });
});

describe('literals', () => {
  test('integers of 32 and 64 bits', () => {
    expect(tree('9223372036854775807')).toEqual({ kind: 'integer', value: 9223372036854775807n });
    expect(tree('- 9223372036854775808')).toEqual({ kind: 'integer', value: -9223372036854775808n });
    expect(() => parseExpression('9223372036854775808')).toThrow('Invalid numeric literal: 9223372036854775808');
  });
  test('decimals keep their scale', () => {
    expect(tree('1.50')).toEqual({ kind: 'decimal', text: '1.50' });
    expect(tree('.5')).toEqual({ kind: 'decimal', text: '0.5' });
    expect(tree('1.')).toEqual({ kind: 'decimal', text: '1' });
    expect(shown('1.')).toBe('1.');
    expect(tree("DECIMAL '-01.20'")).toEqual({ kind: 'decimal', text: '-1.20' });
    expect(tree("DECIMAL '12E-3'")).toEqual({ kind: 'decimal', text: '0.012' });
    expect(() => parseExpression("DECIMAL 'x'")).toThrow('Invalid DECIMAL literal');
  });
  test('doubles need an exponent and must be finite', () => {
    expect(tree('-1.5e-2')).toEqual({ kind: 'double', value: -0.015, text: '-1.5E-2' });
    expect(() => parseExpression('1e400')).toThrow('Number overflows DOUBLE: 1e400');
  });
  test('a minus directly before a number belongs to it, a plus does not', () => {
    expect(tree('-5')).toEqual({ kind: 'integer', value: -5n });
    expect(tree('+5')).toMatchObject({ kind: 'sign', operator: '+' });
    expect(tree('- -5')).toMatchObject({ kind: 'sign', operand: { kind: 'integer', value: -5n } });
    expect(tree('a -5')).toMatchObject({ kind: 'arithmetic', operator: '-' });
    expect(tree('-(5)')).toMatchObject({ kind: 'sign' });
  });
  test('strings, booleans, null', () => {
    expect(tree("'it''s'")).toEqual({ kind: 'string', value: "it's" });
    expect(shown('TRUE = null')).toBe('(true = null)');
  });
});

describe('names', () => {
  test('fold to upper case unless quoted', () => {
    expect(tree('foo')).toEqual({ kind: 'column', source: null, name: 'FOO' });
    expect(tree('`foo`."b""c"')).toEqual({ kind: 'column', source: 'foo', name: 'b"c' });
    expect(shown('"Foo"')).toBe('`Foo`');
    expect(shown('"FOO"')).toBe('FOO');
    expect(shown('`FROM`')).toBe('`FROM`');
    expect(shown('1abc')).toBe('1ABC');
  });
  test('ARRAY, MAP and STRUCT are names when no bracket follows', () => {
    expect(tree('map')).toEqual({ kind: 'column', source: null, name: 'MAP' });
    expect(tree('array->x')).toMatchObject({ kind: 'dereference', base: { kind: 'column', name: 'ARRAY' } });
    expect(tree('struct.x')).toEqual({ kind: 'column', source: 'STRUCT', name: 'X' });
    expect(tree('`MAP`(1)')).toMatchObject({ kind: 'call', name: 'MAP' });
  });
});

describe('constructors', () => {
  test.each([
    ['array[1, a + 2]', 'ARRAY[1, (A + 2)]'],
    ['ARRAY[]', 'ARRAY[]'],
    ["MAP('a' := 1, b := 2)", "MAP('a':=1, B:=2)"],
    ['MAP()', 'MAP()'],
    ['STRUCT(f := 1, `g` := STRUCT())', 'STRUCT(F:=1, `g`:=STRUCT())'],
  ])('%s', (text, expected) => expect(shown(text)).toBe(expected));

  test('a map key is given once; repeated fields are for the planner, which knows their types', () => {
    expect(() => parseExpression("MAP('a' := 1, 'a' := 2)")).toThrow("Duplicate key in MAP constructor: 'a'");
    expect(() => parseExpression('STRUCT(a := 1, a := 2)')).not.toThrow();
  });
});

describe('calls', () => {
  test('f(*) has no arguments', () => expect(tree('count(*)')).toEqual({ kind: 'call', name: 'COUNT', arguments: [] }));

  test('bare unit words are arguments of their own kind', () => {
    expect(tree('dateadd(day, 1, day + 1)')).toMatchObject({ arguments: [{ kind: 'unit', unit: 'DAYS' }, { kind: 'integer' }, { kind: 'arithmetic' }] });
    expect(shown('f(`DAY`)')).toBe('F(`DAY`)');
  });

  test('lambdas bind their parameters inside their body only', () => {
    expect(tree('f(x, x => x + y)')).toMatchObject({
      arguments: [{ kind: 'column', name: 'X' }, { kind: 'lambda', parameters: ['X'], body: { left: { kind: 'lambdaVariable' }, right: { kind: 'column' } } }],
    });
    expect(shown('reduce(a, 0, (s, x) => s + g(x, y => y + s))')).toBe('REDUCE(A, 0, (S, X) => (S + G(X, Y => (Y + S))))');
    expect(() => parseExpression('f(a, (x, x) => 1)')).toThrow('Lambda arguments have duplicates: X');
    expect(() => parseExpression('f(x => 1)')).toThrow(ParseError);
    expect(() => parseExpression('f(a, x => 1, b)')).toThrow("Syntax error at or near 'b'");
  });

  test('only DECIMAL may stand before a string', () => {
    expect(() => parseExpression("DATE '2020-01-01'")).toThrow('Unknown type: DATE');
  });
});

test('CASE in both forms', () => {
  expect(shown('CASE WHEN a THEN 1 WHEN b THEN 2 ELSE 3 END')).toBe('(CASE WHEN A THEN 1 WHEN B THEN 2 ELSE 3 END)');
  expect(tree('CASE a WHEN 1 THEN 2 END')).toMatchObject({ kind: 'simpleCase', otherwise: null });
  expect(() => parseExpression('CASE ELSE 1 END')).toThrow(ParseError);
});

test('CAST', () => expect(shown('CAST(a AS MAP<STRING, DECIMAL(4,2)>)')).toBe('CAST(A AS MAP<STRING, DECIMAL(4, 2)>)'));

test('spans cover the text of their node', () => {
  const text = 'a +\n  f(b, -1)';
  const sum = parseExpression(text);
  expect(sum.span).toEqual({ start: 0, end: text.length, line: 1, column: 0 });
  expect(sum.kind === 'arithmetic' && sum.right.span).toEqual({ start: 6, end: text.length, line: 2, column: 2 });
});

test('the escape of LIKE is one character', () => expect(() => parseExpression("a LIKE 'x' ESCAPE ''")).toThrow('single character'));
