import { describe, expect, test } from 'vitest';
import { RecordError } from '../../../src/errors/index.js';
import { formatOf } from '../../../src/serde/index.js';
import {
  array, BIGINT, BOOLEAN, BYTES, DATE, decimal, DOUBLE, entriesOf, INTEGER, map, STRING, struct, TIME, TIMESTAMP, type SqlType, type SqlValue,
} from '../../../src/types/index.js';
import { reading, side } from './sides.js';

function readAs(type: SqlType, json: string): SqlValue {
  return reading(side('JSON', [['C', type]]))(`{"C":${json}}`)[0] ?? null;
}

describe('what each type accepts', () => {
  const accepted: [SqlType, string, SqlValue][] = [
    [BOOLEAN, 'true', true], [BOOLEAN, 'null', null],
    [INTEGER, '12', 12], [INTEGER, '-7', -7], [INTEGER, '12.9', 12], [INTEGER, '2147483648', -2147483648], [INTEGER, '"12"', 12], [INTEGER, '-0', 0],
    [INTEGER, '1e3', 1000], [INTEGER, '1e400', 0],
    [BIGINT, '9007199254740993', 9007199254740993n], [BIGINT, '"9007199254740993"', 9007199254740993n], [BIGINT, '1e3', 1000],
    [BIGINT, '9223372036854775808', -9223372036854775808n], [BIGINT, '123456789012345', 123456789012345], [BIGINT, '-1234567890123', -1234567890123],
    [BIGINT, '1000000000', 1000000000], [BIGINT, '1000000000000005', 1000000000000005],
    [DOUBLE, '1.5', 1.5], [DOUBLE, '"1.5"', 1.5], [DOUBLE, '"NaN"', NaN], [DOUBLE, '-0.0', 0], [DOUBLE, '1e400', Infinity], [DOUBLE, '0.1', 0.1],
    [DOUBLE, '123456789.123456789', 123456789.12345679],
    [decimal(6, 2), '3', 300], [decimal(6, 2), '"2.25"', 225], [decimal(6, 2), '1.50', 150], [decimal(6, 2), '-1234.5', -123450], [decimal(6, 2), '1.500', 150],
    [decimal(30, 2), '1234567890123456789.5', 123456789012345678950n],
    [STRING, '"x"', 'x'], [STRING, '1.50', '1.50'], [STRING, '1e3', '1E+3'], [STRING, 'true', 'true'], [STRING, '[1, "b", [null]]', '[1, b, [null]]'],
    [STRING, '{"b": 1, "a": [2.0, null, "q\\""]}', '{"b":1,"a":[2.0,null,"q\\""]}'], [STRING, '""', ''], [STRING, '"\\u00e9\\n"', 'é\n'],
    [STRING, '"äöü😀"', 'äöü😀'], [STRING, '12345678901234567890', '12345678901234567890'],
    [BYTES, '"AQID"', new Uint8Array([1, 2, 3])], [BYTES, '""', new Uint8Array()],
    [TIME, '1000', 1000], [TIME, '"2000"', 2000], [TIME, '86400000', 86400000], [DATE, '-5', -5], [TIMESTAMP, '-5', -5], [TIMESTAMP, '"1600000000000"', 1600000000000],
    [array(INTEGER), '[1,"2",null]', [1, 2, null]], [array(INTEGER), '[ ]', []],
    [map(STRING, INTEGER), '{"a":1,"b":null,"a":3}', new Map([['a', 3], ['b', null]])],
    [struct([{ name: 'A', type: INTEGER }, { name: 'B', type: STRING }]), '{"A":1,"a":2}', [1, null]],
    [struct([{ name: 'A', type: INTEGER }]), '{}', [null]],
  ];
  test.each(accepted)('%j reads %s', (type, json, expected) => {
    expect(readAs(type, json)).toEqual(expected);
  });

  const refused: [SqlType, string][] = [
    [BOOLEAN, '1'], [BOOLEAN, '"true"'], [INTEGER, 'true'], [INTEGER, '"x"'], [INTEGER, '"2147483648"'], [INTEGER, '[]'], [INTEGER, '1e9999999999'],
    [BIGINT, '{}'], [BIGINT, '"1e3"'], [DOUBLE, 'true'], [DOUBLE, '"x"'], [decimal(6, 2), '12345.67'], [decimal(6, 2), '1.234'], [decimal(6, 2), '"x"'],
    [decimal(6, 2), '1e999999999'], [BYTES, '5'], [BYTES, '"!!"'], [BYTES, '"AQI"'], [TIME, '86400001'], [TIME, '-1'], [TIMESTAMP, '"2020-01-01T00:00:00"'],
    [array(INTEGER), '{}'], [array(INTEGER), '[1,"x"]'], [map(STRING, INTEGER), '[]'], [map(STRING, INTEGER), '{"a":"x"}'], [struct([{ name: 'A', type: INTEGER }]), '[]'],
  ];
  test.each(refused)('%j refuses %s', (type, json) => {
    expect(() => readAs(type, json)).toThrow(RecordError);
    const unused = formatOf('JSON').compileReader(side('JSON', [['C', type]]), [false]);
    const record = Buffer.from(`{"C":${json}}`);
    expect(() => unused.scan(record, 0, record.length)).toThrow(RecordError);
  });

  test('an error names the place', () => {
    const read = reading(side('JSON', [['A', array(struct([{ name: 'B', type: INTEGER }]))]]));
    expect(() => read('{"A":[{"B":1},{"b":true}]}')).toThrow('Cannot convert a JSON boolean to INTEGER, path: $.A[1].B');
  });
});

