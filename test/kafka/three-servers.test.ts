import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { partitionForKey } from '../../src/broker/index.js';
import { systemClock } from '../../src/env/index.js';
import { connectKafka, emptyKafka } from './connect.js';
import { readLines } from './records.js';

const KILLS = Number(process.env['KILLS'] ?? '3');
const SERVERS = 3;
const KEYS = 11;
const PARTITIONS = 6;
const clock = systemClock();
const SQL = `CREATE STREAM s (k STRING KEY, n INT) WITH (kafka_topic='s', value_format='JSON', partitions=${PARTITIONS});
CREATE STREAM plain WITH (kafka_topic='plain') AS SELECT k, n + 1 AS m FROM s;
CREATE TABLE counted WITH (kafka_topic='counted') AS SELECT k, COUNT(*) AS c, SUM(n) AS total FROM s GROUP BY k;
CREATE TABLE moved WITH (kafka_topic='moved') AS SELECT n % 5 AS r, COUNT(*) AS c, SUM(n) AS total FROM s GROUP BY n % 5;`;

async function freeListener(): Promise<string> {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  await new Promise((resolve) => taken.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function start(folder: string, listener: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', join('test', 'kafka', 'cluster-server.ts'), inject('kafka'), folder, listener], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')])) as [unknown];
  if (!String(said).includes('running')) throw new Error(`the server ended: ${String(said)}`);
  return child;
}

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Rows as texts, sorted; a number: the status of a refusal. */
async function pull(listener: string, sql: string): Promise<string[] | number> {
  const response = await fetch(`${listener}/query-stream`, { method: 'POST', body: JSON.stringify({ sql }) }).catch(() => null);
  if (response === null) return 0;
  const text = await response.text().catch(() => '');
  return response.status === 200 ? text.trimEnd().split('\n').slice(1).sort() : response.status;
}

function expected(written: readonly { readonly key: string; readonly n: number }[], group: (each: { readonly key: string; readonly n: number }) => string): string[] {
  const sums = new Map<string, [number, number]>();
  for (const each of written) {
    const [count, total] = sums.get(group(each)) ?? [0, 0];
    sums.set(group(each), [count + 1, total + each.n]);
  }
  return [...sums].map(([name, [count, total]]) => `[${name},${count},${total}]`).sort();
}

test(`three servers, killed ${KILLS} times under load: every one answers for all, nothing is lost or doubled`, async () => {
  const broker = await connectKafka(inject('kafka'));
  await emptyKafka(broker);
  const folders = Array.from({ length: SERVERS }, () => mkdtempSync(join(tmpdir(), 'millrace-three-')));
  const listeners = await Promise.all(folders.map(freeListener));
  const open = (which: number): Promise<ChildProcess> => start(folders[which] ?? '', listeners[which] ?? '');
  const children: (ChildProcess | undefined)[] = [];
  const written: { key: string; n: number }[] = [];
  let stopped = false;
  try {
    for (let which = 0; which < SERVERS; which++) children[which] = await open(which);
    const created = await fetch(`${listeners[0]}/ksql`, { method: 'POST', body: JSON.stringify({ ksql: SQL }) });
    expect(created.status, await created.text()).toBe(200);
    const producer = await broker.openProducer();
    const feeding = (async () => {
      while (!stopped) {
        const now = clock.now();
        const more = Array.from({ length: 20 }, (_, i) => ({ key: `k${(written.length + i) % KEYS}`, n: written.length + i }));
        await producer.send(more.map(({ key, n }) => ({ topic: 's', partition: partitionForKey(Buffer.from(key), 0, key.length, PARTITIONS), key: Buffer.from(key), value: Buffer.from(`{"N":${n}}`), timestamp: now })));
        written.push(...more);
        await clock.sleep(20);
      }
    })();
    const answers = new Map<number, number>();
    const asking = (async () => {
      for (let turn = 0; !stopped; turn++) {
        const rows = await pull(listeners[turn % SERVERS] ?? '', 'SELECT k, c FROM counted;');
        const status = typeof rows === 'number' ? rows : 200;
        answers.set(status, (answers.get(status) ?? 0) + 1);
        // Whole answers only: every key once.
        if (typeof rows !== 'number' && written.length > 2000) expect(rows.map((row) => String((JSON.parse(row) as unknown[])[0])).sort()).toEqual(Array.from({ length: KEYS }, (_, i) => `k${i}`).sort());
        await clock.sleep(50);
      }
    })();
    for (let round = 0; round < KILLS; round++) {
      await clock.sleep(1500);
      await kill(children[round % SERVERS]);
      // Every other time it is missed for longer than its session.
      if (round % 2 === 1) await clock.sleep(8000);
      children[round % SERVERS] = await open(round % SERVERS);
    }
    await clock.sleep(1000);
    stopped = true;
    await Promise.all([feeding, asking]);
    const byKey = expected(written, ({ key }) => `"${key}"`);
    const byRest = expected(written, ({ n }) => String(n % 5));
    for (const listener of listeners) {
      await expect.poll(() => pull(listener, 'SELECT * FROM counted;'), { timeout: 60_000, interval: 500 }).toEqual(byKey);
      await expect.poll(() => pull(listener, 'SELECT * FROM moved;'), { timeout: 60_000, interval: 500 }).toEqual(byRest);
      for (let key = 0; key < KEYS; key++) expect(await pull(listener, `SELECT * FROM counted WHERE k = 'k${key}';`)).toEqual(byKey.filter((row) => row.startsWith(`["k${key}",`)));
    }
    const plain = (await readLines(broker, 'plain')).map((line) => (JSON.parse(Buffer.from(line.split(' ')[4] ?? '', 'hex').toString()) as { M: number }).M);
    expect(plain.sort((a, b) => a - b)).toEqual(Array.from({ length: written.length }, (_, n) => n + 1));
    console.log(`${written.length} records; answers by status: ${[...answers].map(([status, count]) => `${status}: ${count}`).join(', ')}`);
    // A server that is dead answers nothing; one that lives answers, or says that it cannot now.
    expect([...answers.keys()].filter((status) => ![0, 200, 503].includes(status))).toEqual([]);
  } finally {
    stopped = true;
    for (const child of children) await kill(child);
    await broker.close();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);
