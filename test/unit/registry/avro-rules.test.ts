import { describe, expect, test } from 'vitest';
import { incompatibilities } from '../../../src/registry/compatibility.js';
import type { CompatibilityLevel, ResolvedSchema } from '../../../src/registry/registry.js';

const avro = (document: unknown): ResolvedSchema => ({ kind: 'AVRO', text: JSON.stringify(document), references: [] });
const record = (fields: readonly unknown[], more: object = {}): ResolvedSchema => avro({ type: 'record', name: 'R', fields, ...more });
const check = (fresh: ResolvedSchema, old: ResolvedSchema, level: CompatibilityLevel = 'BACKWARD'): readonly string[] =>
  incompatibilities(fresh, [{ version: 1, schema: old }], level);
/** The reasons alone. */
const reasons = (messages: readonly string[]): readonly string[] => messages.flatMap((message) => /errorType:'(\w+)', place:'([^']*)'/.exec(message)?.slice(1, 3).join(' ') ?? []);

const field = (name: string, type: unknown, more: object = {}): object => ({ name, type, ...more });
const a = field('a', 'int');
const withDefault = field('b', ['null', 'string'], { default: null });

describe('levels over the fields of a record', () => {
  const old = record([a]);
  const cases: readonly [string, ResolvedSchema, ResolvedSchema, readonly CompatibilityLevel[]][] = [
    ['a field with a default comes', record([a, withDefault]), old, ['BACKWARD', 'FORWARD', 'FULL', 'NONE']],
    ['a field without a default comes', record([a, field('b', 'string')]), old, ['FORWARD', 'NONE']],
    ['a field with a default goes', old, record([a, withDefault]), ['BACKWARD', 'FORWARD', 'FULL', 'NONE']],
    ['a field without a default goes', old, record([a, field('b', 'string')]), ['BACKWARD', 'NONE']],
    ['a type grows', record([field('a', 'long')]), old, ['BACKWARD', 'NONE']],
    ['a type changes', record([field('a', 'boolean')]), old, ['NONE']],
  ];
  for (const [name, fresh, before, allowed] of cases) {
    test(name, () => {
      const levels = ['BACKWARD', 'FORWARD', 'FULL', 'NONE'] as const;
      expect(levels.filter((level) => check(fresh, before, level).length === 0)).toEqual(levels.filter((level) => allowed.includes(level)));
    });
  }
});

test('messages name the place, the version and the level', () => {
  expect(check(record([a, field('b', 'string')]), record([a]))).toEqual([
    `{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', place:'/fields/1', description:'The field "b" of the new schema has no default value and is missing in the old schema'}`,
    '{oldSchemaVersion: 1}',
    `{compatibility: 'BACKWARD'}`,
  ]);
  const inner = (type: string): object => field('list', { type: 'array', items: { type: 'record', name: 'Inner', fields: [field('x', type)] } });
  expect(reasons(check(record([inner('int')]), record([inner('string')])))).toEqual(['TYPE_MISMATCH /fields/0/type/items/fields/0/type']);
});

test('transitive levels look at every version, the others at the newest', () => {
  const versions = [{ version: 1, schema: record([field('b', 'string')]) }, { version: 2, schema: record([a, withDefault]) }];
  const fresh = record([a]);
  expect(incompatibilities(fresh, versions, 'BACKWARD')).toEqual([]);
  expect(incompatibilities(fresh, versions, 'BACKWARD_TRANSITIVE')).toContain('{oldSchemaVersion: 1}');
  expect(incompatibilities(fresh, versions, 'FORWARD')).toEqual([]);
  expect(incompatibilities(fresh, versions, 'FORWARD_TRANSITIVE')).toContain('{oldSchemaVersion: 1}');
  expect(incompatibilities(fresh, versions, 'FULL')).toEqual([]);
  expect(incompatibilities(fresh, versions, 'FULL_TRANSITIVE')).toContain('{oldSchemaVersion: 1}');
});

describe('promotions', () => {
  const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'];
  const readable: Record<string, readonly string[]> = {
    long: ['int'], float: ['int', 'long'], double: ['int', 'long', 'float'], string: ['bytes'], bytes: ['string'],
  };
  for (const reader of primitives) {
    test(`${reader} reads`, () => {
      expect(primitives.filter((writer) => check(avro(reader), avro(writer)).length === 0).sort()).toEqual([reader, ...(readable[reader] ?? [])].sort());
    });
  }
});

