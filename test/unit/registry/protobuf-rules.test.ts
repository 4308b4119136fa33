import { describe, expect, test } from 'vitest';
import { incompatibilities } from '../../../src/registry/compatibility.js';
import type { CompatibilityLevel, ResolvedSchema } from '../../../src/registry/registry.js';

const proto = (body: string): ResolvedSchema => ({ kind: 'PROTOBUF', text: `syntax = "proto3";\n${body}`, references: [] });
const message = (fields: string): ResolvedSchema => proto(`message M { ${fields} }`);
const check = (fresh: ResolvedSchema, old: ResolvedSchema, level: CompatibilityLevel = 'BACKWARD'): readonly string[] =>
  incompatibilities(fresh, [{ version: 1, schema: old }], level).flatMap((each) => /errorType:'(\w+)', place:'([^']*)'/.exec(each)?.slice(1, 3).join(' ') ?? []);

test('fields come, go and change their names', () => {
  const one = message('int32 a = 1;');
  const two = message('int32 other = 1; string b = 2;');
  expect(check(two, one, 'FULL')).toEqual([]);
  expect(check(one, two, 'FULL')).toEqual([]);
});

describe('types that read each other on the wire', () => {
  const groups = [['int32', 'int64', 'uint32', 'uint64', 'bool', 'E'], ['sint32', 'sint64'], ['fixed32', 'sfixed32'], ['fixed64', 'sfixed64'], ['float'], ['double'], ['string', 'bytes']];
  const all = groups.flat();
  const withType = (type: string): ResolvedSchema => proto(`enum E { X = 0; } message M { ${type} a = 1; }`);
  for (const group of groups) {
    test(group.join(', '), () => {
      for (const type of group) expect(all.filter((other) => check(withType(other), withType(type)).length === 0)).toEqual(group);
    });
  }
  test('the place is told', () => {
    expect(check(message('string a = 7;'), message('int32 a = 7;'))).toEqual(['FIELD_SCALAR_KIND_CHANGED #/M/7 (a)']);
  });
  test('a message is no number, and not another message', () => {
    const inner = (type: string): ResolvedSchema => proto(`message I { int32 x = 1; } message J { int32 x = 1; } message M { ${type} a = 1; }`);
    expect(check(inner('I'), inner('int32'))).toEqual(['FIELD_KIND_CHANGED #/M/1 (a)']);
    expect(check(inner('I'), inner('J'))).toEqual(['FIELD_NAMED_TYPE_CHANGED #/M/1 (a)']);
  });
  test('numbers repeated or not', () => {
    expect(check(message('repeated int32 a = 1;'), message('int32 a = 1;'))).toEqual(['FIELD_NUMERIC_LABEL_CHANGED #/M/1']);
    expect(check(message('repeated string a = 1;'), message('string a = 1;'))).toEqual([]);
  });
  test('maps', () => {
    expect(check(message('map<string, int64> a = 1;'), message('map<string, int32> a = 1;'))).toEqual([]);
    expect(check(message('map<string, string> a = 1;'), message('map<string, int32> a = 1;'))).toEqual(['FIELD_SCALAR_KIND_CHANGED #/M/1 (a)/value']);
    expect(check(message('string a = 1;'), message('map<string, int32> a = 1;'))).toEqual(['FIELD_KIND_CHANGED #/M/1 (a)']);
  });
});

describe('messages', () => {
  const two = proto('message M { int32 a = 1; } message N { int32 a = 1; }');
  test('may come, not go', () => {
    expect(check(two, message('int32 a = 1;'))).toEqual([]);
    expect(check(message('int32 a = 1;'), two)).toEqual(['MESSAGE_REMOVED #/N']);
    expect(check(two, message('int32 a = 1;'), 'FORWARD')).toEqual(['MESSAGE_REMOVED #/N']);
  });
  test('nested ones are compared by their whole name', () => {
    const nested = (type: string): ResolvedSchema => message(`message Deep { ${type} x = 1; } Deep d = 1;`);
    expect(check(nested('int64'), nested('int32'))).toEqual([]);
    expect(check(nested('string'), nested('int32'))).toEqual(['FIELD_SCALAR_KIND_CHANGED #/M.Deep/1 (x)']);
  });
  test('the package may change', () => {
    expect(check(proto('package b; message I { int32 x = 1; } message M { I i = 1; }'), proto('package a.c; message I { int32 x = 1; } message M { .a.c.I i = 1; }'))).toEqual([]);
  });
});

