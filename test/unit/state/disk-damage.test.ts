import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger, systemClock, systemRandom } from '../../../src/env/index.js';
import { StateError } from '../../../src/errors/index.js';
import { openDiskStores, type BytesStore, type DiskStores, type WriteOperation } from '../../../src/state/index.js';

const ROUNDS = 400;
const KEYS = 20;
const FLIPS = 60;
const key = (round: number, i: number): Buffer => Buffer.from(`key-${round % 100}-${i}`);
const value = (round: number, i: number): Buffer => Buffer.from(`value ${round}/${i} `.padEnd(100, 'x'));

let root: string;
let folder: string;
let warnings: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  folder = join(root, 'state');
  warnings = [];
});
afterEach(() => rmSync(root, { recursive: true }));

function open(at = folder, verifyBytes = 32 << 20): Promise<DiskStores> {
  const logger = { ...silentLogger, warn: (message: string, fields?: object) => void warnings.push(`${message} ${JSON.stringify(fields)}`) };
  return openDiskStores({ folder: at, clock: systemClock(), random: systemRandom(), logger, verifyBytes, writeBufferBytes: 64 * 1024 });
}

async function fill(from: number, to: number): Promise<void> {
  const stores = await open();
  const store = await stores.open('q/0', 's');
  for (let round = from; round < to; round++) {
    const operations = Array.from({ length: KEYS }, (_, i): WriteOperation => ({ kind: 'put', key: key(round, i), value: value(round, i) }));
    await store.write(operations, round);
  }
  await stores.close();
}

/** Every key is what it was when the store had reached its offset. Wrong, or missing, is a silent error. */
function checkContent(store: BytesStore): void {
  const reached = store.identity().changelogOffset;
  for (let round = Math.max(0, reached - 99); round <= reached; round++) {
    for (let i = 0; i < KEYS; i++) expect(Buffer.from(store.get(key(round, i)) ?? []).toString()).toBe(value(round, i).toString());
  }
}

function files(pattern: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => pattern.test(file)).map((file) => join(folder, file)).sort();
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  writeFileSync(path, bytes);
}

const first = (paths: readonly string[]): string => {
  const [path] = paths;
  if (path === undefined) throw new Error('no such file');
  return path;
};

const INJURIES: readonly (readonly [string, () => void])[] = [
  ['CURRENT is missing', () => rmSync(first(files(/CURRENT$/)))],
  ['CURRENT is zeroed', () => writeFileSync(first(files(/CURRENT$/)), '')],
  ['MANIFEST is missing', () => rmSync(first(files(/MANIFEST/)))],
  ['MANIFEST is halved', () => truncateSync(first(files(/MANIFEST/)), statSync(first(files(/MANIFEST/))).size >> 1)],
  ['the log is deleted', () => files(/\.log$/).forEach((path) => rmSync(path))],
  ['the log is damaged in the middle', () => flip(first(files(/\.log$/)), statSync(first(files(/\.log$/))).size >> 1)],
  ['a table is truncated', () => truncateSync(first(files(/\.ldb$/)), 0)],
  ['a table is deleted', () => rmSync(first(files(/\.ldb$/)))],
  ['the witness is missing', () => rmSync(first(files(/witness$/)))],
  ['the witness is damaged', () => writeFileSync(first(files(/witness$/)), Buffer.alloc(128, 7))],
];

describe('a damaged state store', () => {
  test.each(INJURIES)('%s: wiped at open, said so, never served', async (_name, injure) => {
    await fill(0, ROUNDS);
    injure();
    const stores = await open();
    const store = await stores.open('q/0', 's');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('wiped and restored');
    expect(store.identity()).toMatchObject({ changelogOffset: -1 });
    expect(store.get(key(0, 0))).toBeNull();
    await store.write([{ kind: 'put', key: key(0, 0), value: value(0, 0) }], 3);
    await stores.close();
  });

  test('an older copy of the database alone is noticed; of everything it is an honest older state', async () => {
    await fill(0, 200);
    const old = join(root, 'old');
    cpSync(folder, old, { recursive: true });
    await fill(200, ROUNDS);
    const data = first(files(/data$/));
    rmSync(data, { recursive: true });
    cpSync(data.replace(folder, old), data, { recursive: true });
    const stores = await open();
    expect((await stores.open('q/0', 's')).identity().changelogOffset).toBe(-1);
    await stores.close();
    const older = await open(old);
    const store = await older.open('q/0', 's');
    expect(store.identity().changelogOffset).toBe(199);
    checkContent(store);
    await older.close();
  });

  test('a lost tail after another boot of the machine is accepted as an older state', async () => {
    const options = { folder, clock: systemClock(), random: systemRandom() };
    const before = await openDiskStores({ ...options, bootId: 'one' });
    await (await before.open('q/0', 's')).write([{ kind: 'put', key: key(0, 0), value: value(0, 0) }], 5);
    await before.close();
    files(/\.log$/).forEach((path) => truncateSync(path, statSync(path).size - 30));
    const after = await openDiskStores({ ...options, bootId: 'two' });
    const store = await after.open('q/0', 's');
    expect(store.identity().changelogOffset).toBe(-1);
    expect(store.get(key(0, 0))).toBeNull();
    await after.close();
  });

  test('one flipped bit anywhere gives no wrong answer: wiped at open, or found by the scrub or the read', async () => {
    await fill(0, ROUNDS);
    const pristine = join(root, 'pristine');
    cpSync(folder, pristine, { recursive: true });
    let seed = 12345;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed % below;
    };
    for (let round = 0; round < FLIPS; round++) {
      rmSync(folder, { recursive: true });
      cpSync(pristine, folder, { recursive: true });
      const candidates = files(/\.(ldb|log)$/).filter((path) => statSync(path).size > 0);
      const path = candidates[random(candidates.length)] ?? first(candidates);
      flip(path, random(statSync(path).size));
      const stores = await open();
      const store = await stores.open('q/0', 's');
      try {
        if (store.identity().changelogOffset >= 0) checkContent(store);
      } catch (error) {
        expect(error).toBeInstanceOf(StateError);
        expect(error).toMatchObject({ damaged: true });
      }
      await stores.close();
    }
  });

  test('larger databases are not read through at open; a damaged value is found when it is read, and by the scrub', async () => {
    await fill(0, ROUNDS);
    for (const path of files(/\.ldb$/)) {
      const bytes = readFileSync(path);
      for (let at = bytes.indexOf('xxxxxxxx'); at >= 0; at = bytes.indexOf('xxxxxxxx', at + 90)) bytes[at] = 121;
      writeFileSync(path, bytes);
    }
    const stores = await open(folder, -1);
    const store = await stores.open('q/0', 's');
    expect(() => checkContent(store)).toThrow(StateError);
    await expect(stores.scrub()).rejects.toMatchObject({ damaged: true });
    await stores.close();
  });

  test('a folder in use by another owner is refused, not wiped', async () => {
    await fill(0, 3);
    const owner = await open();
    const store = await owner.open('q/0', 's');
    const second = await open();
    await expect(second.open('q/0', 's')).rejects.toMatchObject({ damaged: false, message: expect.stringContaining('in use') as unknown });
    checkContent(store);
    await owner.close();
  });
});
