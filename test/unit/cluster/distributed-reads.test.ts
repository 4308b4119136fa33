import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { partitionForKey } from '../../../src/broker/index.js';
import { openLocal, type LocalEngine } from '../../../src/engine/index.js';
import { silentLogger, systemClock, systemRandom, VERSION } from '../../../src/env/index.js';
import { openServer, ServerMetrics, type RunningServer } from '../../../src/server/index.js';
import { basic as as, FILES, SECURED } from '../server/security/callers.js';
import { SharedBroker, type Connection } from './shared-broker.js';

interface Server {
  readonly connection: Connection;
  readonly local: LocalEngine;
  readonly http: RunningServer;
}

let shared: SharedBroker;
let servers: Server[];
let number: number;
beforeEach(() => {
  shared = new SharedBroker(systemClock(), systemRandom());
  servers = [];
  number = 0;
});
afterEach(async () => {
  for (const { http, local } of servers) {
    await http.close(200);
    await local.engine.close().catch(() => undefined);
  }
  await shared.log.close();
});


/** Known before the engine opens, as in a configuration: groups are joined first. */
async function freeListener(): Promise<string> {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  await new Promise((resolve) => taken.close(resolve));
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

async function open(given: Readonly<Record<string, string>> = {}, files: Readonly<Record<string, string>> = {}): Promise<Server> {
  const connection = shared.connect();
  const listener = await freeListener();
  const properties = { 'ksql.streams.auto.offset.reset': 'earliest', 'ksql.streams.commit.interval.ms': '20', 'ksql.heartbeat.enable': 'true', listeners: listener, ...given };
  const metrics = new ServerMetrics();
  const local = await openLocal({ storage: { memory: true }, version: VERSION, broker: connection, identity: `server-${++number}`, properties, env: { metrics } });
  const http = await openServer({
    engine: local.engine, settings: local.settings, clock: local.env.clock, logger: silentLogger, metrics, listeners: [listener], isValidProperty: () => true,
    readFile: (path) => Buffer.from(files[path] ?? ''),
  });
  local.announce(http.url);
  const server = { connection, local, http };
  servers.push(server);
  return server;
}

async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) for (const { local } of servers) await local.engine.whenIdle();
}

async function ask({ http }: Server, sql: string, headers: Readonly<Record<string, string>> = {}): Promise<{ status: number; rows: unknown[] }> {
  const response = await fetch(`${http.url}/query-stream`, { method: 'POST', body: JSON.stringify({ sql }), headers });
  const text = await response.text();
  if (response.status !== 200) return { status: response.status, rows: [text] };
  return { status: 200, rows: text.trimEnd().split('\n').slice(1).map((line): unknown => JSON.parse(line)) };
}

const KEYS = Array.from({ length: 12 }, (_, i) => `k${i}`);
const TABLES = `
  CREATE STREAM s (id STRING KEY, v BIGINT, seen_at TIMESTAMP, raw BYTES) WITH (kafka_topic='s', value_format='JSON', partitions=6);
  CREATE TABLE t AS SELECT id, COUNT(*) AS n, SUM(v) AS total, LATEST_BY_OFFSET(seen_at) AS seen_at, LATEST_BY_OFFSET(raw) AS raw, COLLECT_LIST(v) AS items, HISTOGRAM(id) AS seen, CAST(SUM(v) AS DECIMAL(20, 2)) AS money FROM s GROUP BY id;
  CREATE TABLE w AS SELECT id, COUNT(*) AS n FROM s WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY id;`;

async function fill(): Promise<void> {
  const producer = await shared.log.openProducer();
  await producer.send(KEYS.flatMap((key, i) => [0, 1].map((hour) => ({
    topic: 's', partition: partitionForKey(Buffer.from(key), 0, key.length, 6), key: Buffer.from(key), timestamp: hour * 3_600_000,
    value: Buffer.from(`{"v":${9_007_199_254_740_993n + BigInt(i)},"seen_at":${1_767_225_600_000 + hour},"raw":"${Buffer.from(key).toString('base64')}"}`),
  }))));
  await producer.close();
}

