import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { sendHttp2, TestServer } from '../test-server.js';
import { FRAME, frame, frameTypes, get, post, PREFACE, RawConnection } from './raw-connection.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.open({
    'millrace.server.headers.timeout.ms': '300', 'millrace.server.request.timeout.ms': '600', 'millrace.server.max.connections': '100', 'ksql.idle.connection.timeout.seconds': '60',
  });
  await server.run("CREATE STREAM s (v INT) WITH (kafka_topic='s', partitions=1, value_format='json');");
  await server.run(`CREATE STREAM wide (${Array.from({ length: 1000 }, (_, i) => `c${i} INT`).join(', ')}) WITH (kafka_topic='s', partitions=1, value_format='json');`);
});
afterAll(() => server.close());

// Whatever was sent: the next one is served.
afterEach(async () => {
  expect((await server.post('/ksql', { ksql: 'SHOW STREAMS;' })).status).toBe(200);
  const session = server.http2();
  expect((await sendHttp2(session, '/ksql', ['{"ksql":"SHOW STREAMS;"}'])).status).toBe(200);
  session.close();
});

const h1 = (text: string | Buffer): Promise<string> => {
  const connection = RawConnection.to(server.url);
  void connection.send(text);
  return connection.untilClosed();
};
const http2 = async (...frames: readonly Buffer[]): Promise<RawConnection> => {
  const connection = RawConnection.to(server.url);
  await connection.send(Buffer.concat([Buffer.from(PREFACE), frame(FRAME.settings, 0, 0), ...frames]));
  return connection;
};

const HOSTILE: readonly (readonly [string, string | Buffer, number])[] = [
  ['no JSON', '{"ksql":', 400],
  ['a text', '"SHOW STREAMS;"', 400],
  ['an array', '[]', 400],
  ['a number for the statements', '{"ksql":1}', 400],
  ['properties that are an array', '{"ksql":"SHOW STREAMS;","streamsProperties":[]}', 400],
  ['a property that is an object', '{"ksql":"SHOW STREAMS;","streamsProperties":{"a":{}}}', 400],
  ['a million arrays in each other', `{"ksql":${'['.repeat(1_000_000)}`, 400],
  ['a million arrays in each other, closed', `{"ksql":"SHOW STREAMS;","x":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`, 400],
  ['names of objects', '{"ksql":"SHOW STREAMS;","__proto__":{"polluted":1},"streamsProperties":{"__proto__":"x"}}', 400],
  ['bytes that are not UTF-8', Buffer.from('{"ksql":"SHOW \xff\xfe;"}', 'latin1'), 400],
  ['half of a character', Buffer.concat([Buffer.from('{"ksql":"SHOW STREAMS;","x":"'), Buffer.from([0xc3]), Buffer.from('"}')]), 400],
  ['statements that are too long', JSON.stringify({ ksql: `SHOW STREAMS; ${'-'.repeat(1_000_001)}` }), 400],
  ['a thousand parentheses', JSON.stringify({ ksql: `CREATE STREAM t AS SELECT ${'('.repeat(5000)}v${')'.repeat(5000)} FROM s;` }), 400],
  ['ten megabytes', Buffer.alloc(10 * 1024 * 1024, 0x20), 413],
];

test.each(HOSTILE)('%s, over both protocols', async (_name, body, status) => {
  const { response } = server.start('POST', '/ksql', body);
  expect((await response).statusCode).toBe(status);
  (await response).resume();
  const session = server.http2();
  session.on('error', () => undefined);
  const stream = session.request({ ':method': 'POST', ':path': '/ksql' });
  stream.on('error', () => undefined);
  stream.end(body);
  expect(await new Promise((resolve) => stream.on('response', (headers) => resolve(headers[':status'])))).toBe(status);
  session.destroy();
  expect(Object.hasOwn({}, 'polluted') || 'polluted' in {}).toBe(false);
});

