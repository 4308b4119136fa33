import { describe, expect, test } from 'vitest';
import { RecordError } from '../../../src/errors/index.js';
import { findFormatTraits, reasonAgainst } from '../../../src/serde/index.js';
import {
  array, BIGINT, BOOLEAN, BYTES, DATE, decimal, DOUBLE, INTEGER, map, STRING, struct, TIME, TIMESTAMP, type SqlType, type SqlValue,
} from '../../../src/types/index.js';
import { reading, side, writing } from './sides.js';

describe('DELIMITED', () => {
  const all = side('DELIMITED', [
    ['B', BOOLEAN], ['I', INTEGER], ['L', BIGINT], ['D', DOUBLE], ['N', decimal(6, 2)], ['S', STRING], ['Y', BYTES], ['DT', DATE], ['T', TIME], ['TS', TIMESTAMP],
  ]);
  test('reads and writes every type', () => {
    const line = 'true,-1,9007199254740993,1.0E10,12.50, a b c,AQID,18000,1000,1600000000000';
    const row = [true, -1, 9007199254740993n, 1e10, 1250, ' a b c', new Uint8Array([1, 2, 3]), 18000, 1000, 1600000000000];
    expect(reading(all)(line)).toEqual(row);
    expect(writing(all)(row)?.toString()).toBe(line.replace(' a b c', '" a b c"'));
  });
  test('an empty field is null', () => {
    expect(reading(side('DELIMITED', [['A', STRING], ['B', INTEGER]]))(',')).toEqual([null, null]);
    expect(reading(side('DELIMITED', [['A', STRING], ['B', INTEGER]]))('"",1')).toEqual([null, 1]);
  });
  test.each(['a', 'a,b', '', '\n', 'x,1,2', '"a,1', '"a"x,1', 'a,1.5', 'a, 1'])('refuses %j', (line) => {
    expect(() => reading(side('DELIMITED', [['A', STRING], ['B', INTEGER]]))(line)).toThrow(RecordError);
  });
  test('quotes protect', () => {
    const read = reading(side('DELIMITED', [['A', STRING], ['B', STRING]]));
    expect(read('"a,""b""\n","c"')).toEqual(['a,"b"\n', 'c']);
    expect(read('a"b,c\r\nsecond,line,ignored')).toEqual(['a"b', 'c']);
  });
  test.each<[SqlValue[], string]>([
    [['-1', '-1'], '"-1",-1'], [['', ''], '"",'], [[null, null], ','], [['a,b', 'c"d'], '"a,b","c""d"'], [['a\nb', '#x'], '"a\nb","#x"'], [['é', 'x '], '"é","x "'],
  ])('writes %j', (row, expected) => {
    expect(writing(side('DELIMITED', [['A', STRING], ['B', STRING]]))(row)?.toString()).toBe(expected);
  });
  test.each([['TAB', '1\tx'], ['SPACE', '1 x'], ['$', '1$x'], ['|', '1|x']])('delimiter %s', (delimiter, line) => {
    const layout = side('DELIMITED', [['A', INTEGER], ['B', STRING]], { properties: { delimiter } });
    expect(reading(layout)(line)).toEqual([1, 'x']);
    expect(writing(layout)([1, 'x'])?.toString()).toBe(line);
  });
});

describe('KAFKA', () => {
  test.each<[SqlType, SqlValue, string]>([
    [INTEGER, -2, 'fffffffe'], [BIGINT, 5, '0000000000000005'], [BIGINT, -5, 'fffffffffffffffb'], [BIGINT, 9007199254740993n, '0020000000000001'],
    [BIGINT, -9007199254740991, 'ffe0000000000001'], [DOUBLE, 1.5, '3ff8000000000000'], [STRING, 'é', 'c3a9'], [STRING, '', ''], [BYTES, new Uint8Array([1, 255]), '01ff'],
  ])('%j %s', (type, value, hex) => {
    const layout = side('KAFKA', [['C', type]]);
    expect(writing(layout)([value])?.toString('hex')).toBe(hex);
    expect(reading(layout)(Buffer.from(hex, 'hex'))).toEqual([value]);
  });
  test('null is no bytes; a wrong length is refused', () => {
    expect(writing(side('KAFKA', [['C', INTEGER]]))([null])).toBeNull();
    expect(() => reading(side('KAFKA', [['C', INTEGER]]))(Buffer.alloc(5))).toThrow('Size of data received by the INTEGER deserializer is not 4');
  });
  test('a side without columns ignores its bytes', () => {
    expect(reading(side('KAFKA', [], { isKey: true }))('anything')).toEqual([]);
    expect(writing(side('NONE', [], { isKey: true }))([])).toBeNull();
  });
});

