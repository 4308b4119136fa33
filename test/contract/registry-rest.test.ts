import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RegistryServer } from '../unit/registry/registry-server.js';

/** Typed: the matchers of the test library are not. */
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const holding = (items: readonly unknown[]): unknown => expect.arrayContaining([...items]);

let server: RegistryServer;
let count = 0;
let subject = '';
beforeAll(async () => {
  server = await RegistryServer.open();
});
afterAll(() => server.close());
beforeEach(() => {
  count += 1;
  subject = `s${count}-value`;
});

const record = (...fields: readonly string[]): string => JSON.stringify({ type: 'record', name: `R${count}`, fields: fields.map((name) => ({ name, type: 'int', default: 0 })) });
const strict = (name: string): string => JSON.stringify({ type: 'record', name: `R${count}`, fields: [{ name, type: 'int' }] });
const register = async (text: string): Promise<number> => {
  const { body } = await server.ask('POST', `/subjects/${subject}/versions`, { schema: text });
  return typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'number' ? body.id : -1;
};
const failure = (status: number, code: number, message: string | RegExp): object => ({
  status, type: 'application/vnd.schemaregistry.v1+json', body: { error_code: code, message: typeof message === 'string' ? message : matching(message) },
});

describe('registering and reading', () => {
  test('a version, whole and its schema alone', async () => {
    const id = await register(record('a'));
    expect(await server.ask('GET', `/subjects/${subject}/versions/1`)).toEqual({ status: 200, type: 'application/vnd.schemaregistry.v1+json', body: { subject, version: 1, id, schema: record('a') } });
    for (const version of ['latest', '-1']) expect((await server.ask('GET', `/subjects/${subject}/versions/${version}`)).body).toMatchObject({ version: 1, id });
    expect((await server.ask('GET', `/subjects/${subject}/versions/1/schema`)).body).toEqual(JSON.parse(record('a')));
    expect((await server.ask('POST', `/subjects/${subject}`, { schema: record('a') })).body).toMatchObject({ subject, version: 1, id });
  });
  test('by id', async () => {
    const id = await register(record('a'));
    expect((await server.ask('GET', `/schemas/ids/${id}`)).body).toEqual({ schema: record('a') });
    expect((await server.ask('GET', `/schemas/ids/${id}/schema`)).body).toEqual(JSON.parse(record('a')));
    expect((await server.ask('GET', `/schemas/ids/${id}/versions`)).body).toEqual([{ subject, version: 1 }]);
    expect((await server.ask('GET', `/schemas/ids/${id}/subjects`)).body).toEqual([subject]);
    expect((await server.ask('GET', '/schemas/types')).body).toEqual(['JSON', 'PROTOBUF', 'AVRO']);
  });
  test('other kinds and references are shown', async () => {
    const text = 'syntax = "proto3"; message M { int32 a = 1; }';
    const other = `other${count}`;
    await server.ask('POST', `/subjects/${other}/versions`, { schema: text, schemaType: 'PROTOBUF' });
    const references = [{ name: 'o.proto', subject: other, version: 1 }];
    const registered = await server.ask('POST', `/subjects/${subject}/versions`, { schema: 'syntax = "proto3"; import "o.proto"; message N { M m = 1; }', schemaType: 'PROTOBUF', references });
    expect(registered.status).toBe(200);
    expect((await server.ask('GET', `/subjects/${subject}/versions/latest`)).body).toMatchObject({ schemaType: 'PROTOBUF', references });
    expect((await server.ask('GET', `/subjects/${other}/versions/1/referencedby`)).body).toEqual([(registered.body as { id: number }).id]);
    expect(await server.ask('DELETE', `/subjects/${other}`)).toEqual(failure(422, 42206, /references exist/));
  });
  test('lists', async () => {
    await register(record('a'));
    await register(record('a', 'b'));
    expect((await server.ask('GET', `/subjects/${subject}/versions`)).body).toEqual([1, 2]);
    expect((await server.ask('GET', `/subjects?subjectPrefix=${subject}`)).body).toEqual([subject]);
    expect((await server.ask('GET', `/schemas?subjectPrefix=${subject}&latestOnly=true`)).body).toMatchObject([{ subject, version: 2 }]);
    await server.ask('DELETE', `/subjects/${subject}/versions/2`);
    expect((await server.ask('GET', `/subjects/${subject}/versions`)).body).toEqual([1]);
    expect((await server.ask('GET', `/subjects/${subject}/versions?deleted=true`)).body).toEqual([1, 2]);
    expect((await server.ask('GET', `/subjects/${subject}/versions?deletedOnly=true`)).body).toEqual([2]);
  });
});