test('every server answers every pull query, whoever has the rows: by key, several keys, scans, windows, limits', async () => {
  const alone = await open();
  await alone.local.engine.execute(TABLES);
  await fill();
  await settle();
  const queries = [
    ...KEYS.map((key) => `SELECT * FROM t WHERE id = '${key}';`), `SELECT * FROM t WHERE id IN ('k1', 'k5', 'k9', 'nobody');`, 'SELECT id, n FROM t;', `SELECT id, total FROM t WHERE total > 1 AND id <> 'k3';`,
    `SELECT * FROM w WHERE id = 'k4';`, 'SELECT * FROM w;', `SELECT * FROM t WHERE id = 'nobody';`, `SELECT n FROM w WHERE id = 'k7' AND WINDOWSTART >= 3600000;`,
  ];
  const sorted = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
  const wanted: string[][] = [];
  for (const sql of queries) wanted.push(sorted((await ask(alone, sql)).rows));
  await open();
  await open();
  await settle();
  expect(shared.group('_confluent-ksql-default_query_CTAS_T_1').shares).toEqual([2, 2, 2]);
  for (const server of servers) {
    for (const [index, sql] of queries.entries()) expect([sql, sorted((await ask(server, sql)).rows)]).toEqual([sql, wanted[index]]);
    expect((await ask(server, 'SELECT id FROM t LIMIT 5;')).rows).toHaveLength(5);
    const status = (await (await fetch(`${server.http.url}/clusterStatus`)).json()) as { clusterStatus: Record<string, { hostAlive: boolean; activeStandbyPerQuery: Record<string, { activePartitions: { topic: string; partition: number }[] }> }> };
    expect(Object.keys(status.clusterStatus).sort()).toEqual(servers.map(({ http }) => new URL(http.url).host).sort());
    const found = Object.values(status.clusterStatus).flatMap(({ hostAlive, activeStandbyPerQuery }) => (hostAlive ? (activeStandbyPerQuery['CTAS_T_1']?.activePartitions ?? []) : []));
    expect(found.filter(({ topic }) => topic === 's').map(({ partition }) => partition).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  }
});

test('a server that is gone makes no short answer: the query is refused as one to try again, until its tasks have another owner', async () => {
  const [one, two] = [await open({ 'ksql.query.pull.forwarding.timeout.ms': '1500' }), await open()];
  await one.local.engine.execute(TABLES);
  await fill();
  await settle();
  expect((await ask(one, 'SELECT id FROM t;')).rows).toHaveLength(12);
  await two.http.close(0);
  const refused = await ask(one, 'SELECT id FROM t;');
  expect(refused.status).toBe(503);
  expect(String(refused.rows[0])).toMatch(/cannot be asked/);
  await two.connection.cut();
  servers.pop();
  await settle();
  expect((await ask(one, 'SELECT id FROM t;')).rows).toHaveLength(12);
  await two.local.engine.close().catch(() => undefined);
});

test('a pull query that meets a server in its last moment waits until the tasks have another owner', async () => {
  const [one, two] = [await open(), await open()];
  await one.local.engine.execute(TABLES);
  await fill();
  await settle();
  await two.http.close(0);
  servers.pop();
  // In its place somebody who refuses, and only then is the server gone for the group too.
  let asked = 0;
  const refusing = createHttpServer((_request, response) => {
    if (asked++ === 0) void two.connection.cut();
    response.writeHead(503).end();
  }).listen(Number(new URL(two.http.url).port), '127.0.0.1');
  try {
    await once(refusing, 'listening');
    const answer = await ask(one, 'SELECT id FROM t;');
    expect([answer.status, answer.rows.map((row) => JSON.stringify(row)).sort()]).toEqual([200, KEYS.map((key) => JSON.stringify([key])).sort()]);
    expect(asked).toBeGreaterThan(0);
  } finally {
    refusing.close();
    await two.local.engine.close().catch(() => undefined);
  }
});

test('a server is asked for exactly the tasks it has, and passes nothing on', async () => {
  const [one, two] = [await open(), await open()];
  await one.local.engine.execute(TABLES);
  await fill();
  await settle();
  const [spread] = (await two.local.engine.queryStatuses()).filter(({ queryId }) => queryId === 'CTAS_T_1').map(({ others }) => others);
  const own = [0, 1, 2, 3, 4, 5].filter((index) => spread?.every(({ partitions }) => !partitions.includes(index)));
  const post = (body: object): Promise<Response> => fetch(`${two.http.url}/cluster/pull`, { method: 'POST', body: JSON.stringify({ sql: 'SELECT id FROM t;', queryId: 'CTAS_T_1', partitions: own, ...body }) });
  const answer = await post({});
  expect([answer.status, (await answer.text()).endsWith('end\n')]).toEqual([200, true]);
  expect((await post({ partitions: [0, 1, 2, 3, 4, 5] })).status).toBe(503);
  expect((await post({ partitions: own.slice(1) })).status).toBe(503);
  expect((await post({ queryId: 'CTAS_T_99' })).status).toBe(503);
  expect((await post({ partitions: 'all' })).status).toBe(400);
  expect((await post({ sql: 'SELECT * FROM s EMIT CHANGES;' })).status).toBe(400);
  expect((await post({ sql: 'DROP TABLE t;' })).status).toBe(400);
});

test('push queries of every server see the rows of all partitions', async () => {
  const [one, two] = [await open(), await open()];
  await one.local.engine.execute(TABLES);
  await fill();
  await settle();
  for (const server of [one, two]) {
    const result = await server.local.engine.query('SELECT id FROM s EMIT CHANGES LIMIT 24;');
    let count = 0;
    for await (const rows of result.rows) count += rows.length;
    expect(count).toBe(24);
  }
});

test('the caller is asked on every server for the same rights', async () => {
  const [one, two] = [await open(SECURED, FILES), await open(SECURED, FILES)];
  await one.local.engine.execute(TABLES);
  await fill();
  await settle();
  const wanted = KEYS.map((key) => [key]).sort();
  for (const server of [one, two]) {
    expect((await ask(server, 'SELECT id FROM t;', as('reader'))).rows.sort()).toEqual(wanted);
    expect((await ask(server, 'SELECT id FROM t;')).status).toBe(401);
    expect((await fetch(`${server.http.url}/cluster/pull`, { method: 'POST', body: JSON.stringify({ sql: 'SELECT id FROM t;', queryId: 'CTAS_T_1', partitions: [] }) })).status).toBe(401);
  }
});
