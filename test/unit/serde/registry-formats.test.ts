import { describe, expect, test } from 'vitest';
import { RecordError } from '../../../src/errors/index.js';
import { inferColumns, schemaForColumns, type FormatInfo, type RegisteredSchema } from '../../../src/serde/index.js';
import {
  array, BIGINT, BOOLEAN, BYTES, DATE, decimal, DOUBLE, formatType, INTEGER, map, STRING, struct, TIME, TIMESTAMP, type SqlType, type SqlValue,
} from '../../../src/types/index.js';
import { registered, registryOf, schema } from './registry.js';
import { reading, side, writing } from './sides.js';

function infer(one: RegisteredSchema, options: { isKey?: boolean; format?: Partial<FormatInfo>; keepsCase?: boolean } = {}): string {
  const name = one.kind === 'JSON' ? 'JSON_SR' : one.kind;
  const columns = inferColumns(one, {
    isKey: options.isKey ?? false, keepsCase: options.keepsCase ?? false, topic: 't',
    format: { name, properties: {}, features: [], ...options.format },
  });
  return columns.map((column) => `${column.name} ${formatType(column.type)}`).join(', ');
}

const everyType: [string, SqlType][] = [
  ['B', BOOLEAN], ['I', INTEGER], ['L', BIGINT], ['D', DOUBLE], ['S', STRING], ['Y', BYTES], ['N', decimal(4, 2)], ['DT', DATE], ['T', TIME], ['TS', TIMESTAMP],
  ['A', array(INTEGER)], ['M', map(STRING, BIGINT)], ['ST', struct([{ name: 'F', type: array(struct([{ name: 'G', type: STRING }])) }])],
];
const everyTypeText = everyType.map(([name, type]) => `${name} ${formatType(type)}`).join(', ');

describe('the frame of registry formats', () => {
  const layout = registered(side('AVRO', [['I', INTEGER]]));
  test('zero, schema id, payload', () => {
    expect(writing(layout)([1])?.toString('hex')).toBe('00000000070202');
    expect(writing(registered(side('PROTOBUF', [['I', INTEGER]])))([1])?.toString('hex')).toBe('0000000007000801');
    expect(writing(registered(side('JSON_SR', [['I', INTEGER]])))([1])?.toString('latin1')).toBe('\0\0\0\0\x07{"I":1}');
  });
  test('a missing magic byte is refused with advice', () => {
    expect(() => reading(registered(side('JSON_SR', [['I', INTEGER]])))('{"I":1}')).toThrow(/magic byte.*JSON/);
    expect(() => reading(layout)('')).toThrow(RecordError);
  });
});

