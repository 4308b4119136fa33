import { expect, test } from 'vitest';
import { EmbeddedRegistry, type SchemaDefinition } from '../../../src/registry/index.js';
import { MemoryLog } from './memory-log.js';

const avro = (text: string): SchemaDefinition => ({ kind: 'AVRO', text, references: [] });

test('everything is there again after a restart, also from a compacted log', async () => {
  const log = new MemoryLog();
  const before = await EmbeddedRegistry.open(log);
  await before.register('a', avro('"int"'));
  await before.register('a', avro('"long"'));
  await before.register('b', { kind: 'AVRO', text: '{"type":"record","name":"X","fields":[]}', references: [{ name: 'x', subject: 'a', version: 1 }] });
  await before.deleteVersion('a', 2, false);
  await before.setCompatibility('a', 'FULL');
  await before.setCompatibility(null, 'NONE');
  await before.setMode('b', 'READONLY');
  const state = async (registry: EmbeddedRegistry): Promise<unknown> => [
    await registry.subjects(), registry.table.versions('a', 'all'), registry.table.versions('a', 'live'), await registry.latest('b'),
    await registry.compatibility('a'), await registry.compatibility(null), registry.mode('b'), registry.table.highestId,
  ];
  const expected = await state(before);
  expect(await state(await EmbeddedRegistry.open(log))).toEqual(expected);
  log.compact();
  expect(await state(await EmbeddedRegistry.open(log))).toEqual(expected);
});

test('an id is not given again, even when compaction has taken its schema away', async () => {
  const log = new MemoryLog();
  const before = await EmbeddedRegistry.open(log);
  const id = await before.register('a', avro('"int"'));
  await before.deleteSubject('a', false);
  await before.deleteSubject('a', true);
  log.compact();
  const after = await EmbeddedRegistry.open(log);
  expect(await after.byId(id)).toBeNull();
  expect(await after.register('b', avro('"string"'))).toBe(id + 1);
});

test('records of a Confluent registry are read', async () => {
  const log = new MemoryLog();
  log.records = [
    { key: '{"keytype":"NOOP","magic":0}', value: null },
    { key: '{"keytype":"CONFIG","magic":0}', value: '{"compatibilityLevel":"FORWARD"}' },
    { key: '{"keytype":"SCHEMA","subject":"a","version":1,"magic":1}', value: '{"subject":"a","version":1,"id":3,"schema":"\\"int\\"","deleted":false}' },
    { key: '{"keytype":"SCHEMA","subject":"b","version":1,"magic":1}', value: '{"subject":"b","version":1,"id":3,"schema":"\\"int\\"","deleted":false}' },
    { key: '{"keytype":"DELETE_SUBJECT","subject":"a","magic":0}', value: '{"subject":"a","version":1}' },
    { key: '{"keytype":"MODE","magic":0}', value: '{"mode":"READONLY"}' },
  ];
  const registry = await EmbeddedRegistry.open(log);
  expect(await registry.subjects()).toEqual(['b']);
  expect(registry.table.subjects('deleted')).toEqual(['a']);
  expect(await registry.compatibility('a')).toBe('FORWARD');
  expect(registry.mode('b')).toBe('READONLY');
});

test('the default level may be loosened', async () => {
  const registry = await EmbeddedRegistry.open(new MemoryLog(), 'NONE');
  await registry.register('a', avro('"int"'));
  await registry.register('a', avro('"string"'));
  expect(await registry.versions('a')).toEqual([1, 2]);
});
