import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestServer, sendHttp2, until } from './test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.open({ 'ksql.streams.auto.offset.reset': 'earliest' });
  await server.run(
    "CREATE STREAM s (id INT KEY, v BIGINT, d DECIMAL(5,2)) WITH (kafka_topic='s', partitions=1, value_format='json');" +
      'CREATE TABLE t AS SELECT id, SUM(v) AS total FROM s GROUP BY id;' +
      'INSERT INTO s VALUES (1, 10, 1.50); INSERT INTO s VALUES (2, 9007199254740993, 2.00); INSERT INTO s VALUES (1, 5, null);',
  );
});
afterAll(() => server.close());

const V1 = { accept: 'application/vnd.ksql.v1+json' };
const lines = (text: string): unknown[] => text.split('\n').filter((line) => line !== '').map((line): unknown => JSON.parse(line));
const pushQueries = async (of: TestServer): Promise<number> => {
  const [entity] = await of.local.engine.execute('SHOW QUERIES;');
  return entity?.['@type'] === 'queries' ? entity.queries.filter((query) => query.queryType === 'PUSH').length : -1;
};
let push = 0;
/** Waits for the number of push queries to become what is expected. */
async function whenPushQueries(of: TestServer, expected: number, withinMs: number): Promise<number> {
  push = -1;
  let asking = false;
  return until(() => {
    if (!asking) {
      asking = true;
      void pushQueries(of).then((count) => {
        push = count;
        asking = false;
      });
    }
    return push === expected;
  }, withinMs);
}

test('a pull query as lines: metadata, then a row a line, exact digits', async () => {
  const answer = await server.post('/query-stream', { sql: 'SELECT * FROM t WHERE id = 2;' });
  expect(answer.headers['content-type']).toBe('application/vnd.ksqlapi.delimited.v1');
  expect(answer.text).toMatch(/^\{"queryId":"query_\d+","columnNames":\["ID","TOTAL"\],"columnTypes":\["INTEGER","BIGINT"\]\}\n\[2,9007199254740993\]\n$/);
});

test('a pull query as objects: keys are marked, no final message', async () => {
  const answer = await server.post('/query', { ksql: 'SELECT * FROM t WHERE id = 1;' }, V1);
  expect(JSON.parse(answer.text)).toMatchObject([{ header: { schema: '`ID` INTEGER KEY, `TOTAL` BIGINT' } }, { row: { columns: [1, 15] } }]);
  expect(answer.headers['content-type']).toBe('application/vnd.ksql.v1+json');
});

test('no rows are still a whole answer', async () => {
  expect(JSON.parse((await server.post('/query', { ksql: 'SELECT * FROM t WHERE id = 77;' }, V1)).text)).toHaveLength(1);
  expect((await server.post('/query-stream', { sql: 'SELECT * FROM t WHERE id = 77;' })).text.split('\n')).toHaveLength(2);
});

test('a push query ends at its limit and says so', async () => {
  const answer = await server.post('/query', { ksql: 'SELECT id, d FROM s EMIT CHANGES LIMIT 2;' }, V1);
  expect(answer.text.split('\n').slice(1)).toEqual(['{"row":{"columns":[1,1.50]}},', '{"row":{"columns":[2,2.00]}},', '{"finalMessage":"Limit Reached"}]', '']);
});

test('a pull query on a stream ends where the stream ends', async () => {
  const answer = await server.post('/query', { ksql: 'SELECT v FROM s WHERE id = 1;' }, V1);
  expect(JSON.parse(answer.text)).toMatchObject([{ header: { schema: '`V` BIGINT' } }, { row: { columns: [10] } }, { row: { columns: [5] } }, { finalMessage: 'Query Completed' }]);
});

test('one JSON array of metadata and rows', async () => {
  const answer = await server.post('/query-stream', { sql: 'SELECT id FROM s EMIT CHANGES LIMIT 2;' }, { accept: 'application/json' });
  expect(JSON.parse(answer.text)).toMatchObject([{ columnNames: ['ID'] }, [1], [2]]);
});

test('rows as protobuf messages', async () => {
  const answer = await server.post('/query-stream', { sql: 'SELECT * FROM t WHERE id = 1;' }, { accept: 'application/vnd.ksql.v1+protobuf' });
  expect(JSON.parse(answer.text)).toMatchObject([
    { header: { protoSchema: 'syntax = "proto3";\n\nmessage ConnectDefault1 {\n  int32 ID = 1;\n  int64 TOTAL = 2;\n}\n' } },
    { row: { protobufBytes: Buffer.from([8, 1, 16, 15]).toString('base64') } },
  ]);
});

test('columns that no protobuf schema can name are refused', async () => {
  const answer = await server.post('/query-stream', { sql: 'SELECT id AS `a b` FROM s EMIT CHANGES;' }, { accept: 'application/vnd.ksql.v1+protobuf' });
  expect([answer.status, JSON.parse(answer.text)]).toMatchObject([400, { error_code: 40000 }]);
  await whenPushQueries(server, 0, 1000);
});

