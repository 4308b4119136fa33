import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestServer, until } from './test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.open({ 'ksql.query.push.v2.continuation.tokens.enabled': 'true', 'ksql.query.pull.consistency.token.enabled': 'true' });
  await server.run("CREATE STREAM s (id INT KEY, v INT) WITH (kafka_topic='s', partitions=2, value_format='json'); CREATE TABLE t AS SELECT id, SUM(v) AS total FROM s GROUP BY id;");
});
afterAll(() => server.close());

const insert = (from: number, to: number): Promise<void> => server.run(Array.from({ length: to - from }, (_, index) => `INSERT INTO s (id, v) VALUES (${from + index}, ${from + index});`).join(''));
const EARLIEST = { 'auto.offset.reset': 'earliest' };

interface Seen {
  readonly rows: number[];
  token: string | null;
}

/** Reads a push answer until a token has come after row `last`, then cuts it. */
async function readUpTo(last: number, requestProperties: Readonly<Record<string, string>>, properties: Readonly<Record<string, string>> = {}): Promise<Seen> {
  const body = JSON.stringify({ sql: 'SELECT id FROM s EMIT CHANGES;', properties, requestProperties });
  const answer = await server.start('POST', '/query-stream', body).response;
  let text = '';
  answer.on('data', (chunk) => (text += String(chunk)));
  const seen: Seen = { rows: [], token: null };
  await until(() => {
    seen.rows.length = 0;
    seen.token = null;
    for (const line of text.split('\n').slice(1, -1)) {
      const parsed: unknown = JSON.parse(line);
      if (Array.isArray(parsed)) seen.rows.push(Number(parsed[0]));
      else if (typeof parsed === 'object' && parsed !== null && 'continuationToken' in parsed && seen.rows.includes(last)) seen.token = String(parsed.continuationToken);
    }
    return seen.token !== null;
  }, 5000);
  answer.destroy();
  return seen;
}

test('a push query that was cut off goes on with its token: every row, none twice', async () => {
  await insert(0, 6);
  const first = await readUpTo(5, {}, EARLIEST);
  expect([...first.rows].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  await insert(6, 9);
  const second = await readUpTo(8, { 'ksql.request.query.push.continuation.token': first.token ?? '' });
  expect([...second.rows].sort()).toEqual([6, 7, 8]);
});

test.each(['nonsense', Buffer.from('{"e":{"o":[-1]}}').toString('base64'), Buffer.from('{"e":{"o":["1"]}}').toString('base64'), Buffer.from('null').toString('base64')])('the token %s is refused', async (token) => {
  const answer = await server.post('/query-stream', { sql: 'SELECT id FROM s EMIT CHANGES;', requestProperties: { 'ksql.request.query.push.continuation.token': token } });
  expect([answer.status, JSON.parse(answer.text)]).toMatchObject([400, { error_code: 40000 }]);
});

test('a token beyond the end of a stream is refused, not read as the end', async () => {
  const token = Buffer.from('{"s":{"o":[0,0]},"e":{"o":[900,900]},"v":0}').toString('base64');
  const answer = await server.post('/query-stream', { sql: 'SELECT id FROM s EMIT CHANGES;', requestProperties: { 'ksql.request.query.push.continuation.token': token } });
  expect(answer.text).toContain('error_code');
});

test('every form of an answer carries tokens', async () => {
  const sql = 'SELECT * FROM t WHERE id = 5;';
  const [lines, array, objects] = await Promise.all([
    server.post('/query-stream', { sql }),
    server.post('/query-stream', { sql }, { accept: 'application/json' }),
    server.post('/query', { ksql: sql }),
  ]);
  expect(lines.text.trim().split('\n').at(-1)).toMatch(/^\{"consistencyToken":"[^"]+"\}$/);
  expect(array.text).toMatch(/,\n\{"consistencyToken":"[^"]+"\}\]\n$/);
  expect(objects.text).toMatch(/,\n\{"consistencyToken":\{"consistencyToken":"[^"]+"\}\}\]\n$/);
});

test('an answer knows what the token of an earlier one knew, and waits for more', async () => {
  const tokenOf = async (requestProperties: Readonly<Record<string, string>> = {}): Promise<{ readonly status: number; readonly text: string; readonly token: string }> => {
    const answer = await server.post('/query-stream', { sql: 'SELECT * FROM t WHERE id = 5;', requestProperties });
    const [, token = ''] = /"consistencyToken":"([^"]+)"/.exec(answer.text) ?? [];
    return { status: answer.status, text: answer.text, token };
  };
  const first = await tokenOf();
  // The test looks into what is opaque to clients.
  const { t } = JSON.parse(Buffer.from(first.token, 'base64').toString()) as { readonly t: readonly [string, number, number][] };
  expect(t.reduce((sum, [, , offset]) => sum + offset, 0)).toBe(9);
  // A record more in every partition than were read: the answer waits for it.
  const ahead = Buffer.from(JSON.stringify({ v: 1, t: t.map(([topic, partition, offset]) => [topic, partition, offset + 1]) })).toString('base64');
  let isDone = false;
  const waiting = tokenOf({ 'ksql.request.query.pull.consistency.vector': ahead }).finally(() => (isDone = true));
  expect((await tokenOf({ 'ksql.request.query.pull.consistency.vector': first.token })).status).toBe(200);
  expect(isDone).toBe(false);
  for (let id = 5; !isDone && id < 100; id += 1) await insert(id, id + 1);
  expect((await waiting).text).toContain('[5,10]');
  expect((await tokenOf({ 'ksql.request.query.pull.consistency.vector': 'x' })).status).toBe(400);
});
