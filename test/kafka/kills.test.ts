import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { systemClock } from '../../src/env/index.js';
import { connectKafka, emptyKafka } from './connect.js';
import { java } from './java-kafka.js';

const KILLS = Number(process.env['KILLS'] ?? '6');
const SEED = Number(process.env['SEED'] ?? '1');
const KEYS = 7;
const clock = systemClock();
const SQL = `CREATE STREAM s (k STRING KEY, n INT) WITH (kafka_topic='s', value_format='JSON', partitions=2);
CREATE STREAM plain WITH (kafka_topic='plain') AS SELECT k, n + 1 AS m FROM s;
CREATE TABLE counted WITH (kafka_topic='counted') AS SELECT k, COUNT(*) AS c, SUM(n) AS total FROM s GROUP BY k;
CREATE TABLE moved WITH (kafka_topic='moved') AS SELECT n % 5 AS r, COUNT(*) AS c FROM s GROUP BY n % 5;`;

/** The same numbers from the same seed. */
function dice(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

async function start(bootstrap: string, folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', join('test', 'kafka', 'killed-server.ts'), bootstrap, folder, SQL], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const [said] = (await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')])) as [unknown];
  if (!String(said).includes('running')) throw new Error(`the server ended: ${String(said)}`);
  return child;
}

interface OutRecord {
  readonly key: string;
  readonly value: Readonly<Record<string, number>>;
}

/** As Kafka's own read-committed client sees it. */
function outputs(bootstrap: string, topic: string): OutRecord[] {
  return java('ReadCommitted', [bootstrap, topic]).split('\n').filter(Boolean).map((line) => {
    const [, , , key = '', value = ''] = line.split(' ');
    return { key: Buffer.from(key, 'hex').toString(), value: JSON.parse(Buffer.from(value, 'hex').toString()) as Record<string, number> };
  });
}

test(`a server killed ${KILLS} times (seed ${SEED}) loses nothing and doubles nothing`, async () => {
  const bootstrap = inject('kafka');
  const broker = await connectKafka(bootstrap);
  await emptyKafka(broker);
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kills-'));
  const random = dice(SEED);
  let server = await start(bootstrap, folder);
  const producer = await broker.openProducer();
  const written: { key: string; n: number }[] = [];
  let stopped = false;
  const feeding = (async () => {
    while (!stopped) {
      const records = Array.from({ length: 50 }, (_, i) => ({ key: `k${(written.length + i) % KEYS}`, n: written.length + i }));
      await producer.send(records.map(({ key, n }) => ({ topic: 's', partition: n % KEYS % 2, key: Buffer.from(key), value: Buffer.from(`{"N":${n}}`), timestamp: clock.now() })));
      written.push(...records);
      await clock.sleep(20);
    }
  })();
  for (let kill = 0; kill < KILLS; kill++) {
    await clock.sleep(300 + random(2500));
    server.kill('SIGKILL');
    await once(server, 'exit');
    server = await start(bootstrap, folder);
    // Every other time without what it had on disk.
    if (kill % 3 === 2) {
      server.kill('SIGKILL');
      await once(server, 'exit');
      rmSync(join(folder, 'state'), { recursive: true, force: true });
      server = await start(bootstrap, folder);
    }
  }
  stopped = true;
  await feeding;
  const finished = once(server, 'exit');
  server.send('finish');
  await finished;

  const plain = outputs(bootstrap, 'plain');
  for (let k = 0; k < KEYS; k++) {
    expect(plain.filter(({ key }) => key === `k${k}`).map(({ value }) => value['M'])).toEqual(written.filter(({ key }) => key === `k${k}`).map(({ n }) => n + 1));
  }
  const counted = new Map(outputs(bootstrap, 'counted').map(({ key, value }) => [key, value]));
  for (let k = 0; k < KEYS; k++) {
    const own = written.filter(({ key }) => key === `k${k}`);
    expect(counted.get(`k${k}`)).toEqual({ C: own.length, TOTAL: own.reduce((sum, { n }) => sum + n, 0) });
  }
  const moved = [...new Map(outputs(bootstrap, 'moved').map(({ key, value }) => [key, value['C']])).values()].sort();
  expect(moved).toEqual([0, 1, 2, 3, 4].map((r) => written.filter(({ n }) => n % 5 === r).length).sort());
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
}, 900_000);
