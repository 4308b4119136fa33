import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { openLocal, type LocalEngine } from '../../../src/engine/index.js';
import { VERSION } from '../../../src/env/index.js';
import { rowsOf } from './engine-world.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-full-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let opened: LocalEngine | null = null;
afterEach(async () => {
  await opened?.engine.close();
  opened = null;
});

const SQL = `CREATE STREAM s (k STRING KEY, v INT, pad STRING) WITH (kafka_topic='s', value_format='JSON', partitions=1);
  CREATE STREAM ballast (pad STRING) WITH (kafka_topic='ballast', value_format='JSON', partitions=1);
  CREATE TABLE t AS SELECT k, COUNT(*) AS n, SUM(v) AS total FROM s GROUP BY k;`;

async function open(folder: string, more: Readonly<Record<string, string>> = {}): Promise<LocalEngine> {
  const properties = { 'ksql.streams.auto.offset.reset': 'earliest', 'millrace.commit.spacing': '0', ...more };
  opened = await openLocal({ storage: { folder }, version: VERSION, properties });
  return opened;
}
const insert = ({ engine }: LocalEngine, v: number, pad = 10): Promise<void> => engine.insert('S', [new Map<string, string | number>([['K', 'a'], ['V', v], ['PAD', 'x'.repeat(pad)]])]);
const table = async (local: LocalEngine): Promise<unknown> => (await rowsOf(local, "SELECT n, total FROM t WHERE k = 'a';")).map((row) => [row['N'], row['TOTAL']]);

/** Until it is so, for at most half a minute. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!(await isSo())) {
    if (performance.now() - started > 30_000) throw new Error('Not within 30 s');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('at its limit the log takes no rows and says so, reads go on, and dropping a topic makes room', async () => {
  const local = await open(join(root, 'limit'), { 'millrace.disk.limit.bytes': '200000' });
  const { engine } = local;
  await engine.execute(SQL);
  await insert(local, 1);
  await engine.whenIdle();
  await engine.insert('BALLAST', [new Map([['PAD', 'x'.repeat(150_000)]])]);
  expect(engine.info().state).toBe('RUNNING');
  await expect(insert(local, 2, 60_000)).rejects.toMatchObject({ code: 'DISK_FULL', retriable: true, hint: expect.stringContaining('Raise the limit') as unknown });
  expect(engine.info().state).toBe('DEGRADED');
  expect(engine.health()).toMatchObject({ ready: true, broker: false, reasons: [expect.stringContaining('limit of 200000 bytes') as unknown] });
  expect(await table(local)).toEqual([[1, 1]]);
  await engine.execute('DROP STREAM ballast DELETE TOPIC;');
  await insert(local, 3, 60_000);
  await engine.whenIdle();
  expect(await table(local)).toEqual([[2, 4]]);
  expect(engine.info().state).toBe('RUNNING');
  expect(engine.health().reasons).toEqual([]);
});

// A small file system of its own, where this user may mount one.
const disk = join(root, 'disk');
mkdirSync(disk);
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'none', disk]).status === 0;
afterAll(() => {
  if (isMounted) spawnSync('umount', ['-l', disk]);
});
if (!isMounted) console.warn('SKIPPED: this user may not mount a file system, so a full one is not tried');

test.skipIf(!isMounted)('a full disk stops writing only: what was acknowledged is there once, and queries go on by themselves when there is room', async () => {
  const local = await open(join(disk, 'data'));
  const { engine } = local;
  await engine.execute(SQL);
  const acknowledged: number[] = [];
  const uncertain: number[] = [];
  const tryInsert = async (v: number): Promise<boolean> => {
    try {
      await insert(local, v, 2000);
      acknowledged.push(v);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'DISK_FULL' });
      uncertain.push(v);
      return false;
    }
  };
  for (let v = 1; v <= 50; v += 1) await tryInsert(v);
  await engine.whenIdle();
  const ballast = join(disk, 'ballast');
  writeFileSync(ballast, '');
  const piece = Buffer.alloc(64 * 1024);
  try {
    for (;;) appendFileSync(ballast, piece);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
  let next = 51;
  while (await tryInsert(next)) next += 1;
  expect(engine.info().state).toBe('DEGRADED');
  // Topics are read on; the table's query waits for room.
  expect((await rowsOf(local, 'SELECT v FROM s;')).length).toBeGreaterThanOrEqual(acknowledged.length);
  truncateSync(ballast, 0);
  next += 1;
  await until(() => tryInsert(next++));
  await engine.whenIdle();
  const count = async (): Promise<number> => Number((((await table(local)) as readonly (readonly unknown[])[])[0] ?? [])[0] ?? 0);
  await until(async () => (await count().catch(() => 0)) >= acknowledged.length);
  await engine.whenIdle();
  expect(engine.info().state).toBe('RUNNING');
  const [[n, total] = []] = (await table(local)) as readonly (readonly number[])[];
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  // A write whose outcome was not known may have happened; it counts once, or not at all.
  expect(n).toBeGreaterThanOrEqual(acknowledged.length);
  expect(n).toBeLessThanOrEqual(acknowledged.length + uncertain.length);
  if (n === acknowledged.length) expect(total).toBe(sum(acknowledged));
  expect(Number(total)).toBeGreaterThanOrEqual(sum(acknowledged));
}, 90_000);