const LINES: readonly (readonly [string, string | Buffer, RegExp])[] = [
  ['headers of 100 KB', `GET /info HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ['ten thousand headers', `GET /info HTTP/1.1\r\nHost: localhost\r\n${'a: b\r\n'.repeat(10_000)}\r\n`, /^HTTP\/1\.1 431 /],
  ['an address of 100 KB', `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ['two lengths of one body', 'POST /ksql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['two different lengths', 'POST /ksql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef', /^HTTP\/1\.1 400 /],
  ['a header without a name', 'GET /info HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['a bare line feed in a header', 'GET /info HTTP/1.1\r\nHost: localhost\r\nX: a\nSet-Cookie: b\0\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['a chunk of no size', 'POST /ksql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', /^HTTP\/1\.1 400 /],
  ['another protocol', Buffer.from('160301020001000001fc0303', 'hex'), /^HTTP\/1\.1 400 /],
  ['a tunnel', 'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n', /^$/],
  ['the host missing', 'GET /info HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 400 /],
];

test.each(LINES)('HTTP/1.1: %s', async (_name, text, expected) => {
  expect(await h1(text)).toMatch(expected);
});

test.each(['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/%00', '/%zz', '/status/%00/%0d%0a/x', '/subjects/%0d%0aX-Evil:1', '//evil.example/info', '/info;a=b', '/ws/query'])('a path that leads nowhere: %s', async (path) => {
  const text = await h1(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  expect(text).toMatch(/^HTTP\/1\.1 (?:4\d\d|500) /);
  expect(text).not.toMatch(/^X-Evil|root:|node_modules|\.[tj]s:\d|at \w+ \(/m);
});

test('a WebSocket to a strange address is refused', async () => {
  for (const path of ['/nothing', '//', '/ws/query/../../x', '/%zz']) {
    const text = await h1(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
    expect(text, path).toMatch(/^HTTP\/1\.1 404 /);
  }
  expect(await h1('GET /ws/query HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Key: x\r\n\r\n')).toMatch(/^HTTP\/1\.1 4\d\d /);
});

const END_HEADERS = 4;
const END_STREAM = 1;
const FRAMES: readonly (readonly [string, readonly Buffer[]])[] = [
  ['nonsense after the preface', [Buffer.alloc(200, 0xee)]],
  ['data of no stream', [frame(FRAME.data, 0, 0, Buffer.from('x'))]],
  ['data of a stream that never began', [frame(FRAME.data, 0, 9, Buffer.from('x'))]],
  ['a frame of 16 MB', [frame(FRAME.data, 0, 1, Buffer.alloc(100), 0xffffff)]],
  ['settings of a strange length', [frame(FRAME.settings, 0, 0, Buffer.alloc(5))]],
  ['a stream that the server would begin', [frame(FRAME.headers, END_HEADERS | END_STREAM, 2, get('/info'))]],
  ['headers that do not decode', [frame(FRAME.headers, END_HEADERS | END_STREAM, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))]],
  ['a continuation of nothing', [frame(FRAME.continuation, END_HEADERS, 1, Buffer.alloc(10))]],
  ['headers without end', [frame(FRAME.headers, 0, 1, get('/info')), ...Array.from({ length: 5000 }, () => frame(FRAME.continuation, 0, 1, Buffer.from([0, 1, 0x61, 1, 0x62])))]],
  ['a flood of settings', Array.from({ length: 20_000 }, () => frame(FRAME.settings, 0, 0))],
  ['a flood of pings', Array.from({ length: 20_000 }, () => frame(FRAME.ping, 0, 0, Buffer.alloc(8)))],
];

test.each(FRAMES)('HTTP/2: %s ends the connection', async (_name, frames) => {
  const connection = await http2(...frames);
  await connection.untilClosed();
});

test('HTTP/2: headers of 60 KB are refused, and so are many', async () => {
  const session = server.http2();
  session.on('error', () => undefined);
  for (const headers of [{ x: 'x'.repeat(60_000) }, Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`x-${index}`, 'x'.repeat(300)]))]) {
    const stream = session.request({ ':path': '/info', ...headers });
    stream.on('error', () => undefined);
    const status = new Promise((resolve) => {
      stream.on('response', (received) => resolve(received[':status']));
      stream.on('close', () => resolve('reset'));
    });
    expect([431, 'reset']).toContain(await status);
  }
  session.destroy();
});

test('HTTP/2: streams that are begun and reset at once end the connection, and the others are served meanwhile', async () => {
  const pair = (stream: number): Buffer => Buffer.concat([frame(FRAME.headers, END_HEADERS | END_STREAM, stream, get('/info')), frame(FRAME.reset, 0, stream, Buffer.from([0, 0, 0, 8]))]);
  const patient = await TestServer.open();
  const connection = RawConnection.to(patient.url);
  await connection.send(Buffer.concat([Buffer.from(PREFACE), frame(FRAME.settings, 0, 0), ...Array.from({ length: 20_000 }, (_, index) => pair(2 * index + 1))]));
  const served: number[] = [];
  for (let index = 0; index < 10; index += 1) served.push((await patient.send('GET', '/info')).status);
  expect(served).toEqual(Array.from({ length: 10 }, () => 200));
  await connection.untilClosed();
  await patient.close();
});

test('slow ones are let go: no first byte, no end of the headers, no end of the body', async () => {
  const silent = RawConnection.to(server.url);
  const headers = RawConnection.to(server.url);
  await headers.send('GET /info HTTP/1.1\r\nHost: localhost\r\nX: ');
  const body = RawConnection.to(server.url);
  await body.send('POST /ksql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{');
  const preface = RawConnection.to(server.url);
  await preface.send('PRI * HTTP/2.0\r\n');
  const quiet = await http2();
  const unfinished = await http2(frame(FRAME.headers, 0, 1, get('/info')));
  expect(await silent.untilClosed()).toBe('');
  expect(await headers.untilClosed()).toMatch(/^HTTP\/1\.1 408 /);
  expect(await body.untilClosed()).toMatch(/^HTTP\/1\.1 408 /);
  await Promise.all([preface.untilClosed(), quiet.untilClosed(), unfinished.untilClosed()]);
});

const long = 'x'.repeat(100_000);
const GROWING: readonly (readonly [string, object, string])[] = [
  ['a long variable that is named often', { ksql: `CREATE STREAM t AS SELECT '${'${a}'.repeat(10_000)}' AS x FROM s;`, sessionVariables: { a: long } }, 'Variables make the statements longer by more than 1000000 characters'],
  ['the same as a literal', { ksql: `CREATE STREAM t AS SELECT ${Array.from({ length: 20 }, (_, i) => `\${a} AS x${i}`).join(', ')} FROM s;`, sessionVariables: { a: `'${long}'` } }, 'Variables make the statements longer by more than 1000000 characters'],
  ['variables that double', { ksql: `DEFINE v0 = '0123456789'; ${Array.from({ length: 60 }, (_, i) => `DEFINE v${i + 1} = '\${v${i}}\${v${i}}';`).join(' ')} SHOW STREAMS;` }, 'Variables make the statements longer by more than 1000000 characters'],
  ['very many variables', { ksql: 'SHOW STREAMS;', sessionVariables: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`v${i}`, '1'])) }, 'At most 1000 variables may be defined at once'],
  ['very many questions', { ksql: 'SHOW STREAMS;'.repeat(70_000) }, 'At most 1000 statements of a request may ask or set something'],
  ['very many definitions', { ksql: `${"DEFINE a='';".repeat(70_000)} DEFINE b = '\${a}';` }, 'At most 1000 statements of a request may ask or set something'],
  ['very many settings', { ksql: "SET 'auto.offset.reset'='earliest';".repeat(20_000) }, 'At most 1000 statements of a request may ask or set something'],
  ['questions with long answers', { ksql: 'DESCRIBE wide;'.repeat(1000) }, 'The statements of the request answer with more than 33554432 characters'],
];