describe('oneof', () => {
  test('fields may join a new one alone', () => {
    expect(check(message('oneof o { int32 a = 1; } string b = 2;'), message('int32 a = 1; string b = 2;'))).toEqual([]);
    expect(check(message('oneof o { int32 a = 1; string b = 2; }'), message('int32 a = 1; string b = 2;'))).toEqual(['MULTIPLE_FIELDS_MOVED_TO_ONEOF #/M/o']);
    expect(check(message('oneof o { int32 a = 1; string b = 2; }'), message('oneof o { int32 a = 1; } string b = 2;'))).toEqual(['FIELD_MOVED_TO_EXISTING_ONEOF #/M/o']);
  });
  test('fields may come, not go', () => {
    const wide = message('oneof o { int32 a = 1; string b = 2; }');
    const narrow = message('oneof o { int32 a = 1; }');
    expect(check(wide, narrow)).toEqual([]);
    expect(check(narrow, wide)).toEqual(['ONEOF_FIELD_REMOVED #/M/2']);
    expect(check(message('int32 c = 3;'), wide)).toEqual([]);
  });
});

test('required fields neither come nor go', () => {
  const required: ResolvedSchema = { kind: 'PROTOBUF', text: 'syntax = "proto2"; message M { required int32 a = 1; optional int32 b = 2; }', references: [] };
  const without: ResolvedSchema = { kind: 'PROTOBUF', text: 'syntax = "proto2"; message M { optional int32 b = 2; }', references: [] };
  expect(check(required, without)).toEqual(['REQUIRED_FIELD_ADDED #/M/1']);
  expect(check(without, required)).toEqual(['REQUIRED_FIELD_REMOVED #/M/1']);
});

test('the rest of the language is read over', () => {
  const full = proto(`
    package p; import "other.proto"; option java_package = "x"; option (my.opt) = { a: "}" };
    /* a comment } */
    service S { rpc Call (M) returns (M) { option (http) = { get: "/v1" }; } }
    extend google.protobuf.FieldOptions { string extra = 50000; }
    enum E { option allow_alias = true; X = 0; Y = 0 [deprecated = true]; reserved 5 to 9; }
    message M {
      option deprecated = true; reserved 4, 6 to 8; reserved "gone"; extensions 100 to 199;
      optional E e = 1 [default = Y, (custom) = { a: [1, 2] }];
      message message { int32 x = 1; } message message = 2;
      oneof oneof { string option = 3; google.protobuf.Timestamp at = 5; }
    };`);
  expect(check(full, full)).toEqual([]);
  expect(check(message('string a = 1;'), full)).toContain('MESSAGE_REMOVED #/M.message');
});

test('types of imported files', () => {
  const other: ResolvedSchema = proto('package o; message Other { int32 x = 1; }');
  const using = (schema: ResolvedSchema): ResolvedSchema => ({ ...proto('package p; import "other.proto"; message M { o.Other f = 1; }'), references: [{ name: 'other.proto', schema }] });
  expect(check(using(other), using(other))).toEqual([]);
  expect(check(using(proto('package o; message Other { string x = 1; }')), using(other))).toEqual(['FIELD_SCALAR_KIND_CHANGED #/Other/1 (x)']);
});

test('what is no schema', () => {
  for (const text of ['mesage M { }', 'message M { int32 a = 0; }', 'message M { int32 a = 1; int32 b = 1; }', 'message M { int32 a = 1;', 'message M { "x" = 1; }']) {
    expect(() => check(proto(text), message('int32 a = 1;'))).toThrow(/Invalid schema/);
  }
});
