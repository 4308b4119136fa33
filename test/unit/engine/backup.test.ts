import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { backupFolder, openLocal, receiveBackup, restoreBackup, type LocalEngine } from '../../../src/engine/index.js';
import { silentLogger, systemClock, systemRandom, VERSION, type Logger } from '../../../src/env/index.js';
import { rowsOf } from './engine-world.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-backup-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const fresh = (): string => join(root, String(folders++));

const opened: LocalEngine[] = [];
afterEach(async () => {
  for (const { engine } of opened.splice(0)) await engine.close();
});
async function open(folder: string, logger: Logger = silentLogger): Promise<LocalEngine> {
  const properties = { 'ksql.streams.auto.offset.reset': 'earliest', 'millrace.commit.spacing': '0' };
  const local = await openLocal({ storage: { folder }, version: VERSION, properties, env: { logger } });
  opened.push(local);
  return local;
}
async function close(local: LocalEngine): Promise<void> {
  opened.splice(opened.indexOf(local), 1);
  await local.engine.close();
}

const SQL = `CREATE STREAM s (k STRING KEY, v INT, pad STRING) WITH (kafka_topic='s', value_format='JSON', partitions=2);
  CREATE TABLE t AS SELECT k, COUNT(*) AS n, SUM(v) AS total FROM s GROUP BY k;`;
const KEYS = 7;
// Large enough that some batches go into segment files.
const rows = (from: number, to: number): readonly ReadonlyMap<string, string | number>[] =>
  Array.from({ length: to - from }, (_, index) => new Map<string, string | number>([['K', `k${(from + index) % KEYS}`], ['V', from + index], ['PAD', 'x'.repeat(100)]]));

async function insert(local: LocalEngine, from: number, to: number): Promise<void> {
  await local.engine.insert('S', rows(from, to));
  await local.engine.whenIdle();
}
const table = async (local: LocalEngine): Promise<unknown> =>
  (await rowsOf(local, 'SELECT k, n, total FROM t;')).toSorted((left, right) => (String(left['K']) < String(right['K']) ? -1 : 1)).map((row) => ({ ...row }));
/** What the table must be after rows 0 to `to`. */
const expected = (to: number): unknown =>
  Array.from({ length: Math.min(KEYS, to) }, (_, key) => {
    const values = Array.from({ length: to }, (_each, index) => index).filter((value) => value % KEYS === key);
    return { K: `k${key}`, N: values.length, TOTAL: values.reduce((sum, value) => sum + value, 0) };
  });

test('a backup of a running engine is the data at one moment, and goes on from there', async () => {
  const local = await open(fresh());
  await local.engine.execute(SQL);
  await insert(local, 0, 1000);
  const bytes = await local.backup();
  // Written after the backup began: none of it is in there.
  const writing = insert(local, 1000, 2000);
  const destination = fresh();
  const report = await receiveBackup(destination, bytes);
  await writing;
  expect(report.batches).toBeGreaterThan(2);
  expect(await table(local)).toEqual(expected(2000));
  await close(local);
  expect(readdirSync(join(destination, 'segments')).length).toBeGreaterThan(0);
  const folder = fresh();
  await restoreBackup(destination, folder, false);
  const restored = await open(folder);
  await restored.engine.whenIdle();
  expect(await table(restored)).toEqual(expected(1000));
  await insert(restored, 1000, 1500);
  expect(await table(restored)).toEqual(expected(1500));
});

test('an idle folder is backed up as it is; a folder in use, a folder that is none, and a full destination are refused', async () => {
  const folder = fresh();
  const env = { clock: systemClock(), random: systemRandom(), logger: silentLogger };
  const local = await open(folder);
  await local.engine.execute(SQL);
  await insert(local, 0, 50);
  await expect(backupFolder(folder, fresh(), env, 1)).rejects.toMatchObject({ code: 'FOLDER_LOCKED' });
  const backup = fresh();
  await receiveBackup(backup, await local.backup());
  await expect(restoreBackup(backup, folder, true)).rejects.toMatchObject({ code: 'FOLDER_LOCKED' });
  await close(local);
  const destination = fresh();
  await backupFolder(folder, destination, env, 1);
  await expect(backupFolder(folder, destination, env, 1)).rejects.toThrow('is not empty');
  await expect(backupFolder(fresh(), fresh(), env, 1)).rejects.toThrow('is no data folder');
  await expect(restoreBackup(folder, fresh(), false)).rejects.toThrow('is no backup');
  await expect(restoreBackup(destination, folder, false)).rejects.toThrow('is not empty');
  const { movedTo } = await restoreBackup(destination, folder, true);
  expect(existsSync(join(movedTo ?? '', 'log'))).toBe(true);
  const restored = await open(folder);
  await restored.engine.whenIdle();
  expect(await table(restored)).toEqual(expected(50));
});

test('a backup that was cut or changed on its way is refused and leaves nothing', async () => {
  const local = await open(fresh());
  await local.engine.execute(SQL);
  await insert(local, 0, 300);
  const chunks: Buffer[] = [];
  for await (const chunk of await local.backup()) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  const send = async function* (bytes: Buffer): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += 1000) yield await Promise.resolve(bytes.subarray(at, at + 1000));
  };
  const good = fresh();
  await receiveBackup(good, send(whole));
  for (const damage of [1, 7, 13].map((part) => Math.floor((whole.length * part) / 17))) {
    const destination = fresh();
    await expect(receiveBackup(destination, send(whole.subarray(0, damage)))).rejects.toMatchObject({ code: 'DAMAGED' });
    const changed = Buffer.from(whole);
    changed[damage] = (changed[damage] ?? 0) ^ 1;
    await expect(receiveBackup(destination, send(changed))).rejects.toThrow();
    expect(existsSync(destination)).toBe(false);
  }
  // A backup that lay about and has been damaged is not restored.
  const [segment = ''] = readdirSync(join(good, 'segments'));
  const path = join(good, 'segments', segment);
  const bytes = readFileSync(path);
  bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const folder = fresh();
  await expect(restoreBackup(good, folder, false)).rejects.toMatchObject({ code: 'DAMAGED' });
  expect(existsSync(folder)).toBe(false);
});

test('stores of another time than the log are found out and brought to it', async () => {
  const folder = fresh();
  let local = await open(folder);
  await local.engine.execute(SQL);
  await insert(local, 0, 100);
  const backup = fresh();
  await receiveBackup(backup, await local.backup());
  await close(local);
  const oldState = fresh();
  cpSync(join(folder, 'state'), oldState, { recursive: true });
  local = await open(folder);
  await insert(local, 100, 200);
  await close(local);
  const newState = fresh();
  cpSync(join(folder, 'state'), newState, { recursive: true });

  // The log goes back, the stores do not.
  const older = fresh();
  await restoreBackup(backup, older, false);
  cpSync(newState, join(older, 'state'), { recursive: true });
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message), child: () => logger };
  const back = await open(older, logger);
  await back.engine.whenIdle();
  expect(await table(back)).toEqual(expected(100));
  expect(warnings).toContain('A store is from another time than its changelog and is made anew');
  await insert(back, 100, 150);
  expect(await table(back)).toEqual(expected(150));

  // The stores go back, the log does not.
  rmSync(join(folder, 'state'), { recursive: true });
  cpSync(oldState, join(folder, 'state'), { recursive: true });
  const forth = await open(folder);
  await forth.engine.whenIdle();
  expect(await table(forth)).toEqual(expected(200));
});
