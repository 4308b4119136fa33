import { describe, expect, test } from 'vitest';
import { EvaluationError } from '../../../src/functions/index.js';
import { BYTES, INTEGER, STRING, type SqlValue } from '../../../src/types/index.js';
import { given, valueOf, type TypedArgument } from './harness.js';

const argument = (value: string | number | Uint8Array | null): TypedArgument =>
  given(typeof value === 'number' ? INTEGER : value instanceof Uint8Array ? BYTES : STRING, value);
const run = (name: string, ...values: (string | number | Uint8Array | null)[]): SqlValue => valueOf(name, ...values.map(argument));
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

test.each<[string, (string | number | null)[], SqlValue]>([
  ['CHR', [128512], '😀'], ['CHR', [-1], null], ['CHR', [1114112], null], ['CHR', ['\\ud83d\\ude00'], '😀'], ['CHR', ['\\u41'], null], ['CHR', ['A'], null], ['CHR', ['\\u0041\\n\\x'], 'A\nx'],
  ['CONCAT', ['a', null, ''], 'a'], ['CONCAT', [null, 'b'], 'b'],
  ['CONCAT_WS', ['-', null, 'a', '', 'b'], 'a--b'], ['CONCAT_WS', ['-', 'a'], 'a'],
  ['ELT', [0, 'a'], null], ['ELT', [3, 'a', 'b'], null], ['ELT', [1, 'a'], 'a'],
  ['FIELD', ['x', 'y'], 0], ['FIELD', ['x'], 0], ['FIELD', ['x', null, 'x', 'x'], 2],
  ['INITCAP', ['  the   QUICK\tbr0wn'], 'The   Quick\tBr0wn'], ['INITCAP', ['ßa éà'], 'ßa Éà'], ['INITCAP', [''], ''],
  ['INSTR', ['abcabc', 'c'], 3], ['INSTR', ['abcabc', 'c', 4], 6], ['INSTR', ['abcabc', 'c', -1], 6], ['INSTR', ['abcabc', 'c', -2], 3],
  ['INSTR', ['abcabc', 'c', 1, 2], 6], ['INSTR', ['abcabc', 'c', -1, 2], 3], ['INSTR', ['abcabc', 'c', 1, 3], 0], ['INSTR', ['abc', 'c', 9], 0], ['INSTR', ['abc', 'c', 1, 0], 0], ['INSTR', ['abc', 'c', -1, -2], 0],
  ['LCASE', ['ÀİB'], 'ài̇b'], ['UCASE', ['straße'], 'STRASSE'], ['LEN', ['😀'], 2], ['LEN', [''], 0],
  ['LPAD', ['abc', 2, 'x'], 'ab'], ['LPAD', ['abc', 6, 'xy'], 'xyxabc'], ['LPAD', ['abc', -1, 'x'], null], ['LPAD', ['abc', 5, ''], null], ['RPAD', ['abc', 6, 'xy'], 'abcxyx'], ['RPAD', ['abc', 0, 'x'], ''],
  ['MASK', ['Ab1 ñÑ٣😀'], 'Xxn-xXn--'], ['MASK', ['Ab1 ', null, 'z', null, '#'], 'Az1#'],
  ['MASK_LEFT', ['Ab12', 2], 'Xx12'], ['MASK_LEFT', ['Ab12', 9], 'Xxnn'], ['MASK_RIGHT', ['Ab12', 3], 'Axnn'], ['MASK_KEEP_LEFT', ['Ab12', 1], 'Axnn'], ['MASK_KEEP_RIGHT', ['Ab12', 3, '*', '*', '*', '*'], '*b12'],
  ['MD5', ['ß'], 'e11ce22edb052b40813b1e145b704775'],
  ['REPLACE', ['aaa', 'aa', '$&'], '$&a'], ['REPLACE', ['ab', '', '-'], '-a-b-'],
  ['TRIM', ['\t a \u0000'], 'a'], ['TRIM', ['\u00a0a'], '\u00a0a'],
  ['SUBSTRING', ['stream', 0], 'stream'], ['SUBSTRING', ['stream', -9, 2], 'st'], ['SUBSTRING', ['stream', 7], ''], ['SUBSTRING', ['stream', 2, -1], ''], ['SUBSTRING', ['stream', 5, 100], 'am'],
])('%s(%j)', (name, values, expected) => {
  expect(run(name, ...values)).toEqual(expected);
});

describe('failures', () => {
  test.each<[string, (string | number | null)[]]>([
    ['CONCAT_WS', ['-']], ['MASK', ['a', 'XX', null, null, null]], ['MASK_LEFT', ['a', -1]], ['LPAD', ['a', 2_000_000_000, 'x']], ['CHR', ['\\u00zz41']],
  ])('%s(%j)', (name, values) => {
    expect(() => run(name, ...values)).toThrow(EvaluationError);
  });
});

