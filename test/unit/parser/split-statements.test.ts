import { expect, test } from 'vitest';
import { splitStatements } from '../../../src/parser/index.js';

test('cuts at semicolons outside strings, names and comments', () => {
  const parts = splitStatements("SELECT ';' FROM `a;b`; -- c;\n/* d; */ SHOW \"x;\";\n  nonsense ) ;");
  expect(parts.map((part) => part.text)).toEqual(["SELECT ';' FROM `a;b`;", 'SHOW "x;";', 'nonsense ) ;']);
  expect(parts.map((part) => part.incomplete)).toEqual([null, null, null]);
  expect(parts[2]?.span).toMatchObject({ line: 3, column: 2 });
});

test.each([
  ["SELECT 'a", 'string'], ['SELECT `a', 'identifier'], ['SELECT "a', 'identifier'], ['SELECT /* a', 'comment'], ['SELECT (a', 'parenthesis'],
  ['SELECT a', 'semicolon'], ["SELECT ('a", 'string'],
] as const)('%s is incomplete: %s', (text, why) => expect(splitStatements(`SHOW STREAMS; ${text}`).at(-1)).toMatchObject({ incomplete: why }));

test('comments and white space are no statement', () => expect(splitStatements(' -- x\n/* y */ ')).toEqual([]));
