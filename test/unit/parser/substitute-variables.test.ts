import { describe, expect, test } from 'vitest';
import { parseScript, substituteVariables } from '../../../src/parser/index.js';

const substitute = (text: string, variables: Record<string, string>): string => substituteVariables(text, new Map(Object.entries(variables)));

test('names, literals and strings', () => {
  expect(substitute("CREATE STREAM ${s} (${c} INT) WITH (KAFKA_TOPIC='${s}_topic', PARTITIONS=${n}, F=${f});", { s: 'orders', c: '`Id`', n: '3', f: "'JSON'" }))
    .toBe("CREATE STREAM orders (`Id` INT) WITH (KAFKA_TOPIC='orders_topic', PARTITIONS=3, F='JSON');");
  expect(substitute("SET '${p}' = '${v}'; DEFINE x = '${v}'; PRINT ${t};", { p: 'a.b', v: 'w', t: 'topic' })).toBe("SET 'a.b' = 'w'; DEFINE x = 'w'; PRINT topic;");
  expect(substitute('SELECT ${a}, ${b}, S.${a} FROM S;', { a: 'X', b: "'y'" })).toBe("SELECT X, 'y', S.X FROM S;");
});

test('comments and unknown variables stay as they are, names are case-sensitive', () => {
  expect(substitute("SELECT '${x} ${X}' FROM S; -- ${x}\n", { x: '1' })).toBe("SELECT '1 ${X}' FROM S; -- ${x}\n");
  expect(substitute('SELECT * FROM ${y};', { x: '1' })).toBe('SELECT * FROM ${y};');
});

test('values are not searched again', () => expect(substitute("SELECT '${x}' FROM S;", { x: '${y}', y: '1' })).toBe("SELECT '${y}' FROM S;"));

describe('no value gets out of its place', () => {
  test('quotes in strings are doubled', () => {
    const text = substitute("SELECT '${x}' FROM S;", { x: "'; DROP STREAM S; --" });
    expect(text).toBe("SELECT '''; DROP STREAM S; --' FROM S;");
    expect(parseScript(text)).toHaveLength(1);
  });
  test('quotes inside a quoted literal are doubled, the outer ones kept', () => expect(substitute('INSERT INTO S VALUES (${x});', { x: "'a'b'" })).toBe("INSERT INTO S VALUES ('a''b');"));
  test.each([
    ['SELECT * FROM ${x};', 'S; DROP STREAM S'], ['SELECT * FROM ${x};', '1a'], ['SELECT * FROM ${x};', "'S'"], ['SELECT * FROM ${x};', '`a`b`'],
    ["CREATE STREAM S WITH (A=${x});", 'JSON'], ["CREATE STREAM S WITH (A=${x});", '1, B=2'], ['SELECT ${x} FROM S;', 'a + b'],
  ])('%s with %s is refused', (text, x) => expect(() => substitute(text, { x })).toThrow('Illegal argument at Line: 1'));
});
