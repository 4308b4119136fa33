import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { KafkaBroker } from '../../src/broker/index.js';
import { connectKafka, emptyKafka } from './connect.js';
import { java, startKafka } from './java-kafka.js';
import { readLines } from './records.js';

let broker: KafkaBroker;
const bootstrap = inject('kafka');

beforeAll(async () => {
  broker = await connectKafka(bootstrap);
  await emptyKafka(broker);
});
afterAll(() => broker.close());

const linesOf = (output: string): string[] => output.split('\n').filter((line) => line !== '');

test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('what Java wrote with %s, in transactions and aborted ones, is read as Java reads it', async (codec) => {
  const topic = `java-${codec}`;
  await broker.admin.createTopic({ name: topic, partitions: 1 });
  java('WriteRecords', [bootstrap, topic, '600', codec, 'transactions']);
  java('WriteRecords', [bootstrap, topic, '600', codec]);
  const expected = linesOf(java('ReadCommitted', [bootstrap, topic]));
  expect(expected).toHaveLength(1000);
  for (const maxBytes of [1, 1 << 22]) expect(await readLines(broker, topic, { maxBytes })).toEqual(expected);
  expect(await readLines(broker, topic, { isolation: 'read_uncommitted' })).toHaveLength(1200);
});

test.each(['none', 'gzip', 'snappy', 'lz4'] as const)('what is written here with %s, Java reads: committed transactions only', async (codec) => {
  const topic = `ours-${codec}`;
  await broker.admin.createTopic({ name: topic, partitions: 2 });
  const writer = await connectKafka(bootstrap, { compression: codec });
  const producer = await writer.openTransactionalProducer({ transactionalId: topic, timeoutMs: 30_000 });
  for (let round = 0; round < 30; round++) {
    producer.begin();
    for (let i = 0; i < 50; i++) {
      const value = Buffer.from(`${round}-${i} ${'y'.repeat(i * 3)}`);
      const key = i % 4 === 0 ? null : Buffer.from([0, 0, 0, i % 7]);
      producer.batch(topic, i % 2).append(5000 + i - round * 7, key, 0, key?.length ?? -1, i % 9 === 0 ? null : value, 0, i % 9 === 0 ? -1 : value.length, i % 5 === 0 ? [{ key: 'h', value: null }, { key: 'i', value: Buffer.from('x') }] : null);
    }
    if (round % 3 === 1) {
      await producer.flush();
      await producer.abort();
    } else {
      await producer.commit();
    }
  }
  const lines = await readLines(writer, topic);
  expect(lines).toHaveLength(1000);
  const byPartition = (a: string, b: string): number => Number(a.split(' ')[0]) - Number(b.split(' ')[0]) || Number(a.split(' ')[1]) - Number(b.split(' ')[1]);
  expect([...lines].sort(byPartition)).toEqual(linesOf(java('ReadCommitted', [bootstrap, topic])).sort(byPartition));
  await writer.close();
});

test('a compacted log of transactions, aborts and tombstones is read to its end like Java does', async () => {
  const cleaning = await startKafka({ properties: { 'log.cleaner.enable': 'true', 'log.cleaner.backoff.ms': '200' } });
  const own = await connectKafka(cleaning.bootstrap);
  try {
    const topic = 'compacted';
    const configs = { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.01', 'segment.ms': '100', 'delete.retention.ms': '0' };
    await own.admin.createTopic({ name: topic, partitions: 1, configs });
    for (const codec of ['none', 'lz4']) java('WriteRecords', [cleaning.bootstrap, topic, '600', codec, 'transactions', 'keyed']);
    const plain = await own.openProducer();
    const started = Date.now();
    // Records keep coming so that segments roll; compaction goes on by itself.
    for (let kept = Infinity; kept > 200 && Date.now() - started < 60_000; ) {
      await plain.send([{ topic, partition: 0, key: Buffer.from('last'), value: Buffer.from('x'), timestamp: Date.now() }]);
      kept = (await readLines(own, topic)).length;
    }
    const expected = linesOf(java('ReadCommitted', [cleaning.bootstrap, topic]));
    expect(expected.length).toBeLessThan(300);
    expect(await readLines(own, topic, { maxBytes: 1 })).toEqual(expected);
  } finally {
    await own.close();
    await cleaning.stop();
  }
});
