import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { KafkaBroker } from '../../src/broker/index.js';
import { openLocal, type LocalEngine } from '../../src/engine/index.js';
import { connectKafka, emptyKafka } from './connect.js';
import { java } from './java-kafka.js';

const bootstrap = inject('kafka');
const root = mkdtempSync(join(tmpdir(), 'millrace-streams-test-'));
let broker: KafkaBroker;

beforeAll(async () => {
  broker = await connectKafka(bootstrap);
  await emptyKafka(broker);
});
afterAll(async () => {
  await broker.close();
  rmSync(root, { recursive: true });
});

/** In a folder of its own each time: the stores come from the changelogs. */
const open = (folder: string): Promise<LocalEngine> =>
  openLocal({ storage: { folder: join(root, folder) }, version: 'test', properties: { 'bootstrap.servers': bootstrap, 'ksql.service.id': 'state_', 'auto.offset.reset': 'earliest' } });

async function rows(local: LocalEngine, sql: string): Promise<unknown[][]> {
  const result = await local.engine.query(sql);
  const found: unknown[][] = [];
  for await (const chunk of result.rows) for (const { values } of chunk) found.push([...values]);
  return found.sort();
}

interface State {
  /** The application that Kafka Streams takes it for. */
  readonly application: string;
  /** Of its store. */
  readonly store: string;
}

/** Where a query keeps its state of a kind, by its changelog topic. */
async function stateOf(query: string, store: RegExp): Promise<State> {
  for (const { name } of await broker.admin.listTopics()) {
    const match = /^(.*_query_[A-Z]+_([A-Z]+)_\d+)-(.*)-changelog$/.exec(name);
    if (match?.[2] === query && store.test(match[3] ?? '')) return { application: match[1] ?? '', store: match[3] ?? '' };
  }
  throw new Error(`${query} has no such changelog`);
}

/** What a Kafka Streams application finds in the state, after it has made `changes` (STORE|KEY|START|END|TIME|VALUE). */
async function streams({ application }: Pick<State, 'application'>, definitions: readonly string[], changes: readonly string[]): Promise<string[]> {
  const input = `changes-${application}-${changes.length}`;
  await broker.admin.createTopic({ name: input, partitions: 1 });
  const producer = await broker.openProducer();
  await producer.send(changes.map((change) => ({ topic: input, partition: 0, key: null, value: Buffer.from(change), timestamp: Number(change.split('|')[4]) })));
  await producer.close();
  return java('StreamsState', [bootstrap, application, input, ...definitions]).split('\n').filter((line) => line !== '').sort();
}

