import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, inject, test } from 'vitest';
import { openEmbeddedBroker, type KafkaBroker } from '../../src/broker/index.js';
import { moveToKafka, openLocal, Settings, type LocalEngine } from '../../src/engine/index.js';
import { silentLogger, silentMetrics, systemClock, systemRandom } from '../../src/env/index.js';
import { runMigrateToKafka } from '../../cli/commands/migrate-to-kafka.js';
import { connectKafka, emptyKafka } from './connect.js';
import { readLines } from './records.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-move-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const SERVICE = 'moved_';
const MINUTE = 60_000;
const env = { clock: systemClock(), random: systemRandom(), logger: silentLogger, metrics: silentMetrics };
const onKafka = (): Readonly<Record<string, string>> => ({ 'bootstrap.servers': inject('kafka'), 'ksql.service.id': SERVICE, 'auto.offset.reset': 'earliest', 'heartbeat.interval.ms': '300', 'session.timeout.ms': '6000' });

let folder: string;
let broker: KafkaBroker;
let opened: LocalEngine[] = [];
beforeEach(async () => {
  broker = await connectKafka(inject('kafka'));
  await emptyKafka(broker);
  folder = mkdtempSync(join(root, 'data-'));
});
afterEach(async () => {
  for (const { engine } of opened) await engine.close();
  opened = [];
  await broker.close();
});

async function open(properties: Readonly<Record<string, string>>): Promise<LocalEngine> {
  const local = await openLocal({ storage: { folder }, version: 'test', properties });
  opened.push(local);
  return local;
}
const embedded = (): Promise<LocalEngine> => open({ 'ksql.service.id': SERVICE, 'auto.offset.reset': 'earliest' });
async function close(local: LocalEngine): Promise<void> {
  opened = opened.filter((each) => each !== local);
  await local.engine.close();
}
const move = (onPartition: (to: string) => void = () => undefined, more: Readonly<Record<string, string>> = {}) =>
  moveToKafka({ folder, settings: Settings.ofServer(Object.entries({ ...onKafka(), ...more })), env, processId: process.pid, onPartition: ({ to }) => onPartition(to) });