describe('windowed keys', () => {
  test('time windows carry the start', () => {
    const layout = side('KAFKA', [['K', STRING]], { isKey: true, window: { type: 'TUMBLING', sizeMs: 30000 } });
    const bytes = writing(layout)(['key', 1600000000000, 1600000030000]);
    expect(bytes?.toString('latin1', 0, 3)).toBe('key');
    expect(bytes?.readBigInt64BE(3)).toBe(1600000000000n);
    expect(reading(layout)(bytes ?? '')).toEqual(['key', 1600000000000, 1600000030000]);
  });
  test('sessions carry end, then start', () => {
    const layout = side('JSON', [['K', STRING]], { isKey: true, window: { type: 'SESSION', sizeMs: null } });
    const bytes = writing(layout)(['key', -1, 5]);
    expect(bytes?.readBigInt64BE(5)).toBe(5n);
    expect(bytes?.readBigInt64BE(13)).toBe(-1n);
    expect(reading(layout)(bytes ?? '')).toEqual(['key', -1, 5]);
  });
  test('too few bytes are refused; the end saturates', () => {
    const layout = side('KAFKA', [['K', STRING]], { isKey: true, window: { type: 'HOPPING', sizeMs: 10 } });
    expect(() => reading(layout)('short')).toThrow(RecordError);
    expect(reading(layout)(Buffer.from('7fffffffffffffff', 'hex'))).toEqual(['', 2n ** 63n - 1n, 2n ** 63n - 1n]);
  });
});

describe('which columns a format holds', () => {
  const reason = (name: Parameters<typeof side>[0], columns: readonly (readonly [string, SqlType])[], isKey = false): string | null =>
    reasonAgainst({ name, properties: {}, features: [] }, side(name, columns).columns, isKey);
  test('reasons', () => {
    expect(reason('KAFKA', [['A', INTEGER], ['B', STRING]], true)).toBe("The 'KAFKA' format only supports a single field. Got: [`A` INTEGER KEY, `B` STRING KEY]");
    expect(reason('KAFKA', [['A', decimal(2, 1)]])).toBe("The 'KAFKA' format does not support type 'DECIMAL'");
    expect(reason('KAFKA', [['A', BYTES]])).toBeNull();
    expect(reason('DELIMITED', [['A', INTEGER], ['B', array(INTEGER)]])).toBe("The 'DELIMITED' format does not support type 'ARRAY', column: `B`");
    expect(reason('NONE', [['A', INTEGER]], true)).toBe("The 'NONE' format can only be used when no columns are defined. Got: [`A` INTEGER KEY]");
    expect(reason('JSON', [['A', array(map(INTEGER, INTEGER))]])).toBe('JSON only supports MAP types with STRING keys');
    expect(reason('JSON', [['A', map(STRING, struct([]))]])).toBeNull();
    expect(reason('JSON', [['A', struct([{ name: 'F', type: map(STRING, STRING) }])]], true)).toContain('Key column name: `A`. Column type: STRUCT<`F` MAP<STRING, STRING>>.');
    expect(reason('AVRO', [['1A', INTEGER]])).toBe('Schema is not compatible with Avro: Illegal initial character: 1A');
    expect(reason('AVRO', [['a.b', INTEGER], ['A', struct([{ name: 'b c', type: INTEGER }])]])).toBe('Schema is not compatible with Avro: Illegal character in: b c');
    expect(reason('PROTOBUF', [['A', struct([{ name: 'b c', type: INTEGER }])]])).toBe('Schema is not compatible with Protobuf: Illegal name: b c');
    expect(reason('PROTOBUF_NOSR', [['a b', INTEGER]])).toBeNull();
    expect(reason('PROTOBUF', [['A', map(INTEGER, INTEGER)]])).toBe('PROTOBUF format only supports MAP types with STRING keys');
  });
  test('names are found without regard to case', () => {
    expect(findFormatTraits('AvRo')?.name).toBe('AVRO');
    expect(findFormatTraits('FOO')).toBeNull();
  });
});