describe('AVRO', () => {
  test('the schema text of columns', () => {
    const text = schemaForColumns(side('AVRO', [['FOO', INTEGER], ['ST', struct([{ name: 'F', type: STRING }])], ['M', map(STRING, struct([]))]]))?.text ?? '';
    expect(JSON.parse(text)).toEqual({
      type: 'record', name: 'KsqlDataSourceSchema', namespace: 'io.confluent.ksql.avro_schemas',
      fields: [
        { name: 'FOO', type: ['null', 'int'], default: null },
        {
          name: 'ST', default: null,
          type: ['null', {
            type: 'record', name: 'KsqlDataSourceSchema_ST', fields: [{ name: 'F', type: ['null', 'string'], default: null }],
            'connect.name': 'io.confluent.ksql.avro_schemas.KsqlDataSourceSchema_ST',
          }],
        },
        {
          name: 'M', default: null,
          type: ['null', { type: 'map', values: ['null', { type: 'record', name: 'KsqlDataSourceSchema_M_MapValue', fields: [], 'connect.name': 'io.confluent.ksql.avro_schemas.KsqlDataSourceSchema_M_MapValue' }] }],
        },
      ],
      'connect.name': 'io.confluent.ksql.avro_schemas.KsqlDataSourceSchema',
    });
    const key = { ...side('AVRO', [['K', struct([{ name: 'F1', type: STRING }])]], { isKey: true }), subject: 'MY_OUTPUT-key' };
    expect(schemaForColumns(key)?.text).toContain('"name":"MyOutputKey","namespace":"io.confluent.ksql.avro_schemas"');
    expect(schemaForColumns(side('AVRO', [['K', BIGINT]], { isKey: true }))?.text).toBe('"long"');
    expect(schemaForColumns(side('AVRO', [['K', BIGINT]], { properties: { fullSchemaName: 'a.b.C' } }))?.text).toContain('"name":"C","namespace":"a.b"');
  });

  test('columns of the implied schema are the columns', () => {
    const implied = registered(side('AVRO', everyType)).schemas.byId(7);
    expect(infer(implied)).toBe(everyTypeText);
  });

  test('columns of foreign schemas', () => {
    const one = schema('AVRO', {
      type: 'record', name: 'r',
      fields: [
        { name: 'e', type: { type: 'enum', name: 'Suit', symbols: ['SPADES'] } }, { name: 'f', type: 'float' }, { name: 'fix', type: { type: 'fixed', name: 'md5', size: 16 } },
        { name: 'u', type: ['null', 'int', 'string'] }, { name: 'n', type: 'null' }, { name: 'self', type: ['null', 'r'] },
        { name: 'd', type: { type: 'bytes', logicalType: 'decimal', scale: 2 } }, { name: '__proto__', type: 'int' },
      ],
    });
    expect(infer(one)).toBe('E STRING, F DOUBLE, FIX BYTES, U STRUCT<`INT` INTEGER, `STRING` STRING>, D DECIMAL(64, 2), __PROTO__ INTEGER');
    expect(infer(one, { keepsCase: true })).toContain('e STRING, f DOUBLE');
    expect(infer(one, { isKey: true })).toMatch(/^ROWKEY STRUCT</);
    expect(infer(schema('AVRO', '"int"'), { isKey: true })).toBe('ROWKEY INTEGER');
    expect(infer(schema('AVRO', 'int'), { format: { features: ['UNWRAP_SINGLES'] } })).toBe('ROWVAL INTEGER');
    expect(() => infer(schema('AVRO', '"int"'))).toThrow(/not a record/);
  });

  /** Reads bytes written with a schema into one column. */
  function readAs(type: SqlType, written: unknown, payloadHex: string): SqlValue {
    const schemas = registryOf(schema('AVRO', { type: 'record', name: 'r', fields: [{ name: 'c', type: written }] }));
    return reading(side('AVRO', [['C', type]], { schemas }))(Buffer.from(`0000000007${payloadHex}`, 'hex'))[0] ?? null;
  }
  test.each<[string, SqlType, unknown, string, SqlValue]>([
    ['int', INTEGER, 'int', '03', -2], ['int as bigint', BIGINT, 'int', '14', 10], ['long', BIGINT, 'long', 'feffffffffffffffff01', 9223372036854775807n],
    ['float', DOUBLE, 'float', '0000c03f', 1.5], ['int as text', STRING, 'int', '14', '10'], ['double as text', STRING, 'double', '000000000000f83f', '1.5'],
    ['float as text', STRING, 'float', 'cdcc8c3f', '1.1'], ['boolean as text', STRING, 'boolean', '01', 'true'], ['null branch', STRING, ['string', 'null'], '02', null],
    ['enum', STRING, { type: 'enum', name: 'e', symbols: ['A', 'B'] }, '02', 'B'], ['raw logical', BIGINT, { type: 'long', logicalType: 'timestamp-millis' }, '14', 10],
    ['array in blocks', array(INTEGER), { type: 'array', items: 'int' }, '03040204020600', [1, 2, 3]], ['empty map', map(STRING, INTEGER), { type: 'map', values: 'int' }, '00', new Map()],
    ['negative decimal', decimal(4, 2), { type: 'bytes', logicalType: 'decimal', precision: 4, scale: 2 }, '04ff38', -200],
    ['union of two', struct([{ name: 'INT', type: INTEGER }, { name: 'STRING', type: STRING }]), ['null', 'int', 'string'], '040278', [null, 'x']],
  ])('reads %s', (_, type, written, hex, expected) => {
    expect(readAs(type, written, hex)).toEqual(expected);
  });
  test.each<[string, SqlType, unknown, string]>([
    ['text as number', INTEGER, 'string', '0278'], ['long as int', INTEGER, 'long', '02'], ['int as boolean', BOOLEAN, 'int', '02'],
    ['a huge length', STRING, 'string', 'feffffffffffffffff01'], ['a negative length', STRING, 'string', '03'], ['a huge count', array(INTEGER), { type: 'array', items: 'null' }, 'feffffffffffffffff01'],
    ['bytes after the end', INTEGER, 'int', '0202'], ['an unknown branch', INTEGER, ['null', 'int'], '08'], ['a misfit decimal', decimal(2, 2), { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 }, '0403e8'],
  ])('refuses %s', (_, type, written, hex) => {
    expect(() => readAs(type, written, hex)).toThrow(RecordError);
  });
  test('recursion has a limit', () => {
    const schemas = registryOf(schema('AVRO', { type: 'record', name: 'r', fields: [{ name: 'next', type: ['null', 'r'] }] }));
    expect(() => reading(side('AVRO', [['A', INTEGER]], { schemas }))(Buffer.concat([Buffer.from('0000000007', 'hex'), Buffer.alloc(100_000, 2)]))).toThrow('nested deeper');
  });

  test('a given schema: defaults fill what is no column, a required field without one fails', () => {
    const given = (extra: unknown): ReturnType<typeof side> =>
      side('AVRO', [['c1', INTEGER]], { properties: { schemaId: '9' }, schemas: registryOf(schema('AVRO', { type: 'record', name: 'r', fields: [{ name: 'c1', type: 'int' }, extra] }, 9)) });
    expect(writing(given({ name: 'c2', type: 'int', default: 100 }))([4])?.toString('hex')).toBe('000000000908c801');
    expect(writing(given({ name: 'c2', type: ['null', 'int'], default: null }))([4])?.toString('hex')).toBe('00000000090800');
    expect(() => writing(given({ name: 'c2', type: 'double' }))([4])).toThrow(RecordError);
    expect(() => writing(given({ name: 'c2', type: 'int', default: 1 }))([null])).toThrow(RecordError);
  });
});