test.each(GROWING)('%s: refused before it costs memory or time', async (_name, body, message) => {
  const before = process.memoryUsage().rss;
  const answer = await server.post('/ksql', body);
  expect([answer.status, JSON.parse(answer.text)]).toMatchObject([400, { message: expect.stringContaining(message) as unknown }]);
  expect(process.memoryUsage().rss - before).toBeLessThan(400 * 2 ** 20);
  const query = await server.post('/query', body);
  expect(query.status).toBe(400);
});

test('as many as may be are answered', async () => {
  const answer = await server.post('/ksql', { ksql: 'SHOW STREAMS;'.repeat(1000) });
  expect([answer.status, (JSON.parse(answer.text) as unknown[]).length]).toEqual([200, 1000]);
});

test('HTTP/2: a body that does not end ends its stream, not the others of its connection; a stream of rows may stay', async () => {
  const slow = await http2(frame(FRAME.headers, END_HEADERS, 1, post('/ksql')), frame(FRAME.data, 0, 1, Buffer.from('{')), frame(FRAME.headers, END_HEADERS, 3, post('/inserts-stream')), frame(FRAME.data, 0, 3, Buffer.from('{"target":"s"}\n')));
  await slow.until((received) => frameTypes(received).includes(FRAME.reset));
  await slow.send(frame(FRAME.data, 0, 3, Buffer.from('{"V":1}\n')));
  await slow.until((received) => received.includes('"seq":0'));
  expect([slow.socket.destroyed, slow.received.includes('"status":"ok"')]).toEqual([false, true]);
  slow.end();
});

test('more connections than there may be are closed; those that are in stay', async () => {
  const first = RawConnection.to(server.url);
  await first.send('GET /info HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await first.until((received) => received.includes('200 OK'));
  const crowd = Array.from({ length: 300 }, () => RawConnection.to(server.url));
  await Promise.all(crowd.map((each) => each.untilClosed()));
  await first.send('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await first.until((received) => received.includes('"alive":true'));
  first.end();
});

test('a body in a million pieces costs its bytes, not its pieces', async () => {
  // With the time that many pieces take.
  const patient = await TestServer.open();
  const connection = RawConnection.to(patient.url);
  await connection.send(Buffer.concat([Buffer.from(PREFACE), frame(FRAME.settings, 0, 0), frame(FRAME.headers, END_HEADERS, 1, post('/ksql'))]));
  const piece = frame(FRAME.data, 0, 1, Buffer.from(' '));
  const before = process.memoryUsage().rss;
  await connection.send(Buffer.concat(Array.from({ length: 60_000 }, () => piece)));
  await connection.send(frame(FRAME.data, END_STREAM, 1, Buffer.from('{"ksql":"SHOW STREAMS;"}')));
  await connection.until((received) => received.includes('"streams"') || received.includes('@type'));
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  connection.end();
  await patient.close();
});
