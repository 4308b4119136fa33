import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../src/errors/index.js';
import { parseExpression, parseScript, parseStatement, printExpression, printStatement } from '../../../src/parser/index.js';
import { bare } from './bare.js';

const statements = (text: string): unknown => parseScript(text).map((each) => each.statement);

describe('bombs are refused before any recursion', () => {
  test.each([
    ['parentheses', '('.repeat(100_000)],
    ['closed parentheses', `${'('.repeat(100_000)}1${')'.repeat(100_000)} FROM S;`],
    ['arrays', 'ARRAY['.repeat(100_000)],
    ['cases', 'CASE WHEN '.repeat(100_000)],
    ['casts', `CAST(1 AS ${'ARRAY<'.repeat(100_000)}`],
    ['nots', `${'NOT '.repeat(100_000)}A FROM S;`],
    ['signs', `${'- '.repeat(100_000)}A FROM S;`],
    ['subscripts', `A${'[1]'.repeat(10_000)} FROM S;`],
    ['sums', `A${' + 1'.repeat(10_000)} FROM S;`],
  ])('%s', (_name, text) => expect(() => statements(`SELECT ${text}`)).toThrow(ParseError));
  test('explains', () => expect(() => statements('EXPLAIN '.repeat(100_000))).toThrow('nests deeper than 200 levels'));
});

test('200 levels are admitted', () => {
  expect(() => statements(`SELECT ${'F('.repeat(200)}1${')'.repeat(200)} FROM S;`)).not.toThrow();
  expect(() => statements(`SELECT ${'F('.repeat(201)}1${')'.repeat(201)} FROM S;`)).toThrow(ParseError);
});

test('comparisons with < do not count as brackets', () => {
  const many = Array.from({ length: 300 }, () => 'A < 1').join(' OR ');
  expect(() => statements(`SELECT * FROM S WHERE ${many};`)).not.toThrow();
});

test.each(['AND', 'OR'])('a chain of 5,000 %s works and stays shallow', (word) => {
  const text = `SELECT * FROM S WHERE ${Array.from({ length: 5000 }, (_, index) => `A = ${index}`).join(` ${word} `)};`;
  const statement = parseStatement(text);
  expect(bare(parseStatement(printStatement(statement)))).toEqual(bare(statement));
});

test.each(['+', '*', '||'])('long chains of %s are printed without nesting', (sign) => {
  const sum = parseExpression(Array.from({ length: 1000 }, () => 'A').join(sign));
  expect(bare(parseExpression(printExpression(sum)))).toEqual(bare(sum));
});
