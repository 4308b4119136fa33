import { expect, test } from 'vitest';
import {
  array, BIGINT, BOOLEAN, BYTES, DATE, decimal, DOUBLE, INTEGER, map, STRING, struct, TIME, type SqlType, type SqlValue,
} from '../../../src/types/index.js';
import { reading, side, writing } from './sides.js';

const values: [SqlType, SqlValue, string][] = [
  [BOOLEAN, true, 'true'], [BOOLEAN, false, 'false'], [INTEGER, null, 'null'], [INTEGER, 0, '0'], [INTEGER, -2147483648, '-2147483648'],
  [BIGINT, 9007199254740991, '9007199254740991'], [BIGINT, -9223372036854775808n, '-9223372036854775808'], [BIGINT, 1000000000, '1000000000'],
  [BIGINT, 1672531200005, '1672531200005'], [DOUBLE, 1, '1.0'], [DOUBLE, 1e7, '1.0E7'], [DOUBLE, 0.1, '0.1'], [DOUBLE, NaN, '"NaN"'],
  [DOUBLE, -Infinity, '"-Infinity"'], [DOUBLE, -0, '-0.0'], [DOUBLE, 9999999, '9999999.0'], [decimal(6, 2), 5, '0.05'], [decimal(6, 2), -1250, '-12.50'],
  [decimal(4, 0), 10, '10'], [STRING, 'a"b\\c\n\b\f\r\t\u0001\u001f/é', '"a\\"b\\\\c\\n\\b\\f\\r\\t\\u0001\\u001F/é"'], [STRING, '', '""'],
  [STRING, 'x'.repeat(100), `"${'x'.repeat(100)}"`], [STRING, 'ä😀'.repeat(30), `"${'ä😀'.repeat(30)}"`], [BYTES, new Uint8Array([1, 2, 3]), '"AQID"'],
  [DATE, 18000, '18000'], [TIME, 5, '5'], [array(INTEGER), [1, null], '[1,null]'], [array(INTEGER), [], '[]'],
  [map(STRING, INTEGER), new Map([['a', 1], ['"', null]]), '{"a":1,"\\"":null}'],
  [map(STRING, INTEGER), new Map([['a', 1], [null, 2]]), '{"null":2,"a":1}'], [STRING, 'a\ud83d-😀', '"a\\uD83D-😀"'],
  [struct([{ name: 'F', type: INTEGER }, { name: 'g', type: STRING }]), [1, null], '{"F":1,"g":null}'],
];

test.each(values)('value %#', (type, value, expected) => {
  expect(writing(side('JSON', [['C', type], ['D', INTEGER]]))([value, 1])?.toString()).toBe(`{"C":${expected},"D":1}`);
  const bare = writing(side('JSON', [['C', type]], { features: ['UNWRAP_SINGLES'] }))([value]);
  expect(bare?.toString() ?? 'null').toBe(expected);
});

test('names are escaped and written as they are', () => {
  const names = ['a"b', 'lower', '__proto__', '😀\n'];
  const written = writing(side('JSON', names.map((name) => [name, INTEGER] as const)))([1, 2, 3, 4])?.toString() ?? '';
  expect(written).toBe('{"a\\"b":1,"lower":2,"__proto__":3,"😀\\n":4}');
});

test('a null without an object is no bytes, a side without columns too', () => {
  expect(writing(side('JSON', [['K', INTEGER]], { isKey: true }))([null])).toBeNull();
  expect(writing(side('JSON', [], { isKey: true }))([])).toBeNull();
});

test('hostile names never become code', () => {
  const names = ['");globalThis.polluted=1;("', "';globalThis.polluted=1;//", '`${globalThis.polluted=1}`', '\u2028globalThis.polluted=1', '*/globalThis.polluted=1/*', '__proto__'];
  const layout = side('JSON', names.map((name) => [name, INTEGER] as const));
  const bytes = writing(layout)([1, 2, 3, 4, 5, 6]) ?? Buffer.alloc(0);
  const read = reading(layout);
  for (let round = 0; round < 3; round++) expect(read(bytes)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(Reflect.has(globalThis, 'polluted')).toBe(false);
  expect(Reflect.has({}, 'polluted')).toBe(false);
});
