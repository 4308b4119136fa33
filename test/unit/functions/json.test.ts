import { describe, expect, test } from 'vitest';
import { EvaluationError } from '../../../src/functions/index.js';
import { array, BIGINT, BOOLEAN, BYTES, DATE, decimal, DOUBLE, INTEGER, map, STRING, struct, TIME, TIMESTAMP, type SqlType, type SqlValue } from '../../../src/types/index.js';
import { given, NULL, valueOf } from './harness.js';

const run = (name: string, ...texts: (string | null)[]): SqlValue => valueOf(name, ...texts.map((text) => given(STRING, text)));

describe('EXTRACTJSONFIELD', () => {
  const document = '{"a":{"b c":[1.50,{"d":"x\\u00e9"},null]},"big":12345678901234567890,"e":1.0E5,"@t":true,"__proto__":7}';
  test.each([
    ['$.a["b c"][0]', '1.50'], ['$.a["b c"][1].d', 'xé'], ['$.a["b c"][2]', 'null'], ['$.a["b c"][9]', null], ['$.big', '12345678901234567890'],
    ['$.e', '1.0E+5'], ['$.@t', 'true'], ['$.a', '{"b c":[1.50,{"d":"xé"},null]}'], ['$.none.more', null], ['$.__proto__', '7'], ['$.constructor', null], ['$["a"]["b c"]["x"]', null],
  ])('%s', (path, expected) => {
    expect(run('EXTRACTJSONFIELD', document, path)).toBe(expected);
  });
  test.each(['a', '', '$.', '$a', '$[', '$["a]', '$.a[-1]', '$..a', '$.a b'])('the path %j fails', (path) => {
    expect(() => run('EXTRACTJSONFIELD', document, path)).toThrow(EvaluationError);
  });
  test.each(['{', '[1,]', '{"a":}', "{'a':1}", '01', '1x', 'nul', '"\u0001"', '"a', '{"a" 1}', '['.repeat(5000)])('%j is no JSON', (text) => {
    expect(() => run('EXTRACTJSONFIELD', text, '$')).toThrow(EvaluationError);
  });
  test('what comes after the value is not read', () => {
    expect(run('EXTRACTJSONFIELD', '{"a":1}} x', '$.a')).toBe('1');
    expect(run('EXTRACTJSONFIELD', '  ', '$')).toBeNull();
  });
});

describe('JSON functions', () => {
  test('IS_JSON_STRING', () => {
    expect(['1', '"a"', '{"a":1} x', 'null', 'abc', '', ' ', '[1'].map((text) => run('IS_JSON_STRING', text))).toEqual([true, true, true, true, false, false, false, false]);
    expect(run('IS_JSON_STRING', null)).toBe(false);
  });
  test('JSON_ARRAY_CONTAINS compares within a type', () => {
    const contains = (text: string | null, type: SqlType, value: SqlValue): SqlValue => valueOf('JSON_ARRAY_CONTAINS', given(STRING, text), given(type, value));
    const text = '[1, 2.0, "3", null, true, [9], 9007199254740993]';
    expect([contains(text, INTEGER, 1), contains(text, INTEGER, 2), contains(text, DOUBLE, 2), contains(text, DOUBLE, 1), contains(text, STRING, '3'), contains(text, INTEGER, 3)]).toEqual([true, false, true, false, true, false]);
    expect([contains(text, BOOLEAN, true), contains(text, BOOLEAN, false), contains(text, STRING, null), contains(text, INTEGER, 9), contains(text, BIGINT, 9007199254740993n), contains(text, decimal(2, 1), 20)]).toEqual([true, false, true, false, true, false]);
    expect(valueOf('JSON_ARRAY_CONTAINS', given(STRING, text), NULL)).toBe(true);
    expect([contains('[1, oops', INTEGER, 1), contains('[1, oops', INTEGER, 2), contains('{"a":1}', INTEGER, 1), contains('', INTEGER, 1), contains(null, INTEGER, 1)]).toEqual([true, false, false, false, null]);
  });
  test('parts of documents', () => {
    expect([run('JSON_ARRAY_LENGTH', '[1,[2,3]]'), run('JSON_ARRAY_LENGTH', '{}'), run('JSON_ARRAY_LENGTH', '')]).toEqual([2, null, null]);
    expect(() => run('JSON_ARRAY_LENGTH', '[')).toThrow(EvaluationError);
    expect(run('JSON_KEYS', '{"b":1,"a":2,"b":3}')).toEqual(['b', 'a']);
    expect(run('JSON_KEYS', '[1]')).toBeNull();
    expect(run('JSON_RECORDS', '{"a":"x","b":[1, 2.50],"c":null}')).toEqual(new Map([['a', 'x'], ['b', '[1,2.50]'], ['c', 'null']]));
    expect(run('JSON_ITEMS', '[1.0E5, "a", {"k" : [ ]}]')).toEqual(['100000', '"a"', '{"k":[]}']);
    expect(() => run('JSON_ITEMS', '{}')).toThrow(EvaluationError);
  });
  test('JSON_CONCAT', () => {
    expect(run('JSON_CONCAT', '{"a":1,"b":1}', '{"a":{"c":2}}')).toBe('{"a":{"c":2},"b":1}');
    expect(run('JSON_CONCAT', '[1]', '{"a":1}', '"x"')).toBe('[1,{"a":1},"x"]');
    expect(run('JSON_CONCAT', '1.0E5', '-0')).toBe('[100000,0]');
    expect([run('JSON_CONCAT', '[]', null), run('JSON_CONCAT', '', '1')]).toEqual([null, null]);
    expect(() => run('JSON_CONCAT', '{', '1')).toThrow(EvaluationError);
    expect(() => run('JSON_CONCAT', '1.0E99999999', '1')).toThrow(EvaluationError);
  });
});

describe('TO_JSON_STRING', () => {
  const json = (type: SqlType, value: SqlValue): SqlValue => valueOf('TO_JSON_STRING', given(type, value));
  test.each<[SqlType, SqlValue, string]>([
    [INTEGER, 1, '1'], [BIGINT, 2n ** 60n, '1152921504606846976'], [DOUBLE, 1e10, '1.0E10'], [DOUBLE, Number.NaN, '"NaN"'], [decimal(4, 2), 150, '1.50'], [BOOLEAN, true, 'true'],
    [STRING, 'a"\\\n\u0001é\u2028', '"a\\"\\\\\\n\\u0001é\u2028"'], [BYTES, Uint8Array.of(1, 2), '"AQI="'], [DATE, 1000, '"1972-09-27"'], [TIME, 60_220_000, '"16:43:40"'], [TIMESTAMP, 0, '"1970-01-01T00:00:00.000"'],
    [array(INTEGER), [1, null], '[1,null]'], [map(STRING, INTEGER), new Map([['b', 1], ['a', null]]), '{"a":null,"b":1}'],
    [struct([{ name: 'Z', type: INTEGER }, { name: 'A', type: STRING }]), [1, null], '{"A":null,"Z":1}'], [STRING, null, 'null'],
  ])('value %#', (type, value, expected) => {
    expect(json(type, value)).toBe(expected);
  });
  test('a bare NULL', () => {
    expect(valueOf('TO_JSON_STRING', NULL)).toBe('null');
  });
});
