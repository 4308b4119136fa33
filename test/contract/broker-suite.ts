import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BatchBuilder, Broker, LogReader, Slab, TransactionalProducer } from '../../src/broker/index.js';

/** What every Broker promises. `open` gives a fresh, empty one; `maintain` runs retention and compaction when the broker has them. */
export interface BrokerUnderTest {
  readonly broker: Broker;
  readonly maintain: (() => Promise<void>) | null;
  /** Moves the wall clock that retention looks at. */
  readonly advance: ((ms: number) => void) | null;
  readonly dispose: () => Promise<void>;
  /** Offsets that the end of a transaction takes in every partition it wrote to. Default 0. */
  readonly markers?: number;
}

export interface ReadRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
}

export function recordsOf(slab: Slab): readonly ReadRecord[] {
  const text = (index: number, positions: Int32Array, lengths: Int32Array): string | null => {
    const length = lengths[index] ?? -1;
    const position = positions[index] ?? 0;
    const b = slab.bufferEnds.findIndex((end) => index < end);
    return length < 0 ? null : (slab.buffers[b]?.toString('utf8', position, position + length) ?? null);
  };
  return Array.from({ length: slab.count }, (_, i) => ({
    offset: slab.offsets[i] ?? -1,
    timestamp: slab.timestamps[i] ?? -1,
    key: text(i, slab.keyPositions, slab.keyLengths),
    value: text(i, slab.valuePositions, slab.valueLengths),
  }));
}

export async function readAll(broker: Broker, topic: string, partition = 0, offset = 0): Promise<{ records: ReadRecord[]; next: number; slabs: Slab[] }> {
  const reader = openReader(broker);
  reader.assign([{ topic, partition, offset }]);
  const records: ReadRecord[] = [];
  const slabs: Slab[] = [];
  // What is committed but not yet visible counts: a cluster shows it a moment later.
  const [end = 0] = await broker.admin.listOffsets([{ topic, partition }], 'latest', 'read_uncommitted');
  let next = offset;
  while (next < end) {
    for (const slab of await reader.poll({ maxBytes: 1 << 20, maxWaitMs: 0 })) {
      records.push(...recordsOf(slab));
      slabs.push(slab);
      next = slab.nextOffset;
    }
  }
  await reader.close();
  return { records, next, slabs };
}

/** Slabs with records. */
async function shown(polled: Promise<readonly Slab[]>): Promise<readonly Slab[]> {
  return (await polled).filter((slab) => slab.count > 0);
}

export function openReader(broker: Broker): LogReader {
  return broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'test' });
}

export function add(batch: BatchBuilder, key: string | null, value: string | null, timestamp = 0): void {
  const k = key === null ? null : Buffer.from(key);
  const v = value === null ? null : Buffer.from(value);
  batch.append(timestamp, k, 0, k?.length ?? -1, v, 0, v?.length ?? -1, null);
}

export async function commitValues(producer: TransactionalProducer, topic: string, values: readonly (string | null)[], key: string | null = null): Promise<void> {
  producer.begin();
  for (const value of values) add(producer.batch(topic, 0), key, value);
  await producer.commit();
}

/** As who commits without being a member. */
const GROUP = { groupId: 'g', generation: -1, memberId: '', instanceId: null };