test.each([
  ['/query', 'SHOW STREAMS;', 40000],
  ['/query-stream', 'SHOW STREAMS;', 40001],
  ['/query', 'SELECT nothing FROM s EMIT CHANGES;', 40001],
  ['/query-stream', 'SELECT * FROM s EMIT CHANGES; SELECT * FROM s EMIT CHANGES;', 40000],
  ['/query-stream', '', 40000],
])('%s refuses %s with %d before anything is sent', async (path, sql, code) => {
  const answer = await server.post(path, { sql });
  expect([answer.status, JSON.parse(answer.text)]).toMatchObject([400, { error_code: code }]);
});

test('PRINT as text: with formats as JSON type, rows only as lines, not as objects', async () => {
  const named = await server.send('POST', '/query', '{"ksql":"PRINT s FROM BEGINNING LIMIT 1;"}');
  expect(named.headers['content-type']).toBe('application/json');
  expect(named.text).toMatch(/^Key format: KAFKA_INT[^\n]*\nValue format: JSON[^\n]*\nrowtime: \d{4}\/\d\d\/\d\d [\d:.]+ Z, key: 1, value: \{"V":10,"D":1\.50\}, partition: 0\n$/);
  const plain = await server.post('/query-stream', { sql: 'PRINT s FROM BEGINNING LIMIT 1;' });
  expect(plain.text).toMatch(/^rowtime: /);
  expect((await server.post('/query', { ksql: 'PRINT s LIMIT 1;' }, V1)).status).toBe(406);
  expect((await server.post('/query', { ksql: 'PRINT nothing;' }, { accept: 'application/json' })).status).toBe(400);
});

test('HTTP/2 with prior knowledge: header and every row in a frame of its own', async () => {
  const session = server.http2();
  const answer = await sendHttp2(session, '/query-stream', ['{"sql":"SELECT id, v FROM s EMIT CHANGES LIMIT 3;"}']);
  expect(answer.status).toBe(200);
  expect(answer.frames).toHaveLength(4);
  expect(answer.frames.map((frame): unknown => JSON.parse(frame)).slice(1, 3)).toEqual([[1, 10], [2, 9007199254740992]]);
  const pull = await sendHttp2(session, '/query-stream', ['{"sql":"SELECT * FROM t;"}']);
  expect(pull.frames).toHaveLength(3);
  session.close();
});

test('rows may be inserted by a client that asked to upgrade to HTTP/2', async () => {
  const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' };
  await server.run("CREATE STREAM upgraded (v INT) WITH (kafka_topic='upgraded', value_format='JSON', partitions=1);");
  const answer = await server.post('/inserts-stream', '{"target":"upgraded"}\n{"v":1}\n{"v":2}\n', headers);
  expect(answer.text).toBe('{"status":"ok","seq":0}\n{"status":"ok","seq":1}\n');
  expect((await server.post('/inserts-stream', '{"target":"upgraded"}\n{"v":1}\n')).status).toBe(400);
});