describe('refusals', () => {
  test('what is not there', async () => {
    expect(await server.ask('GET', '/subjects/none/versions')).toEqual(failure(404, 40401, `Subject 'none' not found.`));
    expect(await server.ask('GET', '/subjects/none/versions/1')).toEqual(failure(404, 40401, `Subject 'none' not found.`));
    expect(await server.ask('POST', '/subjects/none', { schema: '"int"' })).toEqual(failure(404, 40401, `Subject 'none' not found.`));
    expect(await server.ask('DELETE', '/subjects/none')).toEqual(failure(404, 40401, `Subject 'none' not found.`));
    expect(await server.ask('GET', '/schemas/ids/999999')).toEqual(failure(404, 40403, 'Schema 999999 not found'));
    await register(record('a'));
    expect(await server.ask('GET', `/subjects/${subject}/versions/7`)).toEqual(failure(404, 40402, 'Version 7 not found.'));
    expect(await server.ask('DELETE', `/subjects/${subject}/versions/7`)).toEqual(failure(404, 40402, 'Version 7 not found.'));
    expect(await server.ask('POST', `/subjects/${subject}`, { schema: record('other') })).toEqual(failure(404, 40403, 'Schema not found'));
  });
  test('what cannot be read', async () => {
    const path = `/subjects/${subject}/versions`;
    expect(await server.ask('POST', path, { schema: '{"type":"record"}' })).toEqual(failure(422, 42201, /Invalid schema/));
    expect(await server.ask('POST', path, { schema: 'x', schemaType: 'THRIFT' })).toEqual(failure(422, 42201, /THRIFT/));
    expect(await server.ask('POST', path, { schema: '' })).toEqual(failure(422, 42201, 'Empty schema'));
    expect(await server.ask('POST', path)).toEqual(failure(422, 42201, 'Empty schema'));
    expect(await server.ask('POST', path, '{')).toEqual(failure(400, 400, /JSON/));
    expect(await server.ask('GET', `/subjects/${subject}/versions/0`)).toEqual(failure(422, 42202, /'0' is not a valid version id/));
    expect(await server.ask('GET', `/subjects/${subject}/versions/x`)).toEqual(failure(422, 42202, /'x' is not a valid version id/));
  });
  test('what does not fit, with the place', async () => {
    await register(strict('a'));
    expect(await server.ask('POST', `/subjects/${subject}/versions`, { schema: strict('b') })).toEqual(failure(409, 409, /incompatible with an earlier schema.*\/fields\/0/));
  });
  test('deleting twice, or for good at once', async () => {
    await register(record('a'));
    expect(await server.ask('DELETE', `/subjects/${subject}?permanent=true`)).toEqual(failure(404, 40405, /not deleted first/));
    expect(await server.ask('DELETE', `/subjects/${subject}/versions/1?permanent=true`)).toEqual(failure(404, 40407, /not deleted first/));
    expect((await server.ask('DELETE', `/subjects/${subject}/versions/latest`)).body).toBe(1);
    expect(await server.ask('DELETE', `/subjects/${subject}/versions/1`)).toEqual(failure(404, 40406, /was soft deleted/));
    expect(await server.ask('DELETE', `/subjects/${subject}`)).toEqual(failure(404, 40404, /was soft deleted/));
    expect((await server.ask('GET', `/subjects/${subject}/versions/1?deleted=true`)).status).toBe(200);
    expect((await server.ask('DELETE', `/subjects/${subject}?permanent=true`)).body).toEqual([1]);
    expect((await server.ask('GET', `/subjects/${subject}/versions/1?deleted=true`)).status).toBe(404);
  });
});