describe('PROTOBUF', () => {
  test('the schema text of columns', () => {
    expect(schemaForColumns(side('PROTOBUF', [['I', INTEGER], ['L', BIGINT], ['D', DOUBLE], ['B', BOOLEAN], ['S', STRING]]))?.text).toBe(
      'syntax = "proto3";\n\nmessage ConnectDefault1 {\n  int32 I = 1;\n  int64 L = 2;\n  double D = 3;\n  bool B = 4;\n  string S = 5;\n}\n',
    );
    expect(schemaForColumns(side('PROTOBUF', [['H', array(struct([{ name: 'KEY', type: STRING }]))], ['M', map(STRING, INTEGER)], ['N', decimal(4, 2)]]))?.text).toBe(
      'syntax = "proto3";\n\nimport "confluent/meta.proto";\nimport "confluent/type/decimal.proto";\n\nmessage ConnectDefault1 {\n  repeated ConnectDefault2 H = 1;\n' +
        '  repeated ConnectDefault3Entry M = 2;\n  confluent.type.Decimal N = 3 [(confluent.field_meta) = {params: [{key: "precision", value: "4"}, {key: "scale", value: "2"}]}];\n\n' +
        '  message ConnectDefault2 {\n    string KEY = 1;\n  }\n\n  message ConnectDefault3Entry {\n    string key = 1;\n    int32 value = 2;\n  }\n}\n',
    );
    expect(schemaForColumns(side('PROTOBUF', [['I', INTEGER]], { properties: { nullableRepresentation: 'OPTIONAL', fullSchemaName: 'a.Row' } }))?.text).toBe(
      'syntax = "proto3";\npackage a;\n\nmessage Row {\n  optional int32 I = 1;\n}\n',
    );
    expect(schemaForColumns(side('PROTOBUF', [['I', INTEGER]], { properties: { nullableRepresentation: 'WRAPPER' } }))?.text).toContain('import "google/protobuf/wrappers.proto";\n\nmessage ConnectDefault1 {\n  google.protobuf.Int32Value I = 1;');
  });

  const proto = (body: string, references: RegisteredSchema['references'] = []): RegisteredSchema => schema('PROTOBUF', `syntax = "proto3"; ${body}`, 7, references);
  test('columns of foreign schemas', () => {
    expect(infer(proto(`import 'google/protobuf/wrappers.proto'; message M { bool b = 1; uint32 u = 2; float f = 3; google.protobuf.Int32Value w = 4;
      map<string, E> m = 5; repeated In ins = 6; In in = 7; oneof o { int32 x = 8; string y = 9; } reserved 20 to 30; enum E { A = 0; B = 1; } message In { M again = 1; int32 __proto__ = 2; } }`))).toBe(
      'B BOOLEAN, U BIGINT, F DOUBLE, W INTEGER, M MAP<STRING, STRING>, INS ARRAY<STRUCT<`__PROTO__` INTEGER>>, IN STRUCT<`__PROTO__` INTEGER>, X INTEGER, Y STRING',
    );
    expect(infer(proto('import "confluent/type/decimal.proto"; message M { confluent.type.Decimal c6 = 6 [(confluent.field_meta) = { params: [{ value: "4", key: "precision" }, { value: "2", key: "scale" }]}]; }'))).toBe('C6 DECIMAL(4, 2)');
    const event = schema('PROTOBUF', 'syntax = "proto3"; message Event { int64 timestamp = 1; }', 8);
    expect(infer(proto('import "event.proto"; message Logistics { Event event = 1; }', [{ name: 'event.proto', schema: event }]), { keepsCase: true })).toBe('event STRUCT<`timestamp` BIGINT>');
    expect(infer(proto('message K { int32 a = 1; }'), { isKey: true })).toBe('A INTEGER');
  });
  test('several messages need a name', () => {
    const two = proto('message A { int32 x = 1; } message B { string y = 1; }');
    expect(() => infer(two)).toThrow('VALUE_SCHEMA_FULL_NAME');
    expect(infer(two, { format: { properties: { fullSchemaName: 'B' } } })).toBe('Y STRING');
    const layout = side('PROTOBUF', [['Y', STRING]], { properties: { fullSchemaName: 'B' }, schemas: registryOf(two) });
    const bytes = writing(layout)(['x']);
    expect(bytes?.toString('hex')).toBe('000000000702020a0178');
    expect(reading(layout)(bytes ?? '')).toEqual(['x']);
  });
  test('unset fields: defaults, or null where the schema tells them apart', () => {
    const columns: [string, SqlType][] = [['I', INTEGER], ['S', STRING], ['A', array(INTEGER)], ['M', map(STRING, INTEGER)], ['ST', struct([{ name: 'F', type: INTEGER }])], ['TS', TIMESTAMP], ['X', DOUBLE]];
    const nulls = columns.map(() => null);
    for (const [nullableRepresentation, expected] of [[undefined, [0, '', [], new Map(), null, null, 0]], ['OPTIONAL', [null, null, [], new Map(), null, null, null]], ['WRAPPER', [null, null, [], new Map(), null, null, null]]] as const) {
      const layout = registered(side('PROTOBUF', columns, { properties: nullableRepresentation === undefined ? {} : { nullableRepresentation } }));
      expect(reading(layout)(writing(layout)(nulls) ?? '')).toEqual(expected);
    }
  });
  test('an unpacked list, unknown fields and fields in any order are read', () => {
    const layout = side('PROTOBUF_NOSR', [['A', array(INTEGER)], ['B', BOOLEAN]]);
    expect(reading(layout)(Buffer.from('1001' + '0805' + '9a060178' + '0806' + '0a0107', 'hex'))).toEqual([[5, 6, 7], true]);
    expect(() => reading(layout)(Buffer.from('1201', 'hex'))).toThrow(RecordError);
    expect(() => reading(layout)(Buffer.from('0affffffff0f', 'hex'))).toThrow(RecordError);
  });
  test('a record may not announce a decimal of wild scale', () => {
    const layout = side('PROTOBUF_NOSR', [['N', decimal(4, 2)]]);
    expect(() => reading(layout)(Buffer.from('0a080a010118ffffff7f', 'hex'))).toThrow(RecordError);
  });
});

