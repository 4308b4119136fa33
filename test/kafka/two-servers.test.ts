import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { openLocal, type LocalEngine } from '../../src/engine/index.js';
import { systemClock } from '../../src/env/index.js';
import { connectKafka, emptyKafka } from './connect.js';
import { readLines } from './records.js';

const clock = systemClock();
const SQL = `CREATE STREAM s (k STRING KEY, n INT) WITH (kafka_topic='s', value_format='JSON', partitions=4);
CREATE STREAM plain WITH (kafka_topic='plain') AS SELECT k, n + 1 AS m FROM s;
CREATE TABLE moved WITH (kafka_topic='moved') AS SELECT n % 5 AS r, COUNT(*) AS c, SUM(n) AS total FROM s GROUP BY n % 5;`;

test('two servers come and go under load: shares and exchanges move, nothing is lost or doubled', async () => {
  const broker = await connectKafka(inject('kafka'));
  await emptyKafka(broker);
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'millrace-two-')));
  const open = (which: number): Promise<LocalEngine> =>
    openLocal({
      storage: { folder: folders[which] ?? '' }, version: 'test',
      properties: { 'bootstrap.servers': inject('kafka'), 'ksql.service.id': 'two_', 'auto.offset.reset': 'earliest', 'ksql.streams.commit.interval.ms': '100', 'heartbeat.interval.ms': '300', 'session.timeout.ms': '6000', 'max.poll.interval.ms': '20000' },
    });
  let one = await open(0);
  await one.engine.execute(SQL);
  const producer = await broker.openProducer();
  let written = 0;
  let stopped = false;
  const feeding = (async () => {
    while (!stopped) {
      const now = clock.now();
      await producer.send(Array.from({ length: 20 }, (_, i) => ({ topic: 's', partition: (written + i) % 4, key: Buffer.from(`k${(written + i) % 4}`), value: Buffer.from(`{"N":${written + i}}`), timestamp: now })));
      written += 20;
      await clock.sleep(20);
    }
  })();
  const tasks = async (engine: LocalEngine): Promise<number> => (await engine.engine.queryStatuses()).reduce((sum, status) => sum + new Set(status.tasks.map(({ partition }) => partition)).size, 0);
  await clock.sleep(1000);
  const two = await open(1);
  await expect.poll(async () => [await tasks(one), await tasks(two)], { timeout: 60_000 }).toEqual([4, 4]);
  await clock.sleep(1500);
  await one.engine.close();
  await expect.poll(() => tasks(two), { timeout: 60_000 }).toBe(8);
  await clock.sleep(1000);
  one = await open(0);
  await expect.poll(async () => [await tasks(one), await tasks(two)], { timeout: 60_000 }).toEqual([4, 4]);
  // A statement of either is carried out by both.
  await two.engine.execute(`CREATE STREAM late WITH (kafka_topic='late') AS SELECT k, n FROM s WHERE n < 0;`);
  await expect.poll(() => one.engine.catalog().sources.has('LATE'), { timeout: 20_000 }).toBe(true);
  stopped = true;
  await feeding;
  const valuesOf = async (topic: string): Promise<{ key: string; value: Record<string, number> }[]> =>
    (await readLines(broker, topic)).map((line) => ({ key: line.split(' ')[3] ?? '', value: JSON.parse(Buffer.from(line.split(' ')[4] ?? '', 'hex').toString()) as Record<string, number> }));
  await expect.poll(async () => (await valuesOf('plain')).length, { timeout: 60_000, interval: 500 }).toBe(written);
  const plain = await valuesOf('plain');
  expect(plain.map(({ value }) => value['M'] ?? 0).sort((a, b) => a - b)).toEqual(Array.from({ length: written }, (_, n) => n + 1));
  const expected = [0, 1, 2, 3, 4].map((r) => Array.from({ length: written }, (_, n) => n).filter((n) => n % 5 === r)).map((all) => `${all.length} ${all.reduce((sum, n) => sum + n, 0)}`).sort();
  const state = async (): Promise<string[]> => [...new Map((await valuesOf('moved')).map(({ key, value }) => [key, `${value['C']} ${value['TOTAL']}`])).values()].sort();
  await expect.poll(state, { timeout: 60_000, interval: 500 }).toEqual(expected);
  await one.engine.close();
  await two.engine.close();
  await broker.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}, 600_000);
