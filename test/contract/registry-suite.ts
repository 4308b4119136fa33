import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RegistryError, type SchemaDefinition, type SchemaKind, type SchemaRegistry } from '../../src/registry/index.js';

export interface RegistryUnderTest {
  readonly registry: SchemaRegistry;
  dispose(): Promise<void>;
}

const schema = (kind: SchemaKind, text: string, references: SchemaDefinition['references'] = []): SchemaDefinition => ({ kind, text, references });
const record = (...fields: readonly string[]): SchemaDefinition =>
  schema('AVRO', JSON.stringify({ type: 'record', name: 'R', fields: fields.map((name) => ({ name, type: ['null', 'int'], default: null })) }));
const strict = (...fields: readonly string[]): SchemaDefinition =>
  schema('AVRO', JSON.stringify({ type: 'record', name: 'R', fields: fields.map((name) => ({ name, type: 'int' })) }));

async function code(work: Promise<unknown>): Promise<number | null> {
  const error: unknown = await work.then(() => null, (failure: unknown) => failure);
  return error instanceof RegistryError ? error.registryCode : null;
}

/** What every schema registry does. */
export function registrySuite(name: string, open: () => Promise<RegistryUnderTest>): void {
  describe(`registry: ${name}`, () => {
    let under: RegistryUnderTest;
    let registry: SchemaRegistry;
    beforeEach(async () => {
      under = await open();
      registry = under.registry;
    });
    afterEach(() => under.dispose());

    test('one schema has one id, in every subject and whatever its blanks', async () => {
      const id = await registry.register('a-value', record('x'));
      expect(await registry.register('a-value', record('x'))).toBe(id);
      expect(await registry.register('b-value', schema('AVRO', JSON.stringify(JSON.parse(record('x').text), null, 2)))).toBe(id);
      expect(await registry.register('a-value', record('x', 'y'))).not.toBe(id);
      expect(await registry.versions('a-value')).toEqual([1, 2]);
      expect(await registry.subjects()).toEqual(['a-value', 'b-value']);
    });

    test('registrations at the same time get one id', async () => {
      const ids = await Promise.all(Array.from({ length: 8 }, () => registry.register('a', record('x'))));
      expect(new Set(ids).size).toBe(1);
      expect(await registry.versions('a')).toEqual([1]);
    });

    test('schemas are found by id, by version, as the newest, and by themselves', async () => {
      const first = await registry.register('a', record('x'));
      const second = await registry.register('a', record('x', 'y'));
      expect(await registry.byId(first)).toEqual({ id: first, ...record('x') });
      expect(await registry.version('a', 1)).toEqual({ subject: 'a', version: 1, id: first, ...record('x') });
      expect(await registry.latest('a')).toEqual({ subject: 'a', version: 2, id: second, ...record('x', 'y') });
      expect(await registry.find('a', record('x'))).toMatchObject({ id: first, version: 1 });
    });

    test('what is not there is null or empty', async () => {
      expect(await registry.byId(77)).toBeNull();
      expect(await registry.latest('a')).toBeNull();
      expect(await registry.version('a', 1)).toBeNull();
      expect(await registry.versions('a')).toEqual([]);
      expect(await registry.find('a', record('x'))).toBeNull();
      expect(await registry.deleteSubject('a', false)).toEqual([]);
      expect(await registry.deleteVersion('a', 1, false)).toBe(false);
      await registry.register('a', record('x'));
      expect(await registry.version('a', 9)).toBeNull();
      expect(await registry.find('a', record('other'))).toBeNull();
      expect(await registry.deleteVersion('a', 9, false)).toBe(false);
    });

    test('the three kinds of schema', async () => {
      const proto = schema('PROTOBUF', 'syntax = "proto3";\nmessage M { int32 a = 1; }');
      const json = schema('JSON', '{"type":"object","properties":{"a":{"type":"integer"}}}');
      expect(await registry.byId(await registry.register('p', proto))).toMatchObject(proto);
      expect(await registry.byId(await registry.register('j', json))).toMatchObject(json);
      expect(await registry.latest('p')).toMatchObject(proto);
      for (const kind of ['AVRO', 'PROTOBUF', 'JSON'] as const) expect(await code(registry.register('broken', schema(kind, '{"type":')))).toBe(42201);
    });

    test('names of subjects may hold anything', async () => {
      const names = ['a/b c', 'ü?x=1&y#z', '%2F', '__proto__'];
      for (const each of names) await registry.register(each, record('x'));
      expect([...(await registry.subjects())].sort()).toEqual([...names].sort());
      for (const each of names) expect(await registry.latest(each)).toMatchObject({ subject: each, version: 1 });
    });

    test('references', async () => {
      await registry.register('address', schema('AVRO', '{"type":"record","name":"n.Address","fields":[]}'));
      const user = schema('AVRO', '{"type":"record","name":"n.User","fields":[{"name":"a","type":"n.Address"}]}', [{ name: 'n.Address', subject: 'address', version: 1 }]);
      const id = await registry.register('user', user);
      expect(await registry.byId(id)).toEqual({ id, ...user });
      expect(await code(registry.register('other', { ...user, references: [{ name: 'n.Address', subject: 'address', version: 5 }] }))).toBe(42201);
      expect(await code(registry.deleteVersion('address', 1, false))).toBe(42206);
      await registry.deleteSubject('user', false);
      expect(await registry.deleteVersion('address', 1, false)).toBe(true);
      expect(await code(registry.deleteVersion('address', 1, true))).toBe(42206);
    });

    test('BACKWARD is the level until another is set', async () => {
      expect(await registry.compatibility(null)).toBe('BACKWARD');
      await registry.register('a', strict('x'));
      expect(await registry.check('a', strict('x', 'y'))).toMatchObject({ compatible: false });
      expect((await registry.check('a', strict('x', 'y'))).messages[0]).toContain('/fields/1');
      expect(await code(registry.register('a', strict('x', 'y')))).toBe(409);
      expect(await registry.versions('a')).toEqual([1]);
      expect(await registry.check('a', strict())).toEqual({ compatible: true, messages: [] });
      expect(await registry.check('unknown', strict('x'))).toEqual({ compatible: true, messages: [] });
    });

    test('levels of the registry and of a subject', async () => {
      await registry.register('a', strict('x'));
      await registry.register('b', strict('x'));
      await registry.setCompatibility('a', 'FORWARD');
      expect(await registry.compatibility('a')).toBe('FORWARD');
      expect(await registry.compatibility('b')).toBe('BACKWARD');
      expect(await registry.register('a', strict('x', 'y'))).toBeGreaterThan(0);
      await registry.setCompatibility(null, 'NONE');
      expect(await registry.compatibility('b')).toBe('NONE');
      expect(await registry.compatibility('a')).toBe('FORWARD');
      expect(await registry.register('b', schema('AVRO', '"string"'))).toBeGreaterThan(0);
    });

    test('a deleted subject is gone, its ids are still read, and it may come again', async () => {
      const id = await registry.register('a', record('x'));
      await registry.register('a', record('x', 'y'));
      expect(await registry.deleteSubject('a', false)).toEqual([1, 2]);
      expect(await registry.latest('a')).toBeNull();
      expect(await registry.subjects()).toEqual([]);
      expect(await registry.byId(id)).toMatchObject({ id });
      expect(await code(registry.deleteSubject('a', false))).toBe(40404);
      expect(await registry.register('a', record('x'))).toBe(id);
      expect(await registry.versions('a')).toEqual([3]);
    });

    test('a subject is deleted for good only after that', async () => {
      const id = await registry.register('a', record('x'));
      expect(await code(registry.deleteSubject('a', true))).toBe(40405);
      await registry.deleteSubject('a', false);
      expect(await registry.deleteSubject('a', true)).toEqual([1]);
      expect(await registry.deleteSubject('a', true)).toEqual([]);
      expect(await registry.register('a', record('z'))).toBeGreaterThan(id);
      expect(await registry.versions('a')).toEqual([1]);
    });

    test('versions are deleted likewise', async () => {
      await registry.register('a', record('x'));
      await registry.register('a', record('x', 'y'));
      expect(await code(registry.deleteVersion('a', 2, true))).toBe(40407);
      expect(await registry.deleteVersion('a', 2, false)).toBe(true);
      expect(await registry.latest('a')).toMatchObject({ version: 1 });
      expect(await code(registry.deleteVersion('a', 2, false))).toBe(40406);
      expect(await registry.deleteVersion('a', 2, true)).toBe(true);
      expect(await registry.versions('a')).toEqual([1]);
    });
  });
}
