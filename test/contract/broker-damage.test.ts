import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbeddedBroker, type EmbeddedBroker, type EmbeddedBrokerOptions } from '../../src/broker/index.js';
import { systemClock, systemRandom } from '../../src/env/index.js';
import { BrokerError } from '../../src/errors/index.js';
import { add, commitValues, readAll } from './broker-suite.js';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  folder = join(root, 'data');
});
afterEach(() => rmSync(root, { recursive: true }));

function open(options: Partial<EmbeddedBrokerOptions> = {}): Promise<EmbeddedBroker> {
  return openEmbeddedBroker({
    folder, clock: systemClock(), random: systemRandom(), processId: process.pid, maintenanceIntervalMs: null, writeBufferBytes: 64 * 1024, ...options,
  });
}

/** 300 commits of 1 KiB on two topics: some in tables, the last in the database's log. */
async function fill(options: Partial<EmbeddedBrokerOptions> = {}): Promise<void> {
  const broker = await open(options);
  await broker.admin.createTopic({ name: 'orders', partitions: 1 });
  await broker.admin.createTopic({ name: 'clicks', partitions: 1 });
  const tx = await broker.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 1000 });
  for (let i = 0; i < 150; i++) {
    await commitValues(tx, 'orders', [`order ${i} `.padEnd(1000, 'o')]);
    await commitValues(tx, 'clicks', [`click ${i} `.padEnd(1000, 'c')]);
  }
  await broker.close();
}

function files(pattern: RegExp): string[] {
  return readdirSync(join(folder, 'log')).filter((file) => pattern.test(file)).map((file) => join(folder, 'log', file)).sort();
}
function first(paths: readonly string[]): string {
  const [path] = paths;
  if (path === undefined) throw new Error('no such file');
  return path;
}
function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  writeFileSync(path, bytes);
}

const INJURIES: readonly (readonly [string, () => void])[] = [
  ['CURRENT is missing', () => rmSync(first(files(/CURRENT$/)))],
  ['CURRENT is zeroed', () => writeFileSync(first(files(/CURRENT$/)), '')],
  ['MANIFEST is missing', () => rmSync(first(files(/MANIFEST/)))],
  ['MANIFEST is halved', () => truncateSync(first(files(/MANIFEST/)), statSync(first(files(/MANIFEST/))).size >> 1)],
  ['the log is deleted', () => files(/\d\.log$/).forEach((path) => rmSync(path))],
  ['the log is cut', () => truncateSync(first(files(/\d\.log$/)), statSync(first(files(/\d\.log$/))).size - 500)],
  ['the log is damaged in the middle', () => flip(first(files(/\d\.log$/)), statSync(first(files(/\d\.log$/))).size >> 1)],
  ['a table is deleted', () => rmSync(first(files(/\.ldb$/)))],
];

describe('a damaged data folder', () => {
  test.each(INJURIES)('%s: refused at open', async (_name, injure) => {
    await fill();
    injure();
    await expect(open()).rejects.toMatchObject({ code: 'DAMAGED', message: expect.stringContaining(folder) as unknown });
  });

  test('lost writes are reported with the topic, nothing is deleted by refusing, and the damage can be accepted', async () => {
    await fill();
    INJURIES[6]?.[1]();
    await expect(open()).rejects.toThrow(/topic (orders|clicks)/);
    await expect(open()).rejects.toThrow(/topic (orders|clicks)/);
    const broker = await open({ acceptDamage: true });
    expect((await broker.admin.listTopics()).map((topic) => topic.name)).toEqual(['clicks', 'orders']);
    await broker.close();
    await (await open()).close();
  });

  test('a flipped byte in a table is reported where it is read; what lies elsewhere reads on; the partition takes no appends', async () => {
    await fill();
    for (const path of files(/\.ldb$/)) {
      const bytes = readFileSync(path);
      const at = bytes.indexOf('order 3 ');
      if (at >= 0) flip(path, at);
    }
    // The database's own log is short by now, so what the journal still expects may reach back to the injury.
    const broker = await open({ acceptDamage: true });
    expect((await readAll(broker, 'clicks')).records).toHaveLength(150);
    const reader = broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'test' });
    reader.assign([{ topic: 'orders', partition: 0, offset: 0 }]);
    await expect((async () => {
      for (let i = 0; i < 10; i++) await reader.poll({ maxBytes: 1 << 20, maxWaitMs: 0 });
    })()).rejects.toMatchObject({ code: 'DAMAGED', message: expect.stringMatching(/orders partition 0 is damaged at offset 3/) as unknown });
    const tx = await broker.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 1000 });
    await expect(commitValues(tx, 'orders', ['x'])).rejects.toMatchObject({ code: 'DAMAGED', outcome: 'abortable' });
    await broker.close();
  });

  test.each([16 * 1024, 500])('one flipped bit anywhere in tables, log or segments never changes what is read (segments from %d bytes)', async (bulkBytes) => {
    await fill({ bulkBytes });
    const pristine = join(root, 'pristine');
    cpSync(folder, pristine, { recursive: true });
    let seed = 99;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed % below;
    };
    for (let round = 0; round < 40; round++) {
      rmSync(folder, { recursive: true });
      cpSync(pristine, folder, { recursive: true });
      const segments = readdirSync(join(folder, 'segments')).map((file) => join(folder, 'segments', file));
      const candidates = [...files(/\.ldb$|\d\.log$/), ...segments].filter((path) => statSync(path).size > 0);
      const path = candidates[random(candidates.length)] ?? first(candidates);
      flip(path, random(statSync(path).size));
      const broker = await open().catch((error: unknown) => {
        expect(error).toBeInstanceOf(BrokerError);
        return null;
      });
      if (broker === null) continue;
      for (const [topic, word] of [['orders', 'order'], ['clicks', 'click']] as const) {
        const read = await readAll(broker, topic).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'DAMAGED' });
          return null;
        });
        if (read === null) continue;
        expect(read.records.map((record) => record.value?.slice(0, 10).trim().replace(/[oc]+$/, '').trim())).toEqual(Array.from({ length: 150 }, (_, i) => `${word} ${i}`));
      }
      await broker.close();
    }
  });
});

