import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { openLocal, type LocalEngine } from '../../src/engine/index.js';
import { connectKafka, emptyKafka } from './connect.js';

let folder: string;
let local: LocalEngine;
const open = (): Promise<LocalEngine> => openLocal({ storage: { folder }, version: 'test', properties: { 'bootstrap.servers': inject('kafka'), 'ksql.service.id': 'it_', 'auto.offset.reset': 'earliest', 'heartbeat.interval.ms': '300', 'session.timeout.ms': '6000' } });

beforeEach(async () => {
  const broker = await connectKafka(inject('kafka'));
  await emptyKafka(broker);
  await broker.close();
  folder = mkdtempSync(join(tmpdir(), 'millrace-kafka-test-'));
  local = await open();
});
afterEach(async () => {
  await local.engine.close();
  rmSync(folder, { recursive: true });
});

async function rows(sql: string): Promise<unknown[][]> {
  const result = await local.engine.query(sql);
  const found: unknown[][] = [];
  for await (const chunk of result.rows) for (const { values } of chunk) found.push([...values]);
  return found;
}

test('streams, tables, re-keying, pull and push work on the cluster, and go on after a restart', async () => {
  const { engine } = local;
  await engine.execute(`CREATE STREAM s (id STRING KEY, v INT, w STRING) WITH (kafka_topic='s', value_format='JSON', partitions=2);`);
  await engine.execute(`CREATE TABLE t AS SELECT id, COUNT(*) AS n, SUM(v) AS total FROM s GROUP BY id EMIT CHANGES;`);
  await engine.execute(`CREATE TABLE byw AS SELECT w, COUNT(*) AS n FROM s GROUP BY w EMIT CHANGES;`);
  for (let i = 0; i < 20; i++) await engine.execute(`INSERT INTO s (id, v, w) VALUES ('k${i % 3}', ${i}, 'w${i % 2}');`);
  await engine.whenIdle();
  expect((await rows('SELECT * FROM t;')).sort()).toEqual([['k0', 7, 63], ['k1', 7, 70], ['k2', 6, 57]]);
  expect((await rows(`SELECT n FROM byw WHERE w='w1';`))).toEqual([[10]]);
  expect((await rows('SELECT id FROM s EMIT CHANGES LIMIT 20;'))).toHaveLength(20);
  await local.engine.close();
  local = await open();
  await local.engine.execute(`INSERT INTO s (id, v, w) VALUES ('k0', 1, 'w1');`);
  await local.engine.whenIdle();
  expect((await rows(`SELECT n, total FROM t WHERE id='k0';`))).toEqual([[8, 64]]);
  expect((await rows(`SELECT n FROM byw WHERE w='w1';`))).toEqual([[11]]);
  await local.engine.execute('DROP TABLE byw DELETE TOPIC;');
  expect((await local.broker.admin.listTopics()).map(({ name }) => name).filter((name) => name.includes('BYW'))).toEqual([]);
});

test("a command topic that ksqlDB has written is recognised and not joined", async () => {
  await local.engine.close();
  const broker = await connectKafka(inject('kafka'));
  const topic = '_confluent-ksql-foreign__command_topic';
  await broker.admin.createTopic({ name: topic, partitions: 1 });
  const producer = await broker.openProducer();
  const value = JSON.stringify({ statement: "CREATE STREAM X (A INT) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON');", streamsProperties: {}, originalProperties: {}, plan: null, version: 17 });
  await producer.send([{ topic, partition: 0, key: Buffer.from('"stream/X/create"'), value: Buffer.from(value), timestamp: 1 }]);
  const foreign = await openLocal({ storage: { folder }, version: 'test', properties: { 'bootstrap.servers': inject('kafka'), 'ksql.service.id': 'foreign_' } });
  expect(foreign.engine.info().state).toBe('DEGRADED');
  await expect(foreign.engine.execute(`CREATE STREAM y (a INT) WITH (kafka_topic='y', value_format='JSON', partitions=1);`)).rejects.toThrow(/not accepted/);
  expect(await broker.admin.listOffsets([{ topic, partition: 0 }], 'latest', 'read_uncommitted')).toEqual([1]);
  await foreign.engine.close();
  await broker.close();
  local = await open();
});