async function rows(local: LocalEngine, sql: string): Promise<unknown[][]> {
  const found: unknown[][] = [];
  for await (const chunk of (await local.engine.query(sql)).rows) for (const { values } of chunk) found.push([...values]);
  return found.map((values) => values.map((value) => (typeof value === 'bigint' ? Number(value) : value))).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

const SQL = `CREATE STREAM s (k STRING KEY, v INT, ts BIGINT, tag BYTES HEADER('tag')) WITH (kafka_topic='s', value_format='JSON', partitions=2, timestamp='ts');
  CREATE STREAM a (k STRING KEY, v INT) WITH (kafka_topic='a', value_format='AVRO', partitions=1);
  CREATE STREAM plain WITH (kafka_topic='plain') AS SELECT k, v + 1 AS v, tag FROM s EMIT CHANGES;
  CREATE TABLE windowed WITH (kafka_topic='windowed') AS SELECT k, COUNT(*) AS n, SUM(v) AS total FROM s WINDOW TUMBLING (SIZE 1 MINUTE, GRACE PERIOD 10 MINUTES) GROUP BY k EMIT CHANGES;
  CREATE TABLE byv WITH (kafka_topic='byv') AS SELECT v % 3 AS r, COUNT(*) AS n FROM s GROUP BY v % 3 EMIT CHANGES;`;

/** Rows from..to-1, one every four seconds, keys in turn. */
async function feed(local: LocalEngine, from: number, to: number): Promise<void> {
  const producer = await local.broker.openProducer();
  for (let v = from; v < to; v++) {
    const value = Buffer.from(JSON.stringify({ V: v, TS: v * 4000 }));
    await producer.send([{ topic: 's', partition: v % 2, key: Buffer.from(`k${v % 4}`), value, timestamp: v * 4000, headers: [{ key: 'tag', value: Buffer.from([v % 256]) }] }]);
  }
  await producer.close();
  await local.engine.execute(`INSERT INTO a (k, v) VALUES ('a', ${to});`);
  await local.engine.whenIdle();
}
const counted = (to: number): unknown[][] => {
  const windows = new Map<string, [n: number, total: number]>();
  for (let v = 0; v < to; v++) {
    const id = JSON.stringify([`k${v % 4}`, Math.floor((v * 4000) / MINUTE) * MINUTE]);
    const [n, total] = windows.get(id) ?? [0, 0];
    windows.set(id, [n + 1, total + v]);
  }
  return [...windows].map(([id, sums]) => [...(JSON.parse(id) as unknown[]), ...sums]).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
};
const restOf = (to: number): unknown[][] => [0, 1, 2].map((r) => [r, Array.from({ length: to }, (_, v) => v).filter((v) => v % 3 === r).length]);

async function expectAll(local: LocalEngine, to: number): Promise<void> {
  expect(await rows(local, 'SELECT k, WINDOWSTART, n, total FROM windowed;')).toEqual(counted(to));
  expect(await rows(local, 'SELECT r, n FROM byv;')).toEqual(restOf(to));
}

/** A topic of others, compacted in the folder, and a reader of theirs that stands in a gap. Returns the offsets that are left. */
async function compacted(): Promise<readonly number[]> {
  const local = await openEmbeddedBroker({ ...env, folder, processId: process.pid, maintenanceIntervalMs: null });
  await local.admin.createTopic({ name: 'c', partitions: 1, configs: { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0' } });
  const producer = await local.openProducer();
  for (let i = 0; i < 12; i++) await producer.send([{ topic: 'c', partition: 0, key: Buffer.from(`k${i % 3}`), value: Buffer.from(`${i}`), timestamp: i }]);
  const reader = await local.openTransactionalProducer({ transactionalId: 'reader', timeoutMs: 10_000 });
  reader.begin();
  await reader.sendOffsets([{ topic: 'c', partition: 0, offset: 10, metadata: 'theirs' }], { groupId: 'reader', generation: -1, memberId: '', instanceId: null });
  await reader.commit();
  await local.maintain();
  const offsets = (await readLines(local, 'c')).map((line) => Number(line.split(' ')[1]));
  await local.close();
  return offsets;
}

test('queries go on where they were: nothing lost, nothing twice, whatever was trimmed, compacted or interrupted', async () => {
  let local = await embedded();
  await local.engine.execute(SQL);
  await feed(local, 0, 100);
  await expectAll(local, 100);
  // Records of the source have expired, and of its table all but the newest have been compacted away.
  await local.broker.admin.deleteRecords([{ topic: 's', partition: 0, offset: 30 }]);
  const kept = await readLines(local.broker, 's');
  const plain = await readLines(local.broker, 'plain');
  expect(kept).toHaveLength(70);
  await close(local);

  const left = await compacted();
  expect(left.length).toBeLessThan(12);

  // Twice cut off: among the topics, and before the commands.
  let seen = 0;
  await expect(move(() => { if (++seen === 4) throw new Error('cut off'); })).rejects.toThrow('cut off');
  await expect(move((to) => { if (to.endsWith('_command_topic')) throw new Error('cut off again'); })).rejects.toThrow('cut off again');
  const report = await move();
  expect(report.records).toBeGreaterThan(kept.length + plain.length);
  const withoutOffsets = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/^(\d+) \d+/, '$1')).sort();
  expect(withoutOffsets(await readLines(broker, 's'))).toEqual(withoutOffsets(kept));
  expect(withoutOffsets(await readLines(broker, 'plain'))).toEqual(withoutOffsets(plain));
  const there = (await readLines(broker, 'c')).map((line) => Number(line.split(' ')[1]));
  expect(await broker.fetchCommitted('reader', [{ topic: 'c', partition: 0 }])).toEqual([{ offset: there[left.findIndex((offset) => offset >= 10)], metadata: 'theirs' }]);
  expect((await broker.admin.describeTopic('c'))?.configs['cleanup.policy']).toBe('compact');
  expect((await broker.admin.describeTopic('s'))?.configs['retention.ms']).not.toBe('-1');

  local = await open(onKafka());
  await local.engine.whenIdle();
  await expectAll(local, 100);
  await feed(local, 100, 140);
  await expectAll(local, 140);
  const values = (await readLines(broker, 'plain')).map((line) => Number((JSON.parse(Buffer.from(line.split(' ')[4] ?? '', 'hex').toString()) as { V: number }).V)).sort((left, right) => left - right);
  expect(values).toEqual(Array.from({ length: 140 }, (_, v) => v + 1));
  expect(await rows(local, 'SELECT v FROM a EMIT CHANGES LIMIT 2;')).toEqual([[100], [140]]);
  await local.engine.execute('CREATE STREAM more AS SELECT * FROM a EMIT CHANGES;');
  await close(local);
  await expect(move()).rejects.toThrow('has been moved to this cluster already');
});

test('a cluster that holds something else is refused, and left as it is', async () => {
  const local = await embedded();
  await local.engine.execute(`CREATE STREAM s (k STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1);`);
  await local.engine.execute(`INSERT INTO s (k, v) VALUES ('a', 1);`);
  await expect(move()).rejects.toMatchObject({ code: 'FOLDER_LOCKED' });
  await close(local);
  await expect(move(undefined, { 'ksql.service.id': 'other_' })).rejects.toMatchObject({ hint: `Set ksql.service.id to the one it has: ${SERVICE}.` });
  await expect(move(undefined, { 'bootstrap.servers': '' })).rejects.toThrow('No cluster is named');

  const commands = `_confluent-ksql-${SERVICE}_command_topic`;
  const producer = await broker.openProducer();
  const put = async (topic: string, value: string): Promise<void> => {
    await broker.admin.createTopic({ name: topic, partitions: 1 });
    await producer.send([{ topic, partition: 0, key: null, value: Buffer.from(value), timestamp: 1 }]);
  };
  await put('s', '{}');
  await expect(move()).rejects.toThrow('The cluster has a topic s that is not empty');
  await put(commands, JSON.stringify({ statement: 'CREATE STREAM X (A INT);', streamsProperties: {}, plan: null, version: 17 }));
  await expect(move()).rejects.toThrow(`The command topic ${commands} on the cluster was written by ksqlDB, which cannot be joined`);
  expect(await readLines(broker, 's')).toHaveLength(1);
  await broker.admin.deleteTopic(commands);
  await broker.admin.deleteTopic('s');
  await producer.close();
  expect(await runMigrateToKafka({ file: undefined, data: folder, set: Object.entries(onKafka()).map(([name, value]) => `${name}=${value}`) })).toBe(0);
});