describe('JSON_SR', () => {
  test('columns of the implied schema are the columns, odd names included', () => {
    const columns: [string, SqlType][] = [...everyType, ['__proto__', STRING], ['a"b', INTEGER]];
    const implied = registered(side('JSON_SR', columns)).schemas.byId(7);
    expect(infer(implied, { keepsCase: true })).toBe(`${everyTypeText}, __proto__ STRING, a"b INTEGER`);
    expect(JSON.parse(schemaForColumns(side('JSON_SR', [['FOO', INTEGER]], { features: ['WRAP_SINGLES'] }))?.text ?? '')).toEqual({
      type: 'object', properties: { FOO: { 'connect.index': 0, oneOf: [{ type: 'null' }, { type: 'integer', 'connect.type': 'int32' }] } },
    });
  });
  test('columns of foreign schemas', () => {
    expect(infer(schema('JSON', { type: 'object', properties: { c1: { type: 'integer' }, n: { type: ['null', 'number'] }, r: { $ref: '#/definitions/R' }, m: { type: 'object', additionalProperties: { type: 'string' } } }, definitions: { R: { type: 'object', properties: { x: { type: 'boolean' } } } } }))).toBe(
      'C1 BIGINT, N DOUBLE, R STRUCT<`X` BOOLEAN>, M MAP<STRING, STRING>',
    );
    expect(infer(schema('JSON', { oneOf: [{ type: 'null' }, { type: 'integer', 'connect.type': 'int32' }] }), { isKey: true })).toBe('ROWKEY INTEGER');
  });
  test('with a given schema all of its fields are written', () => {
    const schemas = registryOf(schema('JSON', { type: 'object', properties: { c2: { type: 'string' }, c1: { type: 'integer' } } }, 4));
    expect(writing(side('JSON_SR', [['c1', BIGINT]], { properties: { schemaId: '4' }, schemas }))([5])?.toString('latin1').slice(5)).toBe('{"c2":null,"c1":5}');
  });
});

test('a repeated message that looks like an entry is a map, as schemas made from columns have it', () => {
  const entry = 'message S { repeated NEntry M = 1; repeated OtherEntry O = 2; message NEntry { string key = 1; int64 value = 2; } message OtherEntry { string id = 1; } }';
  expect(infer(schema('PROTOBUF', `syntax = "proto3"; ${entry}`))).toBe('M MAP<STRING, BIGINT>, O ARRAY<STRUCT<`ID` STRING>>');
});
