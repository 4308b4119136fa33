import { describe, expect, test } from 'vitest';
import { silentLogger, systemClock, systemRandom } from '../../../src/env/index.js';
import { BrokerError } from '../../../src/errors/index.js';
import { LogBroker } from '../../../src/broker/log/log-broker.js';
import type { LogOperation } from '../../../src/broker/log/log-storage.js';
import type { PartitionLog } from '../../../src/broker/log/partition-log.js';
import { LogState } from '../../../src/broker/log/log-state.js';
import { MemoryStorage } from '../../../src/broker/memory/memory-storage.js';
import { add, commitValues, readAll } from '../../contract/broker-suite.js';

/** Fails writes on demand: with the bytes stored all the same, or not. */
class FailingStorage extends MemoryStorage {
  next: 'works' | 'fails unwritten' | 'fails written' | 'stays full' = 'works';
  writes = 0;
  reads = 0;
  private wasWritten = false;

  override async write(operations: readonly LogOperation[]): Promise<void> {
    this.writes += 1;
    if (this.next === 'works') return await super.write(operations);
    this.wasWritten = this.next === 'fails written';
    if (this.wasWritten) await super.write(operations);
    if (this.next !== 'stays full') this.next = 'works';
    throw new BrokerError('full', { retriable: true, code: 'DISK_FULL', outcome: 'unknown' });
  }
  override recover(): Promise<boolean> {
    if (this.next === 'stays full') return Promise.reject(new BrokerError('still full', { retriable: true, code: 'DISK_FULL', outcome: 'abortable' }));
    return Promise.resolve(this.wasWritten);
  }
  override read(log: PartitionLog, base: number): Buffer | null {
    this.reads += 1;
    return super.read(log, base);
  }
}

async function openFailing(): Promise<{ storage: FailingStorage; broker: LogBroker }> {
  const storage = new FailingStorage();
  const broker = LogBroker.over(storage, new LogState(), { clock: systemClock(), random: systemRandom(), logger: silentLogger });
  await broker.admin.createTopic({ name: 'a', partitions: 1 });
  return { storage, broker };
}
const producerOf = (broker: LogBroker) => broker.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 1000 });

describe('a write whose outcome is unknown', () => {
  test.each([['fails unwritten', ['1', '3']], ['fails written', ['1', '2', '3']]] as const)('that %s is decided before anything follows', async (kind, expected) => {
    const { storage, broker } = await openFailing();
    const tx = await producerOf(broker);
    await commitValues(tx, 'a', ['1']);
    storage.next = kind;
    tx.begin();
    add(tx.batch('a', 0), null, '2');
    await tx.sendOffsets([{ topic: 'in', partition: 0, offset: 2, metadata: '' }], { groupId: 'g', generation: 1, memberId: 'm', instanceId: null });
    await expect(tx.commit()).rejects.toMatchObject({ outcome: 'unknown' });
    const again = await producerOf(broker);
    expect(await broker.fetchCommitted('g', [{ topic: 'in', partition: 0 }])).toEqual([kind === 'fails written' ? { offset: 2, metadata: '' } : null]);
    await commitValues(again, 'a', ['3']);
    const { records } = await readAll(broker, 'a');
    expect(records.map((record) => record.value)).toEqual(expected);
    expect(records.map((record) => record.offset)).toEqual(expected.map((_, i) => i));
  });

  test('keeps refusing, without harm, while there is no room; reading goes on', async () => {
    const { storage, broker } = await openFailing();
    const tx = await producerOf(broker);
    await commitValues(tx, 'a', ['1']);
    storage.next = 'stays full';
    await expect(commitValues(tx, 'a', ['2'])).rejects.toMatchObject({ code: 'DISK_FULL', outcome: 'unknown' });
    await expect(producerOf(broker)).rejects.toMatchObject({ code: 'DISK_FULL', outcome: 'abortable' });
    expect((await readAll(broker, 'a')).records).toHaveLength(1);
    storage.next = 'works';
    await commitValues(await producerOf(broker), 'a', ['3']);
    expect((await readAll(broker, 'a')).records.map((record) => record.value)).toEqual(['1', '3']);
  });
});

test('concurrent commits share a write', async () => {
  const { storage, broker } = await openFailing();
  const producers = await Promise.all(Array.from({ length: 20 }, (_, i) => broker.openTransactionalProducer({ transactionalId: `t${i}`, timeoutMs: 1000 })));
  storage.writes = 0;
  await Promise.all(producers.map((tx, i) => commitValues(tx, 'a', [String(i)])));
  expect(storage.writes).toBe(1);
});

test('a thousand readers of one stream decode it once', async () => {
  const { storage, broker } = await openFailing();
  const tx = await producerOf(broker);
  await commitValues(tx, 'a', Array.from({ length: 1000 }, (_, i) => `value ${i}`));
  const readers = Array.from({ length: 1000 }, () => broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'push' }));
  for (const reader of readers) reader.assign([{ topic: 'a', partition: 0, offset: 0 }]);
  storage.reads = 0;
  const slabs = await Promise.all(readers.map((reader) => reader.poll({ maxBytes: 1 << 20, maxWaitMs: 0 })));
  expect(slabs.every(([slab]) => slab?.count === 1000)).toBe(true);
  expect(storage.reads).toBe(1);
  const waiting = readers.map((reader) => reader.poll({ maxBytes: 1 << 20, maxWaitMs: Infinity }));
  await commitValues(tx, 'a', ['last']);
  expect((await Promise.all(waiting)).every(([slab]) => slab?.count === 1)).toBe(true);
  expect(storage.reads).toBe(2);
});

test('the same calls and random numbers give the same identities and offsets', async () => {
  const run = async (): Promise<unknown> => {
    let n = 0;
    const random = { next: () => 0, bytes: (length: number) => Uint8Array.from({ length }, () => n++) };
    const clock = { ...systemClock(), now: () => 0 };
    const broker = LogBroker.over(new MemoryStorage(), new LogState(), { clock, random, logger: silentLogger });
    await broker.admin.createTopic({ name: 'a', partitions: 2 });
    await commitValues(await producerOf(broker), 'a', ['1', '2']);
    return [await broker.admin.listTopics(), await broker.admin.clusterId(), (await readAll(broker, 'a')).records];
  };
  expect(await run()).toEqual(await run());
});

test('compaction leaves turns to others, many more than it takes', async () => {
  const storage = new FailingStorage();
  let turns = 0;
  const clock = { ...systemClock(), yieldTurn: () => Promise.resolve(void (turns += 1)) };
  const broker = LogBroker.over(storage, new LogState(), { clock, random: systemRandom(), logger: silentLogger });
  await broker.admin.createTopic({ name: 'a', partitions: 1, configs: { 'cleanup.policy': 'compact' } });
  const producer = await broker.openProducer();
  const value = Buffer.alloc(32 * 1024);
  const RECORDS = 64;
  for (let i = 0; i < RECORDS; i++) await producer.send([{ topic: 'a', partition: 0, timestamp: 1, key: Buffer.from(`k${i % 4}`), value }]);
  await producer.close();
  turns = 0;
  await broker.maintain();
  const slices = (RECORDS * value.length) / (128 * 1024);
  expect(turns).toBeGreaterThan(slices * 7);
  const { records } = await readAll(broker, 'a');
  expect(records.length).toBeLessThan(RECORDS / 4);
  await broker.close();
});