describe('unions', () => {
  test('a union may gain branches, not lose them', () => {
    expect(check(avro(['null', 'int', 'string']), avro(['null', 'int']))).toEqual([]);
    expect(reasons(check(avro(['null', 'int']), avro(['null', 'int', 'string'])))).toEqual(['MISSING_UNION_BRANCH /2']);
  });
  test('a type may become one of a union, and a union of readable types one type', () => {
    expect(check(avro(['null', 'long']), avro('int'))).toEqual([]);
    expect(check(avro('double'), avro(['int', 'float']))).toEqual([]);
    expect(reasons(check(avro('int'), avro(['null', 'int'])))).toEqual(['TYPE_MISMATCH /']);
  });
  test('a record in a union is one of the same name', () => {
    const branch = (name: string, type: string): object => ({ type: 'record', name, fields: [field('x', type)] });
    expect(check(avro(['null', branch('A', 'long'), branch('B', 'string')]), avro(['null', branch('A', 'int')]))).toEqual([]);
    expect(reasons(check(avro(['null', branch('B', 'int')]), avro(['null', branch('A', 'int')])))).toEqual(['MISSING_UNION_BRANCH /1']);
  });
});

describe('enums, fixed, names', () => {
  const colours = (symbols: readonly string[], more: object = {}): ResolvedSchema => avro({ type: 'enum', name: 'Colour', symbols, ...more });
  test('symbols may come; one may go only where there is a default', () => {
    expect(check(colours(['RED', 'GREEN']), colours(['RED']))).toEqual([]);
    expect(reasons(check(colours(['RED']), colours(['RED', 'GREEN'])))).toEqual(['MISSING_ENUM_SYMBOLS /symbols']);
    expect(check(colours(['RED'], { default: 'RED' }), colours(['RED', 'GREEN']))).toEqual([]);
  });
  test('a fixed keeps its size', () => {
    const fixed = (size: number): ResolvedSchema => avro({ type: 'fixed', name: 'F', size });
    expect(check(fixed(4), fixed(4))).toEqual([]);
    expect(reasons(check(fixed(4), fixed(8)))).toEqual(['FIXED_SIZE_MISMATCH /size']);
  });
  test('names count without their namespace, or by an alias', () => {
    const named = (more: object): ResolvedSchema => avro({ type: 'record', fields: [a], ...more });
    expect(check(named({ name: 'x.R' }), named({ name: 'y.R' }))).toEqual([]);
    expect(reasons(check(named({ name: 'New' }), named({ name: 'Old' })))).toEqual(['NAME_MISMATCH /name']);
    expect(check(named({ name: 'n.New', aliases: ['Old'] }), named({ name: 'n.Old' }))).toEqual([]);
  });
  test('a field is found under its alias', () => {
    expect(check(record([field('b', 'int', { aliases: ['a'] })]), record([a]))).toEqual([]);
  });
});

test('a record that contains itself', () => {
  const list = (type: string): ResolvedSchema => record([field('value', type), field('next', ['null', 'R'])]);
  expect(check(list('long'), list('int'))).toEqual([]);
  expect(reasons(check(list('int'), list('long')))).toContain('TYPE_MISMATCH /fields/0/type');
});

test('names of other schemas come by references', () => {
  const address = { kind: 'AVRO', text: JSON.stringify({ type: 'record', name: 'n.Address', fields: [field('street', 'string')] }), references: [] } as const;
  const user: ResolvedSchema = { ...record([field('address', 'n.Address')]), references: [{ name: 'n.Address', schema: address }] };
  expect(check(user, user)).toEqual([]);
});

describe('what is no schema', () => {
  const broken: readonly (readonly [string, unknown, string])[] = [
    ['an unknown name', 'Nothing', '"Nothing" at / is not a defined name'],
    ['a union in a union', ['null', ['int']], 'a union directly inside a union'],
    ['twice the same branch', ['int', 'int'], 'int stands twice'],
    ['a field twice', { type: 'record', name: 'R', fields: [a, a] }, 'the field a stands twice'],
    ['a bad name', { type: 'record', name: 'R', fields: [field('a b', 'int')] }, '"a b" at /fields/0 is not a name'],
    ['no fields', { type: 'record', name: 'R' }, 'a record without fields'],
    ['a definition twice', { type: 'record', name: 'R', fields: [field('x', { type: 'fixed', name: 'F', size: 1 }), field('y', { type: 'fixed', name: 'F', size: 1 })] }, 'F is defined twice'],
  ];
  for (const [name, document, message] of broken) test(name, () => expect(() => check(avro(document), avro('int'))).toThrow(message));
  test('choices within choices come to an end', () => {
    const names = Array.from({ length: 12 }, (_, index) => `R${index}`);
    const tangled = (type: string): ResolvedSchema => {
      const defined = names.map((name, index) => ({ type: 'record', name, fields: [field('leaf', index === 11 ? type : 'int'), ...names.slice(0, index + 1).map((other, at) => field(`f${at}`, ['null', other]))] }));
      return avro(defined);
    };
    const started = performance.now();
    try {
      expect(check(tangled('int'), tangled('string')).length).toBeGreaterThan(0);
    } catch (error) {
      expect(String(error)).toContain('too many choices');
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