test('an upgrade to h2c is answered in HTTP/1.1', async () => {
  const answer = await server.post('/ksql', { ksql: 'SHOW STREAMS;' }, { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' });
  expect([answer.status, answer.text.includes('"@type":"streams"')]).toEqual([200, true]);
});

/** A connection on which one raw request was sent; `first` resolves at the first bytes of the answer. */
function raw(path: string, body: string): { readonly socket: Socket; readonly first: Promise<string> } {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  return { socket, first: new Promise((resolve) => socket.once('data', (chunk) => resolve(chunk.toString('utf8')))) };
}

test('a client that goes ends its query, politely or by reset', async () => {
  for (const leave of [(socket: Socket) => socket.end(), (socket: Socket) => socket.destroy(), (socket: Socket) => socket.resetAndDestroy()]) {
    const { socket, first } = raw('/query-stream', '{"sql":"SELECT * FROM s EMIT CHANGES;"}');
    expect(await first).toContain('200 OK');
    await whenPushQueries(server, 1, 1000);
    leave(socket);
    await whenPushQueries(server, 0, 1000);
  }
});

test('a client that goes at once leaves no query behind', async () => {
  for (let index = 0; index < 20; index += 1) {
    const { socket } = raw('/query-stream', '{"sql":"SELECT * FROM s EMIT CHANGES;"}');
    await new Promise((resolve) => socket.once('connect', resolve));
    for (let turn = 0; turn < index; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    socket.resetAndDestroy();
  }
  await whenPushQueries(server, 0, 2000);
});

test('an HTTP/2 stream that is cancelled ends its query; the others of the connection go on', async () => {
  const session = server.http2();
  const stream = session.request({ ':method': 'POST', ':path': '/query-stream' });
  stream.on('error', () => undefined);
  stream.end('{"sql":"SELECT * FROM s EMIT CHANGES;"}');
  await new Promise((resolve) => stream.once('data', resolve));
  await whenPushQueries(server, 1, 1000);
  stream.close(8);
  await whenPushQueries(server, 0, 1000);
  expect((await sendHttp2(session, '/ksql', ['{"ksql":"SHOW STREAMS;"}'])).status).toBe(200);
  session.close();
});

test('close-query ends a push query by its id', async () => {
  const { response } = server.start('POST', '/query', '{"ksql":"SELECT v FROM s EMIT CHANGES;"}', V1);
  const answer = await response;
  let text = '';
  const id = await new Promise<string>((resolve) => {
    answer.on('data', (chunk) => {
      text += String(chunk);
      const found = /"queryId":"([^"]+)"/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const ended = new Promise((resolve) => answer.on('end', resolve));
  const closed = await server.post('/close-query', { queryId: id });
  expect([closed.status, closed.text]).toEqual([200, '']);
  await ended;
  expect(lines(`${text.split('\n').at(-2)?.replace(/[\],]+$/, '')}`)).toEqual([{ finalMessage: 'Query Completed' }]);
  expect(JSON.parse((await server.post('/close-query', { queryId: id })).text)).toMatchObject({ error_code: 40000 });
});

test('too many push queries are refused', async () => {
  const small = await TestServer.open({ 'ksql.max.push.queries': '1' });
  await small.run("CREATE STREAM s (v INT) WITH (kafka_topic='s', partitions=1, value_format='json');");
  const first = await small.start('POST', '/query-stream', '{"sql":"SELECT * FROM s EMIT CHANGES;"}').response;
  expect(first.statusCode).toBe(200);
  const second = await small.post('/query-stream', { sql: 'SELECT * FROM s EMIT CHANGES;' });
  expect([second.status, JSON.parse(second.text)]).toMatchObject([400, { error_code: 40003 }]);
  first.destroy();
  await small.close();
});

test('pull queries over the rate are refused with advice when to come back', async () => {
  const small = await TestServer.open({ 'ksql.query.pull.max.qps': '2', 'ksql.streams.auto.offset.reset': 'earliest' });
  await small.run("CREATE STREAM s (id INT KEY, v INT) WITH (kafka_topic='s', partitions=1, value_format='json'); CREATE TABLE t AS SELECT id, COUNT(*) AS n FROM s GROUP BY id;");
  const answers = [];
  for (let index = 0; index < 3; index += 1) answers.push(await small.post('/query-stream', { sql: 'SELECT * FROM t WHERE id=1;' }));
  expect(answers.map((each) => each.status)).toEqual([200, 200, 429]);
  expect(answers[2]?.headers['retry-after']).toBe('1');
  expect(JSON.parse(answers[2]?.text ?? '')).toMatchObject({ '@type': 'generic_error', error_code: 42900 });
  await small.close();
});

test('a slow reader holds back its own query: the server keeps little of what it has not taken', async () => {
  await server.run("CREATE STREAM big (v STRING) WITH (kafka_topic='big', partitions=1, value_format='json');");
  const value = 'x'.repeat(10_000);
  await server.local.engine.insert('BIG', Array.from({ length: 3000 }, () => new Map([['V', value]])));
  const before = process.memoryUsage().heapUsed + process.memoryUsage().external;
  const { request, response } = server.start('POST', '/query-stream', '{"sql":"SELECT * FROM big EMIT CHANGES LIMIT 3000;"}');
  const answer = await response;
  answer.pause();
  // Another client is served meanwhile, many times over.
  for (let index = 0; index < 50; index += 1) expect((await server.post('/query-stream', { sql: 'SELECT * FROM t WHERE id=1;' })).status).toBe(200);
  const grown = process.memoryUsage().heapUsed + process.memoryUsage().external - before;
  expect(grown).toBeLessThan(120 * 1024 * 1024);
  let bytes = 0;
  for await (const chunk of answer) bytes += Buffer.byteLength(String(chunk));
  expect(bytes).toBeGreaterThan(3000 * 10_000);
  request.destroy();
});

test('a server that closes ends push queries with a whole answer and takes no new requests', async () => {
  const closing = await TestServer.open({ 'ksql.streams.auto.offset.reset': 'earliest' });
  await closing.run("CREATE STREAM s (v INT) WITH (kafka_topic='s', partitions=1, value_format='json'); INSERT INTO s VALUES (1);");
  const answer = await closing.start('POST', '/query', '{"ksql":"SELECT * FROM s EMIT CHANGES;"}', V1).response;
  let text = '';
  const whole = new Promise<void>((resolve) => answer.on('end', () => resolve()));
  await new Promise<void>((resolve) => {
    answer.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('"row"')) resolve();
    });
  });
  await closing.server.close(5000);
  await whole;
  expect(JSON.parse(text)).toHaveLength(3);
  await expect(closing.send('GET', '/info')).rejects.toThrow(/ECONNREFUSED/);
  await closing.local.engine.close();
});
