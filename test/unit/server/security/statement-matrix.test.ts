import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../../../src/env/index.js';
import { sendHttp2, TestServer } from '../test-server.js';
import { basic, FILES, SECURED } from './callers.js';

type Who = 'idle' | 'reader' | 'scoped' | 'writer' | 'boss';
const WHO: readonly Who[] = ['idle', 'reader', 'scoped', 'writer', 'boss'];

/** Statements with those who may run them. `scoped` reads ORDERS and TEAM_*, and writes TEAM_* over topics team_*. */
const STATEMENTS: readonly (readonly [sql: string, who: readonly Who[]])[] = [
  ['SHOW STREAMS;', ['reader', 'scoped', 'writer', 'boss']],
  ['SHOW PROPERTIES;', ['reader', 'scoped', 'writer', 'boss']],
  ["SET 'auto.offset.reset'='earliest';", ['reader', 'scoped', 'writer', 'boss']],
  ["DEFINE a = 'b';", ['reader', 'scoped', 'writer', 'boss']],
  ['DESCRIBE orders;', ['reader', 'scoped', 'writer', 'boss']],
  ['DESCRIBE secrets;', ['reader', 'writer', 'boss']],
  ['SHOW STREAMS EXTENDED;', ['reader', 'writer', 'boss']],
  ['EXPLAIN SELECT * FROM secrets EMIT CHANGES;', ['reader', 'writer', 'boss']],
  ['EXPLAIN SELECT * FROM orders EMIT CHANGES;', ['reader', 'scoped', 'writer', 'boss']],
  ['EXPLAIN CREATE STREAM x AS SELECT * FROM secrets;', ['reader', 'writer', 'boss']],
  ['EXPLAIN CSAS_COPY_3;', ['reader', 'writer', 'boss']],
  ["INSERT INTO orders (id) VALUES ('1');", ['writer', 'boss']],
  ["INSERT INTO team_in (id) VALUES ('1');", ['scoped', 'writer', 'boss']],
  ['INSERT INTO team_in SELECT * FROM secrets;', ['writer', 'boss']],
  ['INSERT INTO orders SELECT * FROM team_in;', ['writer', 'boss']],
  ["CREATE STREAM a1 (id STRING) WITH (kafka_topic='team_in', value_format='json');", ['writer', 'boss']],
  // A source of the team over a topic of others would let it read and write there.
  ["CREATE STREAM team_a (id STRING) WITH (kafka_topic='secrets', value_format='json');", ['writer', 'boss']],
  ["CREATE STREAM team_b (id STRING) WITH (\"kafka_topic\"='secrets', value_format='json');", ['writer', 'boss']],
  ["CREATE STREAM team_c AS SELECT * FROM secrets;", ['writer', 'boss']],
  ["CREATE STREAM team_d WITH (kafka_topic='secrets') AS SELECT * FROM orders;", ['writer', 'boss']],
  ['CREATE STREAM team_e AS SELECT o.id FROM orders o JOIN secrets s WITHIN 1 HOUR ON o.id = s.id;', ['writer', 'boss']],
  ["SET 'ksql.output.topic.name.prefix'='secrets_'; CREATE STREAM team_g AS SELECT * FROM orders;", ['writer', 'boss']],
  // What a variable hides is looked at once it stands in the text.
  ["DEFINE s = 'secrets'; CREATE STREAM team_f AS SELECT * FROM ${s};", ['writer', 'boss']],
  ['DROP STREAM orders;', ['writer', 'boss']],
  ['ALTER STREAM orders ADD COLUMN n INT;', ['writer', 'boss']],
  ['CREATE TYPE t AS STRING;', ['scoped', 'writer', 'boss']],
  ['TERMINATE CSAS_COPY_3;', ['writer', 'boss']],
  ['PAUSE CSAS_COPY_3;', ['writer', 'boss']],
  ['TERMINATE ALL;', ['boss']],
  ["ALTER SYSTEM 'commit.interval.ms'='100';", ['boss']],
  ["CREATE SOURCE CONNECTOR c WITH ('connector.class'='x');", ['boss']],
  ['DROP CONNECTOR c;', ['boss']],
  ['ASSERT TOPIC secrets;', ['reader', 'writer', 'boss']],
  // All or nothing: what comes first has not run either.
  ['CREATE TYPE first AS STRING; DROP STREAM secrets;', ['writer', 'boss']],
];
const QUERIES: readonly (readonly [sql: string, who: readonly Who[]])[] = [
  ['SELECT * FROM orders;', ['reader', 'scoped', 'writer', 'boss']],
  ['SELECT * FROM secrets;', ['reader', 'writer', 'boss']],
  ['SELECT * FROM secrets EMIT CHANGES LIMIT 1;', ['reader', 'writer', 'boss']],
  ['SELECT o.id FROM orders o JOIN secrets s WITHIN 1 HOUR ON o.id = s.id EMIT CHANGES LIMIT 1;', ['reader', 'writer', 'boss']],
  ["SELECT * FROM private WHERE id = 'a';", ['reader', 'writer', 'boss']],
  ["SELECT * FROM private WHERE id = 'b';", ['reader', 'writer', 'boss']],
  ['SELECT * FROM private;', ['reader', 'writer', 'boss']],
  ['PRINT secrets FROM BEGINNING LIMIT 1;', ['reader', 'writer', 'boss']],
  ['PRINT team_in FROM BEGINNING LIMIT 1;', ['reader', 'scoped', 'writer', 'boss']],
];

