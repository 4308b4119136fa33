import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BearerToken } from '../../../cli/migrations/bearer-token.js';
import { serverAccess } from '../../../cli/migrations/server-access.js';
import { HttpClient } from '../../../src/client/index.js';
import { manualClock } from '../../../src/env/index.js';
import { FILES, SECURED } from '../server/security/callers.js';
import { TestServer } from '../server/test-server.js';

const CERTIFICATES = join(import.meta.dirname, '..', 'server', 'security', 'certificates');
const path = (name: string): string => join(CERTIFICATES, name);
const STORES = Object.fromEntries(['ca.pem', 'server.pem', 'server.key'].map((name) => [name, readFileSync(path(name))]));
const clientOf = (values: Readonly<Record<string, string>>): HttpClient => new HttpClient(serverAccess((name) => values[name] ?? null));

const issuers: Server[] = [];
afterAll(() => {
  for (const issuer of issuers) issuer.close();
});

/** An issuer of tokens that answers so; `asked` has what it was sent. */
async function issuer(status: number, answer: object): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      asked.push(`${request.headers.authorization ?? ''} ${body}`);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  issuers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/token`, asked };
}

test('a server behind TLS: its authority, a certificate of our own, and its name', async () => {
  const properties = { 'ssl.keystore.location': 'server.pem, server.key', 'ssl.truststore.location': 'ca.pem', 'ssl.client.authentication': 'REQUIRED' };
  const server = await TestServer.open(properties, STORES, { listeners: ['https://localhost:0'] });
  await server.run("CREATE STREAM s (v INT) WITH (kafka_topic='s', partitions=1, value_format='json'); INSERT INTO s VALUES (7);");
  const trusting = { 'ksql.server.url': server.url, 'ssl.truststore.location': path('ca.pem') };
  const own = { 'ssl.keystore.location': `${path('robot.pem')},${path('robot.key')}` };
  const client = clientOf({ ...trusting, ...own });
  expect(await client.execute('SHOW STREAMS;')).toMatchObject([{ '@type': 'streams' }]);
  const { rows } = await client.query('SELECT v FROM s EMIT CHANGES LIMIT 1;', { properties: { 'auto.offset.reset': 'earliest' } });
  const all: string[] = [];
  for await (const row of rows) all.push(row);
  expect(all).toEqual(['[7]']);
  await expect(clientOf({ ...own, 'ksql.server.url': server.url }).info()).rejects.toMatchObject({ message: expect.stringMatching(/^The certificate of https:.* is not accepted: /) as unknown, retriable: false });
  await expect(clientOf(trusting).info()).rejects.toThrow();
  await server.close();
});

test('a certificate for another name is accepted only where that is said', async () => {
  // Its certificate is for localhost and 127.0.0.1.
  const server = await TestServer.open({ 'ssl.keystore.location': 'server.pem, server.key' }, STORES, { listeners: ['https://127.0.0.2:0'] });
  const trusting = { 'ksql.server.url': server.url, 'ssl.truststore.location': path('ca.pem') };
  await expect(clientOf(trusting).info()).rejects.toThrow(/^The certificate of https:.* is not accepted: /);
  expect(await clientOf({ ...trusting, 'ssl.verify.host': 'false' }).info()).toMatchObject({ KsqlServerInfo: {} });
  await server.close();
});

test('stores that cannot be read are refused by the name of their setting', () => {
  const access = (values: Readonly<Record<string, string>>): unknown => serverAccess((name) => values[name] ?? null);
  expect(() => access({ 'ssl.truststore.location': path('none.pem') })).toThrow('ssl.truststore.location');
  expect(() => access({ 'ssl.keystore.location': path('server.pem') })).toThrow('no private key');
});

test('basic authentication, and tokens of an issuer', async () => {
  const server = await TestServer.open(SECURED, FILES);
  const url = { 'ksql.server.url': server.url };
  expect(await clientOf({ ...url, 'ksql.auth.basic.username': 'reader', 'ksql.auth.basic.password': 'reader' }).execute('SHOW STREAMS;')).toHaveLength(1);
  await expect(clientOf(url).execute('SHOW STREAMS;')).rejects.toMatchObject({ body: { error_code: 40100 } });
  const good = await issuer(200, { access_token: 'key-of-the-robot', expires_in: 3600 });
  const bearer = { ...url, 'bearer.auth.client.id': 'me', 'bearer.auth.client.secret': 'geheim', 'bearer.auth.scope': 'all', 'bearer.auth.issuer.endpoint.url': good.url };
  const client = clientOf(bearer);
  expect(await client.execute('SHOW STREAMS;')).toHaveLength(1);
  expect(await client.execute('SHOW STREAMS;')).toHaveLength(1);
  expect(good.asked).toEqual([`Basic ${btoa('me:geheim')} grant_type=client_credentials&scope=all`]);
  const bad = await issuer(401, { error: 'invalid_client' });
  await expect(clientOf({ ...bearer, 'bearer.auth.issuer.endpoint.url': bad.url }).info()).rejects.toThrow('The issuer of tokens answered 401 and no token');
  expect(() => serverAccess((name) => (name === 'bearer.auth.issuer.endpoint.url' ? good.url : null))).toThrow('bearer.auth.client.id is not');
  await server.close();
});

test('a token is asked for again before it is over', async () => {
  const clock = manualClock();
  let given = 0;
  const send = (): Promise<Response> => Promise.resolve(new Response(JSON.stringify({ access_token: `t${String((given += 1))}`, expires_in: 60 })));
  const token = new BearerToken({ url: 'http://issuer', clientId: 'a', clientSecret: 'b', scope: null, expiryBufferMs: 10_000 }, send, clock);
  expect([await token.get(), await token.get()]).toEqual(['t1', 't1']);
  await clock.advance(49_999);
  expect(await token.get()).toBe('t1');
  await clock.advance(1);
  expect(await token.get()).toBe('t2');
});