describe('splitting', () => {
  test('texts', () => {
    expect(run('SPLIT', 'a,,b,', ',')).toEqual(['a', '', 'b', '']);
    expect(run('SPLIT', 'a.b', '.')).toEqual(['a', 'b']);
    expect(run('SPLIT', '', '')).toEqual(['']);
    expect(run('SPLIT', 'ab', '')).toEqual(['a', 'b']);
  });
  test('bytes', () => {
    expect(run('SPLIT', bytes(1, 0, 2, 0), bytes(0))).toEqual([bytes(1), bytes(2), bytes()]);
    expect(run('SPLIT', bytes(1, 2), bytes())).toEqual([bytes(1), bytes(2)]);
  });
  test('maps', () => {
    expect(run('SPLIT_TO_MAP', 'a=1;b;a=2=x;=3', ';', '=')).toEqual(new Map([['a', '2'], ['', '3']]));
    expect(run('SPLIT_TO_MAP', '__proto__=1', ';', '=')).toEqual(new Map([['__proto__', '1']]));
    expect(run('SPLIT_TO_MAP', 'a=1', '=', '=')).toBeNull();
    expect(run('SPLIT_TO_MAP', 'a=1', '', '=')).toBeNull();
  });
});

describe('bytes', () => {
  test('as texts', () => {
    expect(run('CONCAT', bytes(1), null, bytes(2, 3))).toEqual(bytes(1, 2, 3));
    expect(run('CONCAT_WS', bytes(0), bytes(1), bytes(2))).toEqual(bytes(1, 0, 2));
    expect(run('SUBSTRING', bytes(1, 2, 3), -2, 1)).toEqual(bytes(2));
    expect(run('LPAD', bytes(1), 4, bytes(8, 9))).toEqual(bytes(8, 9, 8, 1));
    expect(run('RPAD', bytes(1, 2, 3), 2, bytes(8))).toEqual(bytes(1, 2));
    expect(run('LEN', bytes(1, 2))).toBe(2);
  });
  test('encodings', () => {
    expect(run('TO_BYTES', '4A', 'HEX')).toEqual(bytes(0x4a));
    expect(run('TO_BYTES', 'é\ud800', 'utf8')).toEqual(bytes(0xc3, 0xa9, 0x3f));
    expect(run('TO_BYTES', 'é', 'ascii')).toEqual(bytes(0x3f));
    expect(run('TO_BYTES', 'SmE=', 'base64')).toEqual(bytes(0x4a, 0x61));
    expect(run('FROM_BYTES', bytes(0xab, 1), 'hex')).toBe('AB01');
    expect(run('FROM_BYTES', bytes(0xc3, 0xa9, 0xff), 'utf8')).toBe('é\ufffd');
    expect(run('FROM_BYTES', bytes(0x41, 0xc3), 'ascii')).toBe('A\ufffd');
    for (const wrong of [['zz', 'hex'], ['0x4A', 'hex'], ['4A5', 'hex'], ['!', 'base64'], ['a', 'latin1']]) expect(() => run('TO_BYTES', ...wrong)).toThrow(EvaluationError);
    expect(() => run('FROM_BYTES', bytes(1), 'utf16')).toThrow("Unknown encoding type 'utf16'");
  });
  test.each([
    ['4A', 'hex', 'utf8', 'J'], ['0x4A', 'hex', 'ascii', 'J'], ['0xF', 'HEX', 'base64', 'Dw=='], ["X'4A'", 'hex', 'utf8', 'J'], ['é', 'utf8', 'hex', 'c3a9'],
    ['é', 'utf8', 'ascii', '\ufffd\ufffd'], ['é', 'ascii', 'hex', '3f'], ['SmE=', 'base64', 'hex', '4a61'], ['!S m!E', 'base64', 'utf8', 'Ja'],
  ])('ENCODE(%s, %s, %s)', (text, from, to, expected) => {
    expect(run('ENCODE', text, from, to)).toBe(expected);
  });
  test('ENCODE refuses equal and unknown encodings', () => {
    for (const pair of [['utf8', 'UTF8'], ['hex', 'latin1'], ['x', 'hex']]) expect(() => run('ENCODE', '4A', ...pair)).toThrow('Supported input and output encodings');
    expect(() => run('ENCODE', 'zz', 'hex', 'utf8')).toThrow(EvaluationError);
  });
  test('numbers', () => {
    expect(run('INT_FROM_BYTES', bytes(0xff, 0xff, 0xff, 0xfe))).toBe(-2);
    expect(run('INT_FROM_BYTES', bytes(1, 0, 0, 0), 'little_endian')).toBe(1);
    expect(run('BIGINT_FROM_BYTES', bytes(0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff))).toBe(2n ** 63n - 1n);
    expect(run('BIGINT_FROM_BYTES', bytes(0, 0, 0, 0, 0, 0, 0, 7), 'BIG_ENDIAN')).toBe(7);
    expect(run('DOUBLE_FROM_BYTES', bytes(0x3f, 0xf8, 0, 0, 0, 0, 0, 0))).toBe(1.5);
    expect(() => run('INT_FROM_BYTES', bytes(1))).toThrow('Number of bytes must be equal to 4, but found 1');
    expect(() => run('INT_FROM_BYTES', bytes(1, 2, 3, 4), 'MIDDLE')).toThrow(EvaluationError);
  });
  test('uuids', () => {
    expect(run('UUID')).toBe('00000000-0000-4000-8000-000000000000');
    expect(run('UUID', Uint8Array.from({ length: 16 }, (_, index) => index * 16))).toBe('00102030-4050-6070-8090-a0b0c0d0e0f0');
    expect(run('UUID', bytes(1))).toBeNull();
  });
});