describe('field names', () => {
  const read = reading(side('JSON', [['C0', INTEGER], ['c1', INTEGER]]));
  test.each([
    ['{"C0":1,"c0":2}', [1, null]], ['{"c0":2,"C0":1}', [1, null]], ['{"c0":2}', [2, null]], ['{"C0":null,"c0":2}', [null, null]],
    ['{"C0":1,"C0":2}', [2, null]], ['{"C0":"bad","C0":2}', [2, null]], ['{"C1":5}', [null, null]], ['{"c1":5, "EXTRA":{"x":[1,2,{}]} }', [null, 5]],
    ['{"\\u0043\\u0030":1}', [1, null]], ['{}', [null, null]], [' { "C0" : 1 , "c1" : 2 } ', [1, 2]],
  ])('%s', (json, expected) => {
    expect(read(json)).toEqual(expected);
    expect(read(json)).toEqual(expected);
  });

  test('a column may be matched by its own and by another spelling', () => {
    expect(reading(side('JSON', [['A', INTEGER], ['a', INTEGER]]))('{"a":1}')).toEqual([1, 1]);
  });

  test('any order, also after the order was learned', () => {
    const readThree = reading(side('JSON', [['A', INTEGER], ['B', STRING], ['C', BIGINT]]));
    for (let round = 0; round < 50; round++) {
      expect(readThree('{"a":1,"b":"x","c":3000000000}')).toEqual([1, 'x', 3000000000]);
      expect(readThree('{"b":"y","a":-5,"c":null}')).toEqual([-5, 'y', null]);
      expect(readThree('{"c":7}')).toEqual([null, null, 7]);
      expect(readThree('{"a": 1, "b": 2.5, "c": "4"}')).toEqual([1, '2.5', 4]);
    }
  });

  test('names of object properties are ordinary', () => {
    const names = ['__proto__', 'constructor', 'toString', 'a"b\n', '😀', "'; throw 1; //", '${x}'];
    const layout = side('JSON', names.map((name) => [name, INTEGER] as const));
    const json = `{${names.map((name, index) => `${JSON.stringify(name)}:${index}`).join(',')}}`;
    const readNames = reading(layout);
    for (let round = 0; round < 3; round++) expect(readNames(json)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe('the whole document is checked', () => {
  const broken = [
    '', ' ', 'null', '[]', '"x"', '{', '{"A"', '{"A":', '{"A":1', '{"A":1,', '{"A":1,}', '{"A":1}}', '{"A":1} x', '{"A":01}', '{"A":1.}', '{"A":.5}', '{"A":1e}', '{"A":+1}',
    '{"A":1,"X":tru}', '{"A":1,"X":"\\q"}', '{"A":1,"X":"a\u0001b"}', '{"A":1,"X":"\\u12g4"}', '{"A":1,"X":[1,]}', '{"A":1,"X":{"a":}}', '{"A":1 "X":2}', "{'A':1}", '{A:1}',
    '{"A":1,"X":-}', '{"A":1,"X":NaN}', '{"A":1,"X":"unclosed}', '{"A":1,"X":1x}', '{"A":"',
  ];
  test.each(broken)('refuses %s', (json) => {
    const layout = side('JSON', [['A', INTEGER]]);
    expect(() => reading(layout)(json)).toThrow(RecordError);
    const trained = reading(layout);
    trained('{"A":1,"X":2}');
    expect(() => trained(json)).toThrow(RecordError);
    expect(trained('{"A":1,"X":2}')).toEqual([1]);
  });

  test('64 levels are read, 65 are not, a million do not crash', () => {
    const read = reading(side('JSON', [['A', STRING]]));
    const nested = (levels: number): string => `{"X":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect(read(nested(64))).toEqual([null]);
    expect(() => read(nested(65))).toThrow('nested deeper than 64');
    expect(() => read(nested(1_000_000))).toThrow(RecordError);
    expect(() => read(`{"X":${'['.repeat(1_000_000)}`)).toThrow(RecordError);
  });

  test('invalid UTF-8 becomes the replacement character', () => {
    const read = reading(side('JSON', [['A', STRING]]));
    expect(read(Buffer.concat([Buffer.from('{"A":"x'), Buffer.from([0xff, 0xc3]), Buffer.from('y"}')]))).toEqual(['x\ufffd\ufffdy']);
  });
});

describe('a single column without an object', () => {
  const options = { features: ['UNWRAP_SINGLES'] as const };
  test.each<[SqlType, string, SqlValue]>([
    [INTEGER, '10', 10], [INTEGER, ' 10 ', 10], [STRING, '"x"', 'x'], [INTEGER, 'null', null], [array(DOUBLE), '[1.5]', [1.5]],
    [struct([{ name: 'F', type: INTEGER }]), '{"f":1}', [1]],
  ])('%j reads %s', (type, json, expected) => {
    expect(reading(side('JSON', [['V', type]], options))(json)).toEqual([expected]);
  });
  test('refuses what is empty or goes on', () => {
    const read = reading(side('JSON', [['V', INTEGER]], options));
    for (const json of ['', ' ', '1 2', '{}', '1,']) expect(() => read(json)).toThrow(RecordError);
  });
  test('keys are bare by default, values are not', () => {
    expect(reading(side('JSON', [['K', INTEGER]], { isKey: true }))('1')).toEqual([1]);
    expect(() => reading(side('JSON', [['K', INTEGER]]))('1')).toThrow(RecordError);
  });
});

test('a map is read into the order of a Java HashMap, which functions over maps show', () => {
  const read = readAs(map(STRING, INTEGER), '{"yes, thanks":1,"nope":2,"sure, yeah":3}');
  expect([...entriesOf(read).keys()]).toEqual(['yes, thanks', 'sure, yeah', 'nope']);
});
test('a TIMESTAMP is exact over 64 bits', () => {
  expect(readAs(TIMESTAMP, '9223372036854775807')).toBe(2n ** 63n - 1n);
});