test('a Kafka Streams application goes on with the state of queries, and the queries with its', async () => {
  const local = await open('first');
  await local.engine.execute(`
    CREATE STREAM s (k STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1);
    CREATE STREAM r (k STRING KEY, w INT) WITH (kafka_topic='r', value_format='JSON', partitions=1);
    CREATE TABLE counted AS SELECT k, COUNT(*) AS n FROM s GROUP BY k;
    CREATE TABLE windowed AS SELECT k, COUNT(*) AS n FROM s WINDOW TUMBLING (SIZE 10 SECONDS) GROUP BY k;
    CREATE TABLE sessions AS SELECT k, COUNT(*) AS n FROM s WINDOW SESSION (5 SECONDS) GROUP BY k;
    CREATE STREAM joined AS SELECT s.k AS k, v, w FROM s JOIN r WITHIN 1 HOUR ON s.k = r.k;`);
  for (const [key, value, time] of [['a', 1, 1000], ['b', 2, 2000], ['a', 3, 3000], ['a', 4, 15_000]] as const) {
    await local.engine.execute(`INSERT INTO s (k, v, ROWTIME) VALUES ('${key}', ${value}, ${time});`);
  }
  await local.engine.whenIdle();
  await local.engine.close();
  const counted = await stateOf('COUNTED', /Materialize/);
  const windowed = await stateOf('WINDOWED', /Materialize/);
  const sessions = await stateOf('SESSIONS', /Materialize/);
  const left = await stateOf('JOINED', /THIS|LEFT|left/);
  const table = counted.store;
  expect(await streams(counted, [`table:${table}:0`], [])).toEqual([`${table}\ta\t-\t-\t15000\t{"C0":3}`, `${table}\tb\t-\t-\t2000\t{"C0":1}`]);
  expect(await streams(windowed, [`windowed:${table}:10000`, 'time-topic:WINDOWED:10000'], [])).toEqual([
    `${table}\ta\t0\t10000\t3000\t{"C0":2}`, `${table}\ta\t10000\t20000\t15000\t{"C0":1}`, `${table}\tb\t0\t10000\t2000\t{"C0":1}`,
    'WINDOWED\ta\t0\t10000\t1000\t{"N":1}', 'WINDOWED\ta\t0\t10000\t3000\t{"N":2}', 'WINDOWED\ta\t10000\t20000\t15000\t{"N":1}', 'WINDOWED\tb\t0\t10000\t2000\t{"N":1}',
  ]);
  expect(await streams(sessions, [`session:${table}:0`, 'session-topic:SESSIONS:0'], [])).toEqual([
    `${table}\ta\t1000\t3000\t-\t{"C0":2}`, `${table}\ta\t15000\t15000\t-\t{"C0":1}`, `${table}\tb\t2000\t2000\t-\t{"C0":1}`,
    'SESSIONS\ta\t1000\t1000\t1000\tnull', 'SESSIONS\ta\t1000\t1000\t1000\t{"N":1}', 'SESSIONS\ta\t1000\t3000\t3000\t{"N":2}',
    'SESSIONS\ta\t15000\t15000\t15000\t{"N":1}', 'SESSIONS\tb\t2000\t2000\t2000\t{"N":1}',
  ]);
  const events = ['a\t1000\t-\t-\t{"C0":1}', 'a\t15000\t-\t-\t{"C0":4}', 'a\t3000\t-\t-\t{"C0":3}', 'b\t2000\t-\t-\t{"C0":2}'].map((line) => `${left.store}\t${line}`);
  expect(await streams(left, [`join:${left.store}:7200000`], [])).toEqual(events);

  await streams(counted, [`table:${table}:0`], [`${table}|a|0|0|16000|{"C0":10}`, `${table}|b|0|0|16000|-`, `${table}|c|0|0|17000|{"C0":7}`]);
  await streams(windowed, [`windowed:${table}:10000`, 'time-topic:WINDOWED:10000'], [`${table}|a|10000|0|16000|{"C0":20}`, `${table}|b|0|0|16000|-`, 'WINDOWED|c|20000|30000|21000|{"N":30}']);
  await streams(sessions, [`session:${table}:0`], [`${table}|a|15000|15000|15000|-`, `${table}|a|15000|18000|18000|{"C0":5}`]);
  await streams(left, [`join:${left.store}:7200000`], [`${left.store}|c|0|0|20000|{"C0":6}`]);
  const again = await open('again');
  await again.engine.whenIdle();
  expect(await rows(again, 'SELECT * FROM counted;')).toEqual([['a', 10], ['c', 7]]);
  expect(await rows(again, 'SELECT * FROM windowed;')).toEqual([['a', 0, 10_000, 2], ['a', 10_000, 20_000, 20]]);
  expect(await rows(again, 'SELECT * FROM sessions;')).toEqual([['a', 1000, 3000, 2], ['a', 15_000, 18_000, 5], ['b', 2000, 2000, 1]]);
  await again.engine.execute(`
    CREATE STREAM theirs (k STRING KEY, n BIGINT) WITH (kafka_topic='WINDOWED', value_format='JSON', window_type='TUMBLING', window_size='10 SECONDS');
    INSERT INTO s (k, v, ROWTIME) VALUES ('a', 1, 18500); INSERT INTO r (k, w, ROWTIME) VALUES ('c', 60, 21000); INSERT INTO r (k, w, ROWTIME) VALUES ('b', 20, 21000);`);
  await again.engine.whenIdle();
  expect(await rows(again, 'SELECT * FROM counted;')).toEqual([['a', 11], ['c', 7]]);
  expect(await rows(again, 'SELECT * FROM sessions;')).toEqual([['a', 1000, 3000, 2], ['a', 15_000, 18_500, 6], ['b', 2000, 2000, 1]]);
  expect(await rows(again, 'SELECT k, v, w FROM joined EMIT CHANGES LIMIT 2;')).toEqual([['b', 2, 20], ['c', 6, 60]]);
  expect(await rows(again, "SELECT k, windowstart, windowend, n FROM theirs WHERE k = 'c' EMIT CHANGES LIMIT 1;")).toEqual([['c', 20_000, 30_000, 30]]);
  await again.engine.close();
});
