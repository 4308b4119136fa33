import { connect } from 'node:http2';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Settings } from '../../../../src/engine/index.js';
import { silentLogger, systemClock } from '../../../../src/env/index.js';
import { openDoorkeeper } from '../../../../src/server/security/open-doorkeeper.js';
import { TestServer } from '../test-server.js';
import { basic, FILES, SECURED } from './callers.js';

const show = '{"ksql":"SHOW STREAMS;"}';

function socketStatus(url: string, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/query?request=${encodeURIComponent(show)}`, { headers });
  return new Promise((resolve) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => undefined);
  });
}

test('on the loopback address only its own names are answered, over every transport', async () => {
  const server = await TestServer.open({ 'millrace.server.allowed.hosts': 'ksqldb-server, Other.Example' });
  const { port } = new URL(server.url);
  const session = connect(server.url);
  const http2 = (authority: string): Promise<unknown> => {
    const stream = session.request({ ':path': '/info', ':authority': authority });
    stream.resume();
    return new Promise((resolve) => stream.on('response', (headers) => resolve(headers[':status'])));
  };
  const cases: readonly (readonly [string, number])[] = [
    [`localhost:${port}`, 200], ['127.0.0.1', 200], ['[::1]:9', 200], ['LOCALHOST', 200], ['ksqldb-server:8088', 200], ['other.example', 200],
    ['evil.example', 421], ['localhost.evil.example', 421], ['127.0.0.1.evil.example', 421], ['evil.example:80:80', 421],
  ];
  for (const [host, status] of cases) {
    expect((await server.send('GET', '/info', null, { host })).status, host).toBe(status);
    expect(await http2(host), host).toBe(status);
    expect(await socketStatus(server.url, { host }), host).toBe(status === 200 ? 101 : 421);
  }
  session.close();
  const refused = await server.send('POST', '/ksql', show, { host: 'evil.example' });
  expect(JSON.parse(refused.text)).toMatchObject({ '@type': 'generic_error', error_code: 42100 });
  await server.close();
});

test('a server that is open to a network is called by many names', () => {
  const door = (listeners: readonly string[], settings: Readonly<Record<string, string>> = {}) => openDoorkeeper(Settings.ofServer(Object.entries(settings)), listeners, { readFile: () => Buffer.alloc(0), clock: systemClock(), logger: silentLogger }).origins;
  expect(() => door(['http://0.0.0.0:8088']).check('anything', undefined, null)).not.toThrow();
  expect(() => door(['http://0.0.0.0:8088'], { 'millrace.server.allowed.hosts': 'a' }).check('b', undefined, null)).toThrow('not called by that name');
  expect(() => door(['http://127.0.0.1:8088'], { 'ksql.advertised.listener': 'http://named:8088' }).check('named:8088', undefined, null)).not.toThrow();
});

test('pages of other origins are refused unless they are named; the own origin is not foreign', async () => {
  const server = await TestServer.open();
  for (const [origin, status] of [[server.url, 200], ['http://evil.example', 403], ['null', 403], ['file://', 403]] as const) {
    const answer = await server.send('POST', '/ksql', show, { origin });
    expect([answer.status, answer.headers['access-control-allow-origin']], origin).toEqual([status, undefined]);
    expect(await socketStatus(server.url, { origin }), origin).toBe(status === 200 ? 101 : 403);
  }
  // A browser that asks first is told nothing either.
  const preflight = await server.send('OPTIONS', '/ksql', null, { origin: 'http://evil.example', 'access-control-request-method': 'POST' });
  expect([preflight.status, preflight.headers['access-control-allow-methods']]).toEqual([403, undefined]);
  await server.close();
});

test('pages that are named may ask, without credentials in advance, and read every answer', async () => {
  const server = await TestServer.open({ ...SECURED, 'access.control.allow.origin': 'https://console.example', 'access.control.allow.methods': 'POST,GET', 'access.control.allow.headers': 'authorization,content-type' }, FILES);
  await server.run("CREATE STREAM s (v INT) WITH (kafka_topic='s', partitions=1, value_format='json');");
  const origin = 'https://console.example';
  const preflight = await server.send('OPTIONS', '/query-stream', null, { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' });
  expect([preflight.status, preflight.headers['access-control-allow-origin'], preflight.headers['access-control-allow-methods'], preflight.headers['access-control-allow-headers'], preflight.headers.vary])
    .toEqual([204, origin, 'POST,GET', 'authorization,content-type', 'Origin']);
  const rows = await server.send('POST', '/query-stream', '{"sql":"SELECT * FROM s;"}', { origin, ...basic('reader') });
  expect([rows.status, rows.headers['access-control-allow-origin']]).toEqual([200, origin]);
  const refused = await server.send('POST', '/query-stream', '{"sql":"SELECT * FROM s;"}', { origin });
  expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, origin]);
  expect((await server.send('POST', '/query-stream', '{}', { origin: 'https://console.example.evil', ...basic('reader') })).status).toBe(403);
  await server.close();
});