describe('compatibility', () => {
  test('is tested against one version or all that count', async () => {
    await register(strict('a'));
    const path = `/compatibility/subjects/${subject}/versions`;
    expect((await server.ask('POST', `${path}/latest`, { schema: strict('b') })).body).toEqual({ is_compatible: false });
    expect((await server.ask('POST', `${path}/1?verbose=true`, { schema: strict('b') })).body).toEqual({ is_compatible: false, messages: holding(['{oldSchemaVersion: 1}']) });
    expect((await server.ask('POST', `${path}?verbose=true`, { schema: record('a', 'b') })).body).toEqual({ is_compatible: true, messages: [] });
    expect(await server.ask('POST', `${path}/5`, { schema: strict('b') })).toEqual(failure(404, 40402, 'Version 5 not found.'));
    expect(await server.ask('POST', '/compatibility/subjects/none/versions/latest', { schema: '"int"' })).toEqual(failure(404, 40401, /none/));
    expect(await server.ask('POST', path, { schema: '{' })).toEqual(failure(422, 42201, /Invalid schema/));
  });
  test('levels', async () => {
    expect((await server.ask('GET', '/config')).body).toEqual({ compatibilityLevel: 'BACKWARD' });
    expect(await server.ask('GET', `/config/${subject}`)).toEqual(failure(404, 40408, /subject-level compatibility/));
    expect((await server.ask('GET', `/config/${subject}?defaultToGlobal=true`)).body).toEqual({ compatibilityLevel: 'BACKWARD' });
    expect((await server.ask('PUT', `/config/${subject}`, { compatibility: 'full_transitive' })).body).toEqual({ compatibility: 'FULL_TRANSITIVE' });
    expect((await server.ask('GET', `/config/${subject}`)).body).toEqual({ compatibilityLevel: 'FULL_TRANSITIVE' });
    expect((await server.ask('DELETE', `/config/${subject}`)).body).toEqual({ compatibilityLevel: 'FULL_TRANSITIVE' });
    expect((await server.ask('GET', `/config/${subject}`)).status).toBe(404);
    expect((await server.ask('PUT', '/config', { compatibility: 'NONE' })).body).toEqual({ compatibility: 'NONE' });
    expect((await server.ask('DELETE', '/config')).body).toEqual({ compatibilityLevel: 'NONE' });
    expect((await server.ask('GET', '/config')).body).toEqual({ compatibilityLevel: 'BACKWARD' });
    expect(await server.ask('PUT', '/config', { compatibility: 'SOMETIMES' })).toEqual(failure(422, 42203, /Invalid compatibility level/));
  });
});

describe('modes', () => {
  test('read-only subjects are not changed', async () => {
    await register(record('a'));
    expect((await server.ask('GET', '/mode')).body).toEqual({ mode: 'READWRITE' });
    expect((await server.ask('PUT', `/mode/${subject}`, { mode: 'READONLY' })).body).toEqual({ mode: 'READONLY' });
    expect(await server.ask('POST', `/subjects/${subject}/versions`, { schema: record('a', 'b') })).toEqual(failure(422, 42205, `Subject ${subject} is in read-only mode`));
    expect(await server.ask('DELETE', `/subjects/${subject}`)).toEqual(failure(422, 42205, `Subject ${subject} is in read-only mode`));
    expect((await server.ask('DELETE', `/mode/${subject}`)).body).toEqual({ mode: 'READONLY' });
    expect(await server.ask('GET', `/mode/${subject}`)).toEqual(failure(404, 40409, /subject-level mode/));
    expect((await server.ask('PUT', '/mode', { mode: 'READONLY' })).body).toEqual({ mode: 'READONLY' });
    expect((await server.ask('DELETE', '/mode')).body).toEqual({ mode: 'READONLY' });
    expect((await server.ask('GET', '/mode')).body).toEqual({ mode: 'READWRITE' });
    expect(await server.ask('PUT', '/mode', { mode: 'ASLEEP' })).toEqual(failure(422, 42204, /Invalid mode/));
  });
  test('imports bring their ids and versions', async () => {
    const import7 = { schema: record('a'), id: 700 + count, version: 5 };
    expect(await server.ask('POST', `/subjects/${subject}/versions`, import7)).toEqual(failure(422, 42205, /not in import mode/));
    await server.ask('PUT', `/mode/${subject}`, { mode: 'IMPORT' });
    expect((await server.ask('POST', `/subjects/${subject}/versions`, import7)).body).toEqual({ id: 700 + count });
    expect((await server.ask('GET', `/subjects/${subject}/versions/5`)).body).toMatchObject({ id: 700 + count });
    expect(await server.ask('POST', `/subjects/${subject}/versions`, { ...import7, schema: record('b'), version: 6 })).toEqual(failure(422, 42205, /Overwrite/));
  });
});

test('the other API of the port is still there, and other methods are refused', async () => {
  expect((await server.ask('GET', '/contexts')).body).toEqual(['.']);
  expect((await server.ask('GET', '/info')).body).toHaveProperty('KsqlServerInfo');
  expect((await fetch(`${server.url}/subjects`, { method: 'PUT' })).status).toBe(405);
});