export function brokerSuite(name: string, open: () => Promise<BrokerUnderTest>): void {
  describe(`${name} broker`, () => {
    let under: BrokerUnderTest;
    let broker: Broker;
    let markers = 0;
    const producer = (id = 'tx'): Promise<TransactionalProducer> => broker.openTransactionalProducer({ transactionalId: id, timeoutMs: 60_000 });

    beforeEach(async () => {
      under = await open();
      broker = under.broker;
      markers = under.markers ?? 0;
    });
    afterEach(() => under.dispose());

    test('creates topics idempotently, refuses another partition count, gives a re-created topic another id', async () => {
      expect(await broker.admin.createTopic({ name: 'a', partitions: 2, configs: { 'cleanup.policy': 'compact' } })).toBe(true);
      expect(await broker.admin.createTopic({ name: 'a', partitions: 2 })).toBe(false);
      await expect(broker.admin.createTopic({ name: 'a', partitions: 3 })).rejects.toThrow(/2 partition/);
      await expect(broker.admin.createTopic({ name: '../x', partitions: 1 })).rejects.toThrow(/invalid/);
      const both = await Promise.all([broker.admin.createTopic({ name: 'b', partitions: 1 }), broker.admin.createTopic({ name: 'b', partitions: 1 })]);
      expect(both.filter(Boolean)).toHaveLength(1);
      const before = await broker.admin.describeTopic('a');
      expect(before).toMatchObject({ name: 'a', partitions: 2, configs: { 'cleanup.policy': 'compact' } });
      expect((await broker.admin.listTopics()).map((topic) => topic.name)).toEqual(['a', 'b']);
      expect(await broker.admin.deleteTopic('a')).toBe(true);
      expect(await broker.admin.deleteTopic('a')).toBe(false);
      expect(await broker.admin.describeTopic('a')).toBeNull();
      await broker.admin.createTopic({ name: 'a', partitions: 2 });
      expect((await broker.admin.describeTopic('a'))?.id).not.toBe(before?.id);
    });

    test('a commit shows appends to many topics and offsets together', async () => {
      await broker.admin.createTopic({ name: 'a', partitions: 2 });
      await broker.admin.createTopic({ name: 'b', partitions: 1 });
      const tx = await producer();
      tx.begin();
      add(tx.batch('a', 0), 'k', 'v0');
      add(tx.batch('a', 1), 'k', 'v1');
      add(tx.batch('b', 0), 'k', 'v2');
      expect(tx.batch('a', 0).pendingRecords).toBe(1);
      await tx.sendOffsets([{ topic: 'a', partition: 1, offset: 7, metadata: 'm' }], GROUP);
      await tx.flush();
      expect(await broker.admin.listOffsets([{ topic: 'a', partition: 0 }], 'latest', 'read_committed')).toEqual([0]);
      expect(await broker.fetchCommitted('g', [{ topic: 'a', partition: 1 }])).toEqual([null]);
      const { endOffsets } = await tx.commit();
      expect(endOffsets.map(({ topic, partition, offset }) => [topic, partition, offset])).toEqual([['a', 0, 1], ['a', 1, 1], ['b', 0, 1]]);
      expect((await readAll(broker, 'b')).records).toEqual([{ offset: 0, timestamp: 0, key: 'k', value: 'v2' }]);
      expect(await broker.fetchCommitted('g', [{ topic: 'a', partition: 1 }, { topic: 'a', partition: 0 }])).toEqual([{ offset: 7, metadata: 'm' }, null]);
      expect(await broker.admin.listGroups()).toEqual(['g']);
      await broker.admin.deleteGroup('g');
      expect(await broker.fetchCommitted('g', [{ topic: 'a', partition: 1 }])).toEqual([null]);
    });

    test('aborted data never shows, and a newer producer fences the older one', async () => {
      await broker.admin.createTopic({ name: 'a', partitions: 1 });
      const old = await producer();
      old.begin();
      add(old.batch('a', 0), null, 'A1');
      await old.abort();
      await commitValues(old, 'a', ['C1']);
      old.begin();
      add(old.batch('a', 0), null, 'zombie');
      const young = await producer();
      await commitValues(young, 'a', ['C2']);
      await expect(old.commit()).rejects.toMatchObject({ code: 'FENCED', outcome: 'fenced', retriable: false });
      const other = await producer('other');
      await commitValues(other, 'a', ['C3']);
      await commitValues(young, 'a', ['C4']);
      expect((await readAll(broker, 'a')).records.map((record) => record.value)).toEqual(['C1', 'C2', 'C3', 'C4']);
    });

    test('keys of zero bytes, nulls, headers with null values, timestamps of any size survive', async () => {
      await broker.admin.createTopic({ name: 'a', partitions: 1, configs: { 'message.timestamp.after.max.ms': '9223372036854775807' } });
      const plain = await broker.openProducer();
      const key = Buffer.from([0, 0, 0, 0]);
      const times = [1000, 0, 20, -1, 1_700_000_000_000, 9_007_199_254_740_991, -5_000_000_000, 2 ** 31, -(2 ** 31) - 1];
      const headers = [{ key: 'h', value: null }, { key: 'ü', value: Buffer.from('x') }, { key: 'h', value: Buffer.alloc(0) }];
      await plain.send([
        ...times.map((timestamp) => ({ topic: 'a', partition: 0, key, value: Buffer.from('v'), timestamp, headers })),
        { topic: 'a', partition: 0, key: null, value: null, timestamp: 5 },
        { topic: 'a', partition: 0, key: Buffer.alloc(0), value: Buffer.alloc(0), timestamp: 5 },
      ]);
      const { records, slabs } = await readAll(broker, 'a');
      expect(records.slice(0, times.length).map((record) => record.timestamp)).toEqual(times);
      expect(records.slice(times.length)).toMatchObject([{ key: null, value: null }, { key: '', value: '' }]);
      expect(records[0]?.key).toBe('\0\0\0\0');
      expect(slabs[0]?.headers(0)).toEqual(headers);
      expect(slabs[0]?.headers(times.length)).toEqual([]);
      expect(await broker.admin.listOffsets([{ topic: 'a', partition: 0 }], { timestamp: 1001 }, 'read_committed')).toEqual([4]);
      expect(await broker.admin.listOffsets([{ topic: 'a', partition: 0 }], { timestamp: -9e15 }, 'read_committed')).toEqual([0]);
    });

    test('plain sends resolve with offsets; compare-and-append sees only its expected end', async () => {
      await broker.admin.createTopic({ name: 'a', partitions: 2 });
      const plain = await broker.openProducer();
      const record = (partition: number) => ({ topic: 'a', partition, key: null, value: Buffer.from('v'), timestamp: 0 });
      expect(await plain.send([record(0), record(1), record(0)])).toEqual([0, 0, 1]);
      const raced = await Promise.all([plain.sendIfEnd(record(0), 2), plain.sendIfEnd(record(0), 2), plain.sendIfEnd(record(0), 3 + markers)]);
      expect(raced).toEqual([2, null, 3 + markers]);
      await expect(plain.send([record(0), { ...record(0), topic: 'missing' }])).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
      expect(await broker.admin.listOffsets([record(0), record(1)], 'latest', 'read_committed')).toEqual([4 + 2 * markers, 1]);
    });

    test('one transaction of 130,000 records reads back whole, from any offset', async () => {
      await broker.admin.createTopic({ name: 'a', partitions: 1 });
      const tx = await producer();
      tx.begin();
      const batch = tx.batch('a', 0);
      for (let i = 0; i < 130_000; i++) add(batch, String(i % 7), `value ${i}`, i);
      expect((await tx.commit()).endOffsets).toMatchObject([{ offset: 130_000 }]);
      const { records, next } = await readAll(broker, 'a');
      expect([130_000, 130_000 + markers]).toContain(next);
      expect(records).toHaveLength(130_000);
      expect(records.every((record, i) => record.offset === i && record.value === `value ${i}`)).toBe(true);
      for (const from of [1, 64_321, 129_999]) expect((await readAll(broker, 'a', 0, from)).records[0]).toMatchObject({ offset: from, value: `value ${from}` });
    });

    test('concurrent commits are all there, each whole and in its order', async () => {
      await broker.admin.createTopic({ name: 'a', partitions: 1 });
      const producers = await Promise.all(Array.from({ length: 8 }, (_, i) => producer(`p${i}`)));
      for (let round = 0; round < 5; round++) {
        await Promise.all(producers.map((tx, i) => commitValues(tx, 'a', [`${i}/${round}/0`, `${i}/${round}/1`])));
      }
      const values = (await readAll(broker, 'a')).records.map((record) => record.value ?? '');
      expect(new Set(values).size).toBe(80);
      for (let i = 0; i < values.length; i += 2) expect(values[i + 1]).toBe((values[i] ?? '').replace(/0$/, '1'));
      for (let p = 0; p < 8; p++) {
        const own = values.filter((value) => value.startsWith(`${p}/`));
        expect(own).toEqual([...own].sort());
      }
    });

    test('a waiting poll ends when data comes, on wakeup, on assignment, on close, after its time', async () => {
      await broker.admin.createTopic({ name: 'a', partitions: 1 });
      const reader = openReader(broker);
      reader.assign([{ topic: 'a', partition: 0, offset: 0 }]);
      expect(await shown(reader.poll({ maxBytes: 1000, maxWaitMs: 0 }))).toEqual([]);
      const waiting = reader.poll({ maxBytes: 1000, maxWaitMs: Infinity });
      const tx = await producer();
      await commitValues(tx, 'a', ['v']);
      expect((await shown(waiting)).map((slab) => slab.count)).toEqual([1]);
      // The end of a transaction is an empty slab of its own where it takes an offset.
      if (markers > 0) await reader.poll({ maxBytes: 1000, maxWaitMs: 100 });
      const woken = reader.poll({ maxBytes: 1000, maxWaitMs: Infinity });
      await Promise.resolve();
      reader.wakeup();
      expect(await shown(woken)).toEqual([]);
      const assigned = reader.poll({ maxBytes: 1000, maxWaitMs: Infinity });
      await Promise.resolve();
      reader.assign([{ topic: 'a', partition: 0, offset: 0 }]);
      expect(await shown(assigned)).toHaveLength(1);
      expect(await shown(reader.poll({ maxBytes: 1000, maxWaitMs: 5 }))).toEqual([]);
      const closed = reader.poll({ maxBytes: 1000, maxWaitMs: Infinity });
      await Promise.resolve();
      await reader.close();
      expect(await closed).toEqual([]);
      await expect(reader.poll({ maxBytes: 1, maxWaitMs: 0 })).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    });

    test('closing the broker ends waiting polls and refuses what comes after', async () => {
      await broker.admin.createTopic({ name: 'a', partitions: 1 });
      const reader = openReader(broker);
      reader.assign([{ topic: 'a', partition: 0, offset: 0 }]);
      const waiting = reader.poll({ maxBytes: 1000, maxWaitMs: Infinity });
      const tx = await producer();
      await broker.close();
      expect(await waiting).toEqual([]);
      tx.begin();
      add(tx.batch('a', 0), null, 'v');
      await expect(tx.commit()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
      expect(() => openReader(broker)).toThrow(/closed/);
    });

    test('two readers read each for itself; pausing and small polls starve nobody', async () => {
      await broker.admin.createTopic({ name: 'a', partitions: 2 });
      const plain = await broker.openProducer();
      for (let i = 0; i < 10; i++) {
        await plain.send([0, 1].map((partition) => ({ topic: 'a', partition, key: null, value: Buffer.from(`${partition}-${i}`), timestamp: i })));
      }
      const first = openReader(broker);
      const second = openReader(broker);
      first.assign([0, 1].map((partition) => ({ topic: 'a', partition, offset: 0 })));
      second.assign([{ topic: 'a', partition: 0, offset: 5 }]);
      const partitions: number[] = [];
      for (let slabs = await first.poll({ maxBytes: 1, maxWaitMs: 0 }); slabs.length > 0; slabs = await first.poll({ maxBytes: 1, maxWaitMs: 0 })) partitions.push(...slabs.map((slab) => slab.partition));
      expect(new Set(partitions.slice(0, 2))).toEqual(new Set([0, 1]));
      second.pause([{ topic: 'a', partition: 0 }]);
      expect(await second.poll({ maxBytes: 1000, maxWaitMs: 0 })).toEqual([]);
      second.resume([{ topic: 'a', partition: 0 }]);
      const [slab] = await second.poll({ maxBytes: 1000, maxWaitMs: 0 });
      expect(slab === undefined ? [] : recordsOf(slab).map((record) => record.value)).toEqual(['0-5', '0-6', '0-7', '0-8', '0-9']);
      expect(slab?.highWatermark).toBe(10);
    });

    test('positions outside the log, unknown and deleted topics are errors, never silence', async () => {
      await broker.admin.createTopic({ name: 'a', partitions: 1 });
      const tx = await producer();
      await commitValues(tx, 'a', ['1', '2', '3']);
      await broker.admin.deleteRecords([{ topic: 'a', partition: 0, offset: 2 }]);
      expect(await broker.admin.listOffsets([{ topic: 'a', partition: 0 }], 'earliest', 'read_committed')).toEqual([2]);
      expect((await readAll(broker, 'a', 0, 2)).records).toMatchObject([{ offset: 2, value: '3' }]);
      const reader = openReader(broker);
      for (const offset of [0, 4 + markers]) {
        reader.assign([{ topic: 'a', partition: 0, offset }]);
        await expect(reader.poll({ maxBytes: 1, maxWaitMs: 0 })).rejects.toMatchObject({ code: 'OFFSET_OUT_OF_RANGE', message: expect.stringContaining(`2 to ${3 + markers}`) as unknown });
      }
      reader.assign([{ topic: 'a', partition: 0, offset: 3 + markers }]);
      const waiting = reader.poll({ maxBytes: 1, maxWaitMs: Infinity });
      const deleted = broker.admin.deleteTopic('a');
      await expect(waiting).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
      await deleted;
      tx.begin();
      add(tx.batch('a', 0), null, 'v');
      await expect(tx.commit()).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC', outcome: 'abortable' });
      await broker.admin.createTopic({ name: 'a', partitions: 1 });
      expect(await broker.admin.listOffsets([{ topic: 'a', partition: 0 }], 'latest', 'read_committed')).toEqual([0]);
    });

    test('records over max.message.bytes are refused', async () => {
      await broker.admin.createTopic({ name: 'a', partitions: 1, configs: { 'max.message.bytes': '1000' } });
      const tx = await producer();
      tx.begin();
      expect(() => add(tx.batch('a', 0), 'k', 'x'.repeat(1001))).toThrow(/larger than topic a allows/);
    });

    test('the one member gets what its assignor gives it', async () => {
      await broker.admin.createTopic({ name: 'a', partitions: 2 });
      const seen: string[] = [];
      if (!broker.singleMember) return;
      const member = broker.openGroup({
        groupId: 'g', instanceId: null,
        subscription: () => ({ topics: ['a'], userData: new Uint8Array(0), owned: [] }),
        assign: (members, partitionsOf) => new Map(members.map((m) => [m.memberId, {
          partitions: Array.from({ length: partitionsOf.get('a') ?? 0 }, (_, partition) => ({ topic: 'a', partition })), userData: new Uint8Array(0),
        }])),
        onAssigned: async (assignment) => void seen.push(`assigned ${assignment.partitions.length}`),
        onRevoked: async (partitions, kind) => void seen.push(`${kind} ${partitions.length}`),
      });
      await member.join();
      expect(member.metadata().groupId).toBe('g');
      await member.leave();
      expect(seen).toEqual(['assigned 2', 'revoked 2']);
    });

    test('compaction keeps the last record of each key, its offset, and tombstones for a while', async () => {
      const { maintain, advance } = under;
      if (maintain === null || advance === null) return;
      await broker.admin.createTopic({ name: 'a', partitions: 1, configs: { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0', 'delete.retention.ms': '1000' } });
      const tx = await producer();
      for (let i = 0; i < 50; i++) {
        tx.begin();
        for (const key of ['a', 'b', `only-${i}`]) add(tx.batch('a', 0), key, `${key}-${i}`, i);
        await tx.commit();
      }
      await commitValues(tx, 'a', [null], 'a');
      await commitValues(tx, 'a', ['keyless']);
      await commitValues(tx, 'a', ['last'], 'z');
      await maintain();
      const { records, next } = await readAll(broker, 'a');
      expect(next).toBe(153);
      expect(records).toHaveLength(54);
      expect(records.filter((record) => record.key === 'b')).toEqual([{ offset: 148, timestamp: 49, key: 'b', value: 'b-49' }]);
      expect(records.filter((record) => record.key === 'a')).toMatchObject([{ offset: 150, value: null }]);
      expect((await readAll(broker, 'a', 0, 77)).records[0]).toMatchObject({ offset: 77, key: 'only-25' });
      advance(2000);
      await commitValues(tx, 'a', ['again'], 'b');
      await commitValues(tx, 'a', ['end'], 'y');
      await maintain();
      const after = (await readAll(broker, 'a')).records;
      expect(after.filter((record) => record.key === 'a')).toEqual([]);
      expect(after.filter((record) => record.key === 'b')).toMatchObject([{ value: 'again' }]);
    });

    test('a reader steps over a part that compaction emptied', async () => {
      const { maintain } = under;
      if (maintain === null) return;
      await broker.admin.createTopic({ name: 'a', partitions: 1, configs: { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0' } });
      const tx = await producer();
      for (let i = 0; i < 20; i++) await commitValues(tx, 'a', ['x'.repeat(30_000)], 'k');
      await maintain();
      const { records, next } = await readAll(broker, 'a');
      // The last batch is never touched; before it only the newest of the rest is left.
      expect(records.map((record) => record.offset)).toEqual([18, 19]);
      expect(next).toBe(20);
      expect((await readAll(broker, 'a', 0, 3)).records).toHaveLength(2);
    });

    test('retention by time waits for record time and append time; by size keeps the newest', async () => {
      const { maintain, advance } = under;
      if (maintain === null || advance === null) return;
      await broker.admin.createTopic({ name: 'time', partitions: 1, configs: { 'retention.ms': '1000' } });
      await broker.admin.createTopic({ name: 'size', partitions: 1, configs: { 'retention.bytes': '3000' } });
      const tx = await producer();
      await commitValues(tx, 'time', ['old']);
      await maintain();
      expect((await readAll(broker, 'time')).records).toHaveLength(1);
      for (let i = 0; i < 10; i++) await commitValues(tx, 'size', ['x'.repeat(1000)]);
      advance(1500);
      await commitValues(tx, 'time', ['new']);
      await maintain();
      const [time, size] = await broker.admin.listOffsets([{ topic: 'time', partition: 0 }, { topic: 'size', partition: 0 }], 'earliest', 'read_committed');
      expect(time).toBe(1);
      expect(size).toBe(8);
      expect((await readAll(broker, 'time', 0, 1)).records).toMatchObject([{ value: 'new' }]);
    });
  });
}
