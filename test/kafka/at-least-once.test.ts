import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { openLocal } from '../../src/engine/index.js';
import { systemClock } from '../../src/env/index.js';
import { connectKafka, emptyKafka } from './connect.js';
import { java } from './java-kafka.js';
import { readLines } from './records.js';

const KILLS = 4;
const clock = systemClock();
const SQL = `SET 'ksql.streams.processing.guarantee' = 'at_least_once';
CREATE STREAM s (k STRING KEY, n INT) WITH (kafka_topic='s', value_format='JSON', partitions=2);
CREATE STREAM plain WITH (kafka_topic='plain') AS SELECT k, n + 1 AS m FROM s;
CREATE TABLE counted WITH (kafka_topic='counted') AS SELECT k, COUNT(*) AS c FROM s GROUP BY k;`;

async function start(bootstrap: string, folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', join('test', 'kafka', 'killed-server.ts'), bootstrap, folder, SQL], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const [said] = (await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')])) as [unknown];
  if (!String(said).includes('running')) throw new Error(`the server ended: ${String(said)}`);
  return child;
}
const valueOf = (line: string): Readonly<Record<string, number>> => JSON.parse(Buffer.from(line.split(' ')[4] ?? '', 'hex').toString()) as Record<string, number>;

test(`at_least_once: a server killed ${KILLS} times loses nothing, and has no transactions`, async () => {
  const bootstrap = inject('kafka');
  const broker = await connectKafka(bootstrap);
  await emptyKafka(broker);
  const before = new Set(java('TransactionalIds', [bootstrap]).split('\n'));
  const folder = mkdtempSync(join(tmpdir(), 'millrace-alos-'));
  let server = await start(bootstrap, folder);
  const producer = await broker.openProducer();
  let written = 0;
  let stopped = false;
  const feeding = (async () => {
    while (!stopped) {
      const numbers = Array.from({ length: 50 }, (_, index) => written + index);
      await producer.send(numbers.map((n) => ({ topic: 's', partition: n % 2, key: Buffer.from(`k${n % 6}`), value: Buffer.from(`{"N":${n}}`), timestamp: clock.now() })));
      written += numbers.length;
      await clock.sleep(20);
    }
  })();
  for (let kill = 0; kill < KILLS; kill++) {
    await clock.sleep(500 + kill * 350);
    server.kill('SIGKILL');
    await once(server, 'exit');
    if (kill % 2 === 1) rmSync(join(folder, 'state'), { recursive: true, force: true });
    server = await start(bootstrap, folder);
  }
  stopped = true;
  await feeding;
  const finished = once(server, 'exit');
  server.send('finish');
  await finished;

  const plain = (await readLines(broker, 'plain')).map((line) => valueOf(line)['M'] ?? -1);
  expect([...new Set(plain)].sort((left, right) => left - right)).toEqual(Array.from({ length: written }, (_, n) => n + 1));
  const counts = new Map((await readLines(broker, 'counted')).map((line) => [line.split(' ')[3], valueOf(line)['C'] ?? 0]));
  for (let key = 0; key < 6; key++) {
    const own = Array.from({ length: written }, (_, n) => n).filter((n) => n % 6 === key).length;
    expect(counts.get(Buffer.from(`k${key}`).toString('hex'))).toBeGreaterThanOrEqual(own);
  }
  // Commands are appended by transactions whatever the guarantee of queries.
  const ids = java('TransactionalIds', [bootstrap]).split('\n').filter((id) => !before.has(id));
  expect(ids.filter((id) => id.includes('_query_'))).toEqual([]);
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
}, 600_000);

test('a guarantee that nobody knows is refused when the server starts', async () => {
  const opening = openLocal({ storage: { memory: true }, version: 'test', properties: { 'ksql.streams.processing.guarantee': 'at_most_once' } });
  await expect(opening).rejects.toMatchObject({ code: 'BAD_REQUEST', message: expect.stringContaining('at_most_once') as unknown, hint: 'Write exactly_once_v2 or at_least_once.' });
});