describe('damaged segment files', () => {
  const segments = { bulkBytes: 500 } as const;

  function segment(): string {
    return first(readdirSync(join(folder, 'segments')).map((file) => join(folder, 'segments', file)));
  }

  test.each([
    ['missing', (): void => rmSync(segment())],
    ['empty', (): void => writeFileSync(segment(), '')],
    ['cut', (): void => truncateSync(segment(), statSync(segment()).size - 100)],
  ] as const)('a segment that is %s: refused at open with the topic, and the rest can be had by accepting it', async (_name, injure) => {
    await fill(segments);
    injure();
    await expect(open()).rejects.toMatchObject({ code: 'DAMAGED', message: expect.stringMatching(/topic (clicks|orders) partition 0 at offset \d+/) as unknown });
    const broker = await open({ ...segments, acceptDamage: true });
    await expect(readAll(broker, 'clicks')).rejects.toMatchObject({ code: 'DAMAGED' });
    await broker.admin.createTopic({ name: 'new', partitions: 1 });
    const tx = await broker.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 1000 });
    await commitValues(tx, 'new', ['x'.repeat(1000)]);
    expect((await readAll(broker, 'new')).records).toHaveLength(1);
    await broker.close();
  });

  test('a flipped byte is reported where it is read, and nothing but the truth is read', async () => {
    await fill(segments);
    flip(segment(), readFileSync(segment()).indexOf('order 3 ') + 200);
    const broker = await open();
    expect((await readAll(broker, 'clicks')).records).toHaveLength(150);
    await expect(readAll(broker, 'orders')).rejects.toMatchObject({ code: 'DAMAGED', message: expect.stringContaining('orders partition 0 is damaged at offset 3') as unknown });
    await broker.close();
  });

  test('bytes that no commit followed are not seen, and written over', async () => {
    await fill(segments);
    const size = statSync(segment()).size;
    truncateSync(segment(), size + 5000);
    const broker = await open(segments);
    const tx = await broker.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 1000 });
    await commitValues(tx, 'orders', ['order 150 '.padEnd(1000, 'o')]);
    await broker.close();
    expect(statSync(segment()).size).toBe(size + 5000);
    const again = await open();
    expect((await readAll(again, 'orders')).records.map((record) => record.value?.replace(/ o+$/, ''))).toEqual(Array.from({ length: 151 }, (_, i) => `order ${i}`));
    await again.close();
  });
});

