import { expect, test } from 'vitest';
import { parseColumnList, parseType, printColumn, printType } from '../../../src/parser/index.js';

test.each([
  ['int', 'INTEGER'],
  ['VARCHAR(10)', 'STRING'],
  ['varchar(STRING)', 'STRING'],
  ['DECIMAL(4,2)', 'DECIMAL(4, 2)'],
  ['array<map<string, bigint>>', 'ARRAY<MAP<STRING, BIGINT>>'],
  ['INT ARRAY ARRAY', 'ARRAY<ARRAY<INTEGER>>'],
  ['struct<a int, `b` struct< c date>>', 'STRUCT<A INTEGER, `b` STRUCT<C DATE>>'],
  ['STRUCT<>', 'STRUCT< >'],
  ['address', 'ADDRESS'],
  ['`address`', '`address`'],
])('%s', (text, expected) => expect(printType(parseType(text))).toBe(expected));

test('built-in names are types, others wait for the catalog', () => {
  expect(parseType('timestamp')).toMatchObject({ kind: 'primitiveType', type: { kind: 'TIMESTAMP' } });
  expect(parseType('money')).toMatchObject({ kind: 'namedType', name: 'MONEY' });
  expect(parseType('`int`')).toMatchObject({ kind: 'namedType', name: 'int' });
});

test.each([
  ['DECIMAL(0, 0)', 'precision must be >= 1'],
  ['DECIMAL(2, 5)', 'precision must be >= scale: DECIMAL(2,5)'],
  ['DECIMAL(2, -1)', 'scale must be >= 0'],
])('%s is refused', (text, message) => expect(() => parseType(text)).toThrow(message));

test('column lists know all roles and have no kind of source', () => {
  const columns = parseColumnList("id INT KEY, pk INT PRIMARY KEY, v STRING, h BYTES HEADER('a''b'), hs ARRAY<STRUCT<KEY STRING, VALUE BYTES>> HEADERS");
  expect(columns.map((column) => [column.name, column.role, column.headerKey])).toEqual([
    ['ID', 'KEY', null], ['PK', 'PRIMARY KEY', null], ['V', 'VALUE', null], ['H', 'HEADER', "a'b"], ['HS', 'HEADERS', null],
  ]);
  expect(columns.map(printColumn).slice(0, 4)).toEqual(['ID INTEGER KEY', 'PK INTEGER PRIMARY KEY', 'V STRING', "H BYTES HEADER('a''b')"]);
  expect(parseColumnList('')).toEqual([]);
});

test('types of header columns', () => {
  expect(() => parseColumnList("H STRING HEADER('k')")).toThrow("Invalid type for HEADER('k') column: expected BYTES, got STRING");
  expect(() => parseColumnList('H BYTES HEADERS')).toThrow('expected ARRAY<STRUCT<`KEY` STRING, `VALUE` BYTES>>, got BYTES');
  expect(() => parseColumnList('H ARRAY<HDR> HEADERS, K BLOB HEADER(\'k\')')).not.toThrow();
});