let server: TestServer;
beforeAll(async () => {
  let now = 0;
  server = await TestServer.open({ ...SECURED, 'ksql.streams.auto.offset.reset': 'earliest' }, FILES, { clock: { ...systemClock(), monotonic: () => (now += 10_000) } });
  await server.run(
    "CREATE STREAM orders (id STRING) WITH (kafka_topic='orders', partitions=1, value_format='json');" +
      "CREATE STREAM secrets (id STRING) WITH (kafka_topic='secrets', partitions=1, value_format='json');" +
      "CREATE STREAM team_in (id STRING) WITH (kafka_topic='team_in', partitions=1, value_format='json');" +
      'CREATE STREAM copy AS SELECT * FROM secrets; CREATE TABLE private AS SELECT id, COUNT(*) AS n FROM secrets GROUP BY id;' +
      "INSERT INTO secrets (id) VALUES ('x'); INSERT INTO team_in (id) VALUES ('x'); INSERT INTO orders (id) VALUES ('x');",
  );
});
afterAll(() => server.close());

async function overWebSocket(sql: string, who: Who): Promise<boolean> {
  const request = encodeURIComponent(JSON.stringify({ ksql: sql }));
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/query?request=${request}`, { headers: basic(who) });
  return new Promise((resolve) => {
    socket.on('message', () => {
      resolve(true);
      socket.terminate();
    });
    socket.on('close', (_code, reason) => resolve(!/forbidden|denied/.test(String(reason))));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode !== 403));
    socket.on('error', () => undefined);
  });
}

async function isLetIn(path: string, sql: string, who: Who): Promise<boolean> {
  if (path === '/ws/query') return overWebSocket(sql, who);
  const { response, request } = server.start('POST', path, JSON.stringify({ ksql: sql }), { ...basic(who), accept: path === '/query' ? 'application/json' : '*/*' });
  const { statusCode } = await response;
  request.destroy();
  return statusCode !== 403;
}

test.each(['/query', '/query-stream', '/ws/query'])('queries over %s', async (path) => {
  const wrong: string[] = [];
  // Those who may read come first, so that what they had planned is there for the others.
  for (const who of WHO.toReversed()) {
    for (const [sql, allowed] of QUERIES) if ((await isLetIn(path, sql, who)) !== allowed.includes(who)) wrong.push(`${who}: ${sql}`);
  }
  expect(wrong).toEqual([]);
});

test('rows are inserted by those who may write to their target', async () => {
  const session = server.http2();
  const insert = async (target: string, who: Who): Promise<number> => (await sendHttp2(session, '/inserts-stream', [`{"target":"${target}"}\n{"ID":"1"}\n`], basic(who))).status;
  expect(await Promise.all([insert('team_in', 'scoped'), insert('secrets', 'scoped'), insert('team_in', 'reader'), insert('secrets', 'writer')])).toEqual([200, 403, 403, 200]);
  session.close();
});

test('lists hold what their reader may read', async () => {
  const list = async (what: string, who: Who): Promise<readonly string[]> => {
    const { text } = await server.post('/ksql', { ksql: `SHOW ${what};` }, basic(who));
    return ['orders', 'secrets', 'team_in', 'copy'].filter((name) => text.toLowerCase().includes(`"${name}"`));
  };
  expect([await list('STREAMS', 'scoped'), await list('STREAMS', 'reader')]).toEqual([['orders', 'team_in'], ['orders', 'secrets', 'team_in', 'copy']]);
  expect([await list('TOPICS', 'scoped'), await list('TOPICS', 'reader')]).toEqual([['team_in'], ['orders', 'secrets', 'team_in', 'copy']]);
  expect([await list('QUERIES', 'scoped'), await list('QUERIES', 'reader')]).toEqual([[], ['copy']]);
});

test('push queries are listed for who started them, and for who may read all that their texts name', async () => {
  const open = async (sql: string, who: Who): Promise<() => void> => {
    const { response, request } = server.start('POST', '/query-stream', JSON.stringify({ sql }), basic(who));
    await response;
    return () => void request.destroy();
  };
  const ends = [await open("SELECT * FROM secrets WHERE id <> 'hush' EMIT CHANGES;", 'reader'), await open("SELECT * FROM orders WHERE id <> 'plain' EMIT CHANGES;", 'reader')];
  const list = async (who: Who): Promise<readonly string[]> => {
    const { text } = await server.post('/ksql', { ksql: 'SHOW QUERIES;' }, basic(who));
    return ['hush', 'plain'].filter((word) => text.includes(word));
  };
  const lists = [await list('scoped'), await list('reader'), await list('boss')];
  for (const end of ends) end();
  expect(lists).toEqual([['plain'], ['hush', 'plain'], ['hush', 'plain']]);
});

test('what became of a command is told to who may read what it names', async () => {
  await server.post('/ksql', { ksql: 'CREATE STREAM hidden AS SELECT * FROM secrets; CREATE STREAM team_out AS SELECT * FROM orders;' }, basic('boss'));
  await server.post('/ksql', { ksql: 'DROP STREAM hidden; DROP STREAM team_out;' }, basic('boss'));
  const ids = ['stream/`HIDDEN`/create', 'stream/HIDDEN/drop', 'stream/`TEAM_OUT`/create', 'stream/TEAM_OUT/drop'];
  const told = async (who: Who): Promise<readonly string[]> => {
    const { commandStatuses } = JSON.parse((await server.send('GET', '/status', null, basic(who))).text) as { readonly commandStatuses: object };
    return ids.filter((id) => Object.hasOwn(commandStatuses, id));
  };
  const asked = (who: Who): Promise<readonly number[]> => Promise.all(ids.map(async (id) => (await server.send('GET', `/status/${encodeURI(id)}`, null, basic(who))).status));
  expect([await told('scoped'), await told('reader')]).toEqual([ids.slice(2), ids]);
  expect([await asked('scoped'), await asked('reader')]).toEqual([[404, 404, 200, 200], [200, 200, 200, 200]]);
});

test('files go in and out by the same rights', async () => {
  const put = async (target: string, who: Who): Promise<number> => (await server.post(`/import?target=${target}`, '{"ID":"9"}\n', basic(who))).status;
  const ask = async (target: string, who: Who): Promise<number> => (await server.send('GET', `/import?target=${target}&token=t`, null, basic(who))).status;
  const take = async (target: string, who: Who): Promise<number> => (await server.post('/export', { target, limit: 1 }, basic(who))).status;
  expect([await put('team_in', 'scoped'), await put('TEAM_IN', 'reader'), await put('secrets', 'scoped'), await put('nothing', 'scoped'), await put('secrets', 'writer')]).toEqual([200, 403, 403, 403, 200]);
  expect([await ask('team_in', 'scoped'), await ask('secrets', 'scoped'), await ask('secrets', 'reader')]).toEqual([200, 403, 403]);
  expect([await take('orders', 'scoped'), await take('"orders"', 'scoped'), await take('secrets', 'scoped'), await take('nothing', 'scoped'), await take('secrets', 'reader')]).toEqual([200, 403, 403, 403, 200]);
});

test('statements, by those who may not first: nothing of theirs has run', async () => {
  const before = server.local.engine.catalog();
  const wrong: string[] = [];
  for (const [sql, allowed] of STATEMENTS) {
    for (const who of WHO.filter((each) => !allowed.includes(each))) {
      const { status, text } = await server.post('/ksql', { ksql: sql }, basic(who));
      if (status !== 403 || !text.includes('"error_code":40300')) wrong.push(`${who}: ${sql} ${status}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(server.local.engine.catalog()).toBe(before);
});