describe('segment files', () => {
  function bytesStored(): number {
    return readdirSync(join(folder, 'segments')).reduce((sum, file) => sum + statSync(join(folder, 'segments', file)).size, 0);
  }

  async function fillSegments(broker: EmbeddedBroker): Promise<void> {
    const tx = await broker.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 1000 });
    const value = Buffer.alloc(1_000_000, 'v');
    for (let i = 0; i < 80; i++) {
      tx.begin();
      tx.batch('kept', 0).append(i, null, 0, -1, value, 0, i % 4 === 0 ? 1_000_000 : 100, null);
      tx.batch('gone', 0).append(i, null, 0, -1, value, 0, 1_000_000, null);
      await tx.commit();
    }
    await tx.close();
  }

  test('give room back when topics are deleted: what is left is moved, and reads as before', async () => {
    const broker = await open({ fsync: false });
    await broker.admin.createTopic({ name: 'kept', partitions: 1 });
    await broker.admin.createTopic({ name: 'gone', partitions: 1 });
    await fillSegments(broker);
    expect(bytesStored()).toBeGreaterThan(99_000_000);
    await broker.admin.deleteTopic('gone');
    await broker.maintain();
    expect(bytesStored()).toBeLessThan(60_000_000);
    const lengths = Array.from({ length: 80 }, (_, i) => (i % 4 === 0 ? 1_000_000 : 100));
    expect((await readAll(broker, 'kept')).records.map((record) => record.value?.length)).toEqual(lengths);
    await broker.close();
    const again = await open();
    expect((await readAll(again, 'kept')).records.map((record) => record.value?.length)).toEqual(lengths);
    await again.admin.deleteRecords([{ topic: 'kept', partition: 0, offset: 79 }]);
    await again.close();
  });
});

describe('a data folder', () => {
  test('keeps everything across a restart', async () => {
    await fill();
    const broker = await open();
    const id = await broker.admin.clusterId();
    const topic = await broker.admin.describeTopic('orders');
    const tx = await broker.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 1000 });
    tx.begin();
    await tx.sendOffsets([{ topic: 'orders', partition: 0, offset: 9, metadata: 'x' }], { groupId: 'g', generation: 1, memberId: 'm', instanceId: null });
    await tx.commit();
    await broker.close();
    const again = await open();
    expect(await again.admin.clusterId()).toBe(id);
    expect(await again.admin.describeTopic('orders')).toEqual(topic);
    expect(await again.fetchCommitted('g', [{ topic: 'orders', partition: 0 }])).toEqual([{ offset: 9, metadata: 'x' }]);
    expect((await readAll(again, 'orders', 0, 149)).records[0]?.value).toContain('order 149');
    await again.close();
  });

  test('is refused to a second owner, who is told the first one and its URL; a dead owner is none', async () => {
    const broker = await open();
    await expect(open()).rejects.toMatchObject({ code: 'FOLDER_LOCKED', message: expect.stringContaining(`process ${process.pid}`) as unknown });
    broker.announce('http://localhost:8088');
    await expect(open()).rejects.toThrow('connect to http://localhost:8088');
    await broker.close();
    expect(existsSync(join(folder, 'lock'))).toBe(false);
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: 1, url: null }));
    await (await open()).close();
  });

  test('of a newer format is refused; only its owner may look into it', async () => {
    await (await open()).close();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    writeFileSync(join(folder, 'format.json'), '{"format": 99}');
    await expect(open()).rejects.toThrow(/newer version \(format 99/);
  });

  test('with a limit refuses appends beyond it, reads on, and takes records again when there is room', async () => {
    const broker = await open({ diskLimitBytes: 10_000 });
    await broker.admin.createTopic({ name: 'a', partitions: 1 });
    const tx = await broker.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 1000 });
    for (let i = 0; i < 3; i++) await commitValues(tx, 'a', ['x'.repeat(3000)]);
    tx.begin();
    add(tx.batch('a', 0), null, 'x'.repeat(3000));
    await expect(tx.commit()).rejects.toMatchObject({ code: 'DISK_FULL', retriable: true, outcome: 'abortable' });
    expect((await readAll(broker, 'a')).records).toHaveLength(3);
    await broker.admin.deleteRecords([{ topic: 'a', partition: 0, offset: 2 }]);
    await commitValues(tx, 'a', ['x'.repeat(3000)]);
    await broker.close();
  });

  test('goes on deleting a topic after a restart, and finds merged batches after one', async () => {
    const broker = await open();
    await broker.admin.createTopic({ name: 'c', partitions: 1, configs: { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0' } });
    const tx = await broker.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 1000 });
    for (let i = 0; i < 100; i++) await commitValues(tx, 'c', [String(i)], `k${i % 10}`);
    await broker.maintain();
    await broker.close();
    const again = await open();
    expect((await readAll(again, 'c')).records.map((record) => record.value)).toEqual(Array.from({ length: 11 }, (_, i) => String(89 + i)));
    expect(await again.admin.deleteTopic('c')).toBe(true);
    await again.close();
    const last = await open();
    expect(await last.admin.listTopics()).toEqual([]);
    await last.close();
  });
});
