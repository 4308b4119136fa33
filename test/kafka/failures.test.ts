import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openLocal } from '../../src/engine/index.js';
import { systemClock } from '../../src/env/index.js';
import { commitValues } from '../contract/broker-suite.js';
import { connectKafka } from './connect.js';
import { java, startKafka, type Kafka } from './java-kafka.js';
import { readLines } from './records.js';

let kafka: Kafka | null = null;
afterEach(() => kafka?.stop());

const valuesOf = (lines: readonly string[]): string[] => lines.map((line) => Buffer.from(line.split(' ')[4] ?? '', 'hex').toString());
const clock = systemClock();
/** A busy machine takes its time to start brokers. */
const TIMEOUT_MS = 600_000;

/** Waits for more to be written; a writer that has failed says why. */
async function progress(written: () => number, more: number, writing: Promise<void>): Promise<void> {
  const target = written() + more;
  while (written() < target) await Promise.race([clock.sleep(50), writing]);
}

test('a broker that stops, or dies, under load: everything is there once and in order, and reading goes on', async () => {
  kafka = await startKafka();
  const [node] = kafka.nodes;
  if (node === undefined) throw new Error('no node');
  const broker = await connectKafka(kafka.bootstrap, { deliveryTimeoutMs: 300_000 });
  await broker.admin.createTopic({ name: 'a', partitions: 1 });
  const producer = await broker.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 60_000 });
  const plain = await broker.openProducer();
  await broker.admin.createTopic({ name: 'b', partitions: 1 });
  const reader = broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'test' });
  reader.assign([{ topic: 'a', partition: 0, offset: 0 }]);
  let stopped = false;
  let written = 0;
  const writing = (async () => {
    for (; !stopped; written++) {
      await commitValues(producer, 'a', [`${written}`]);
      await plain.send([{ topic: 'b', partition: 0, key: null, value: Buffer.from(`${written}`), timestamp: clock.now() }]);
    }
  })();
  let read = 0;
  const reading = (async () => {
    while (!stopped) for (const slab of await reader.poll({ maxBytes: 1 << 20, maxWaitMs: 200 })) read += slab.count;
  })();
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await progress(() => written, 30, writing);
    await node.stop(signal);
    await clock.sleep(1000);
    await node.start();
    await progress(() => written, 30, writing);
  }
  stopped = true;
  await Promise.all([writing, reading]);
  const expected = Array.from({ length: written }, (_, i) => String(i));
  expect(valuesOf(await readLines(broker, 'a'))).toEqual(expected);
  expect(valuesOf(java('ReadCommitted', [kafka.bootstrap, 'b']).split('\n').filter(Boolean))).toEqual(expected);
  expect(read).toBeGreaterThan(50);
  await broker.close();
}, TIMEOUT_MS);

test('a server says that Kafka is gone, goes on when it is back, and does not end meanwhile', async () => {
  kafka = await startKafka();
  const [node] = kafka.nodes;
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kafka-test-'));
  const local = await openLocal({ storage: { folder }, version: 'test', properties: { 'bootstrap.servers': kafka.bootstrap, 'auto.offset.reset': 'earliest', 'heartbeat.interval.ms': '500' } });
  await local.engine.execute(`CREATE STREAM s (k STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1); CREATE TABLE t AS SELECT k, COUNT(*) AS n FROM s GROUP BY k; INSERT INTO s (k, v) VALUES ('a', 1);`);
  await local.engine.whenIdle();
  await node?.stop('SIGKILL');
  await expect.poll(() => local.engine.health(), { timeout: 60_000 }).toMatchObject({ broker: false, ready: true });
  // What is committed is still answered.
  const pull = await local.engine.query(`SELECT n FROM t WHERE k = 'a';`);
  const rows: unknown[] = [];
  for await (const chunk of pull.rows) rows.push(...chunk.map(({ values }) => [...values]));
  expect(rows).toEqual([[1]]);
  await node?.start();
  await expect.poll(() => local.engine.health(), { timeout: 120_000 }).toMatchObject({ broker: true });
  await local.engine.execute(`INSERT INTO s (k, v) VALUES ('a', 2);`);
  await expect.poll(async () => (await readLines(local.broker, 'T')).length, { timeout: 120_000 }).toBe(2);
  await local.engine.close();
  rmSync(folder, { recursive: true, force: true });
}, TIMEOUT_MS);

test('of three brokers one dies after the other: leaders and coordinators move, nothing is lost or doubled', async () => {
  kafka = await startKafka({ brokers: 3 });
  const broker = await connectKafka(kafka.bootstrap, { deliveryTimeoutMs: 300_000 });
  await broker.admin.createTopic({ name: 'a', partitions: 3, replicas: 3, configs: { 'min.insync.replicas': '2' } });
  const producer = await broker.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 60_000 });
  const group = { groupId: 'g', generation: -1, memberId: '', instanceId: null };
  let stopped = false;
  let written = 0;
  const writing = (async () => {
    for (; !stopped; written++) {
      producer.begin();
      for (const partition of [0, 1, 2]) {
        const value = Buffer.from(`${written}`);
        producer.batch('a', partition).append(written, null, 0, -1, value, 0, value.length, null);
      }
      await producer.sendOffsets([{ topic: 'a', partition: 0, offset: written, metadata: '' }], group);
      await producer.commit();
    }
  })();
  for (const node of kafka.nodes) {
    await progress(() => written, 20, writing);
    await node.stop('SIGKILL');
    await progress(() => written, 20, writing);
    await node.start();
    // Back in the set of replicas before the next one goes.
    await progress(() => written, 60, writing);
    await clock.sleep(3000);
  }
  stopped = true;
  await writing;
  const lines = await readLines(broker, 'a');
  for (const partition of [0, 1, 2]) {
    expect(valuesOf(lines.filter((line) => line.startsWith(`${partition} `)))).toEqual(Array.from({ length: written }, (_, i) => String(i)));
  }
  expect(await broker.fetchCommitted('g', [{ topic: 'a', partition: 0 }])).toMatchObject([{ offset: written - 1 }]);
  await broker.close();
}, TIMEOUT_MS);