test('who may run a statement does not meet the door', async () => {
  const wrong: string[] = [];
  for (const [sql, allowed] of STATEMENTS) {
    for (const who of allowed) if ((await server.post('/ksql', { ksql: sql }, basic(who))).status === 403) wrong.push(`${who}: ${sql}`);
  }
  expect(wrong).toEqual([]);
});

test('a property cannot widen what a caller may do', async () => {
  const attempt = { ksql: 'SELECT * FROM private;', requestProperties: { 'ksql.request.query.pull.skip.forwarding': true, 'request.ksql.internal.request': true } };
  expect((await server.post('/query', attempt, basic('scoped'))).status).toBe(403);
});

test('a push query is ended by its owner or an administrator', async () => {
  const { response, request } = server.start('POST', '/query-stream', JSON.stringify({ sql: 'SELECT * FROM orders EMIT CHANGES;' }), basic('reader'));
  const id = await new Promise<string>((resolve, reject) => {
    response.then((answer) => answer.once('data', (chunk) => resolve(/"queryId":"([^"]+)"/.exec(String(chunk))?.[1] ?? '')), reject);
  });
  const close = async (who: Who): Promise<number> => (await server.post('/close-query', { queryId: id }, basic(who))).status;
  expect([await close('scoped'), await close('writer'), await close('reader'), await close('boss')]).toEqual([403, 403, 200, 400]);
  request.destroy();
});
