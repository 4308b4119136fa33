import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestServer } from './test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.open();
});
afterAll(() => server.close());

type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };
const at = (value: Value | undefined, ...path: readonly string[]): Value | undefined =>
  path.reduce<Value | undefined>((inner, name) => (typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.entries(inner).find(([key]) => key === name)?.[1] : undefined), value);
const keys = (value: Value | undefined): readonly string[] => (typeof value === 'object' && value !== null ? Object.keys(value) : []);

async function readDocument(): Promise<Value> {
  const { status, text, headers } = await server.send('GET', '/openapi.json');
  expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
  // JSON.parse gives exactly this type.
  return JSON.parse(text) as Value;
}

test('every route is described, with its parameters, and every reference leads somewhere', async () => {
  const described = await readDocument();
  const paths = keys(at(described, 'paths'));
  expect([at(described, 'openapi'), at(described, 'info', 'version')]).toEqual(['3.1.0', '1.2.3']);
  for (const path of ['/ksql', '/query-stream', '/ws/query', '/subjects/{subject}/versions/{version}', '/openapi.json']) expect(paths).toContain(path);
  for (const path of paths) {
    for (const method of keys(at(described, 'paths', path))) {
      const parameters = at(described, 'paths', path, method, 'parameters');
      expect(Array.isArray(parameters) ? parameters.length : -1, path).toBe(path.split('{').length - 1);
      expect(at(described, 'paths', path, method, 'summary'), path).not.toBe('');
      // What is described is there: anything but 404 and 405, which is what an unknown path or method gets.
      const asked = path.replace(/\{\w+\}/g, '1');
      const { status, text } = await server.send(method.toUpperCase(), asked, method === 'get' ? null : '[', {});
      expect(status === 405 || text.includes('<h1>'), `${method} ${path}`).toBe(path === '/ws/query');
    }
  }
  for (const [, name] of JSON.stringify(described).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) expect(keys(at(described, 'components', 'schemas'))).toContain(name);
});

const BODIES: readonly (readonly [object, boolean])[] = [
  [{ ksql: 'SHOW STREAMS;' }, true], [{ ksql: 'SHOW STREAMS;', streamsProperties: { 'auto.offset.reset': 'earliest' }, sessionVariables: { a: 'b' }, commandSequenceNumber: -1 }, true],
  [{ ksql: 'SHOW STREAMS;', other: [1] }, true], [{ ksql: 'SHOW STREAMS;', streamsProperties: null, sessionVariables: null, commandSequenceNumber: null }, true],
  [{ ksql: 1 }, false], [{ ksql: ['SHOW STREAMS;'] }, false], [{ ksql: 'SHOW STREAMS;', streamsProperties: [] }, false], [{ ksql: 'SHOW STREAMS;', streamsProperties: { a: {} } }, false],
  [{ ksql: 'SHOW STREAMS;', sessionVariables: { a: ['b'] } }, false], [{ ksql: 'SHOW STREAMS;', commandSequenceNumber: 1.5 }, false], [{ ksql: 'SHOW STREAMS;', commandSequenceNumber: '1' }, false],
  [{ ksql: 'SHOW STREAMS;', requestProperties: 'x' }, false],
];

test('schemas and server take and refuse the same bodies', async () => {
  const schema = at(await readDocument(), 'paths', '/ksql', 'post', 'requestBody', 'content', 'application/json', 'schema');
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(JSON.parse(JSON.stringify(schema)));
  for (const [body, isGood] of BODIES) {
    expect(validate(body), JSON.stringify(body)).toBe(isGood);
    expect((await server.post('/ksql', body)).status, JSON.stringify(body)).toBe(isGood ? 200 : 400);
  }
});
