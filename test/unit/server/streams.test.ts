import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { TestServer, sendHttp2, until } from './test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.open({ 'ksql.streams.auto.offset.reset': 'earliest' });
  await server.run(
    "CREATE STREAM s (id INT KEY, v BIGINT, d DECIMAL(5,2), b BYTES, a ARRAY<STRUCT<x INT>>, `low` STRING) WITH (kafka_topic='s', partitions=1, value_format='json');" +
      "CREATE SOURCE STREAM ro (v INT) WITH (kafka_topic='s', value_format='json');",
  );
});
afterAll(() => server.close());

async function insert(pieces: readonly string[], headers: Readonly<Record<string, string>> = {}): Promise<{ readonly status: number; readonly text: string; readonly acks: unknown[] }> {
  const session = server.http2();
  const answer = await sendHttp2(session, '/inserts-stream', pieces, headers);
  session.close();
  const text = answer.frames.join('');
  return { status: answer.status, text, acks: answer.status === 200 && headers['accept'] === undefined ? text.split('\n').filter((line) => line !== '').map((line): unknown => JSON.parse(line)) : [] };
}

test('inserted rows are acknowledged one by one and can be read', async () => {
  const { acks } = await insert([
    '{"target":"s"}\n',
    '{"id":1,"v":9007199254740993,"d":"1.5","b":"AQI=","a":[{"X":1},{"x":null}],"\\"low\\"":"q"}\n{"ID":2,',
    '"V":null,"unknown":true}\n',
  ]);
  expect(acks).toEqual([{ status: 'ok', seq: 0 }, { status: 'ok', seq: 1 }]);
  const rows = await server.post('/query-stream', { sql: 'SELECT * FROM s EMIT CHANGES LIMIT 2;' });
  expect(rows.text.split('\n').slice(1)).toEqual(['[1,9007199254740993,1.50,"AQI=",[{"X":1},{"X":null}],"q"]', '[2,null,null,null,null,null]', '']);
});

test('acknowledgements as one array', async () => {
  const { text } = await insert(['{"target":"s"}\n{"id":1}\n{"id":2}\n'], { accept: 'application/json' });
  expect(JSON.parse(text)).toEqual([{ status: 'ok', seq: 0 }, { status: 'ok', seq: 1 }]);
});

test.each([
  ['{"id":1}\n{"id":"x"}\n{"id":3}\n', [{ status: 'ok', seq: 0 }, { '@type': 'InsertError', status: 'error', seq: 1, error_code: 40000, message: "Can't coerce a field of \"x\" into type INTEGER" }]],
  ['{"v":1}\n', [{ '@type': 'InsertError', status: 'error', seq: 0, error_code: 40000, message: 'Key field must be specified: ID' }]],
  ['{"id":1,"d":"abc"}\n', [{ '@type': 'InsertError', status: 'error', seq: 0, error_code: 50000, message: '"abc" is not a DECIMAL(5, 2)' }]],
  ['{"id":1.5}\n', [{ '@type': 'InsertError', status: 'error', seq: 0, error_code: 40000, message: "Can't coerce a field of 1.5 into type INTEGER" }]],
  ['nonsense\n', [{ '@type': 'InsertError', status: 'error', seq: 0, error_code: 40000, message: 'A row is not JSON' }]],
])('a bad row stops the stream after those before it: %s', async (rows, expected) => {
  expect((await insert([`{"target":"s"}\n${rows}`])).acks).toEqual(expected);
});

test('targets that take no rows, and other ways to ask wrongly', async () => {
  expect(JSON.parse((await insert(['{"target":"nothing"}\n'])).text)).toMatchObject({ error_code: 40001 });
  expect((await insert(['{"target":"ro"}\n{"v":1}\n'])).acks).toMatchObject([{ '@type': 'InsertError', seq: 0, error_code: 50000 }]);
  expect((await insert(['{"target":"s"}\n'], { accept: 'application/vnd.ksql.v1+json' })).status).toBe(406);
  const http1 = await server.post('/inserts-stream', '{"target":"s"}\n');
  expect([http1.status, JSON.parse(http1.text)]).toMatchObject([400, { error_code: 40004 }]);
});

interface Talk {
  readonly frames: readonly unknown[];
  readonly code: number;
  readonly reason: string;
}
function talk(request: unknown, more = ''): Promise<Talk> {
  return new Promise((resolve, reject) => {
    const text = typeof request === 'string' ? request : JSON.stringify(request);
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/query?request=${encodeURIComponent(text)}${more}`);
    const frames: unknown[] = [];
    socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString('utf8'))));
    socket.on('close', (code, reason) => resolve({ frames, code, reason: reason.toString('utf8') }));
    socket.on('error', reject);
  });
}

test('a query over a WebSocket: the fields, a frame a row, then done', async () => {
  await server.run("CREATE STREAM w (v INT) WITH (kafka_topic='w', partitions=1, value_format='json'); INSERT INTO w VALUES (7);");
  const { frames, code, reason } = await talk({ ksql: 'SELECT v FROM w EMIT CHANGES LIMIT 1;' });
  expect([code, reason]).toEqual([1000, 'done']);
  expect(frames).toEqual([[{ name: 'V', schema: { type: 'INTEGER', fields: null, memberSchema: null } }], { row: { columns: [7] } }]);
});

test('errors over a WebSocket are the reason of its end', async () => {
  expect(await talk({ ksql: 'SELECT x FROM w EMIT CHANGES;' })).toMatchObject({ code: 1003 });
  expect(await talk('{')).toMatchObject({ code: 1003, reason: 'Could not parse the request body as JSON' });
  expect(await talk({ ksql: 'SELECT v FROM w EMIT CHANGES LIMIT 1;' }, '&version=9')).toMatchObject({ code: 1003 });
});

test('an upgrade elsewhere is refused', async () => {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/other`);
  await expect(new Promise((_resolve, reject) => socket.on('error', reject))).rejects.toThrow('404');
});

test('a silent answer is kept alive by blank lines where that was asked for', async () => {
  const server = await TestServer.open();
  await server.run("CREATE STREAM s (v INT) WITH (kafka_topic='s', partitions=1, value_format='json');");
  const answer = await server.start('POST', '/query-stream', '{"sql":"SELECT * FROM s EMIT CHANGES;","requestProperties":{"millrace.keep.alive.ms":10}}').response;
  let text = '';
  answer.on('data', (chunk) => (text += String(chunk)));
  await until(() => text.endsWith('\n\n\n'), 5000);
  answer.destroy();
  await server.close();
});
