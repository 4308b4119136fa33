import { BrokerError } from '../../../errors/index.js';
import type { LogReader, ProducerRecord, TopicPartition, TransactionalProducer } from '../../broker.js';
import { listOffsets } from '../cluster/list-offsets.js';
import type { KafkaCluster } from '../cluster/kafka-cluster.js';
import { LATEST } from '../protocol/log-apis.js';

const ATTEMPTS = 25;
const MAX_PAUSE_MS = 300;
const READ_BYTES = 1024 * 1024;

interface FoundRecord {
  readonly offset: number;
  readonly isOurs: boolean;
}

/**
 * Compare-and-append for a log that several servers write, which Kafka itself does not have. All writers of a topic share one
 * transactional id. Who opens it fences the others and ends their transaction, so:
 *
 * - what the owner of the id reads of the log does not change any more unless the owner writes;
 * - a writer that was fenced meanwhile fails when it writes, and starts over: then it sees what the other has written.
 *
 * Markers of transactions take offsets too, so "the log ends at N" means that no record lies at N or behind it.
 */
export class ConditionalAppender {
  private readonly producers = new Map<string, TransactionalProducer>();
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly cluster: KafkaCluster,
    private readonly openProducer: (transactionalId: string) => Promise<TransactionalProducer>,
    private readonly openReader: () => LogReader,
  ) {}

  /** The offset of the record; null when another lies at `expectedEnd` or behind. One at a time. */
  append(record: ProducerRecord, expectedEnd: number): Promise<number | null> {
    const result = this.queue.then(() => this.appendAlone(record, expectedEnd));
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async appendAlone(record: ProducerRecord, expectedEnd: number): Promise<number | null> {
    const { topic } = record;
    // After a commit without answer the record may be there: then it is found again.
    let wasSent = false;
    for (let attempt = 1; ; attempt++) {
      try {
        const producer = this.producers.get(topic) ?? (await this.open(topic));
        const found = await this.firstSince(record, expectedEnd);
        if (found !== null) return wasSent && found.isOurs ? found.offset : null;
        wasSent = true;
        return await write(producer, record);
      } catch (error) {
        this.producers.delete(topic);
        const mayHelp = error instanceof BrokerError && (error.outcome === 'fenced' || error.outcome === 'unknown');
        if (!mayHelp || attempt >= ATTEMPTS) throw error;
        // Writers that fence each other drift apart.
        await this.cluster.pause(this.cluster.options.random.next() * Math.min(MAX_PAUSE_MS, 5 * 2 ** attempt));
      }
    }
  }

  /** The first record from an offset on; the owner of the id has no transaction open, so everything there is settled or about to be. */
  private async firstSince(record: ProducerRecord, from: number): Promise<FoundRecord | null> {
    const at: TopicPartition = { topic: record.topic, partition: record.partition };
    const [end = 0] = await listOffsets(this.cluster, [{ ...at, timestamp: LATEST }], false);
    if (end <= from) return end === from ? null : { offset: end, isOurs: false };
    const reader = this.openReader();
    try {
      reader.assign([{ ...at, offset: from }]);
      for (let position = from; position < end; ) {
        for (const slab of await reader.poll({ maxBytes: READ_BYTES, maxWaitMs: 200 })) {
          position = slab.nextOffset;
          if (slab.count === 0) continue;
          const start = slab.valuePositions[0] ?? 0;
          const value = slab.buffers[0]?.subarray(start, start + (slab.valueLengths[0] ?? 0));
          return { offset: slab.offsets[0] ?? from, isOurs: value !== undefined && record.value !== null && value.equals(record.value) };
        }
        this.cluster.checkOpen();
      }
      return null;
    } finally {
      await reader.close();
    }
  }

  private async open(topic: string): Promise<TransactionalProducer> {
    const producer = await this.openProducer(`${topic}-writer`);
    this.producers.set(topic, producer);
    return producer;
  }
}

async function write(producer: TransactionalProducer, { topic, partition, timestamp, key, value, headers }: ProducerRecord): Promise<number> {
  producer.begin();
  try {
    producer.batch(topic, partition).append(timestamp, key, 0, key?.length ?? -1, value, 0, value?.length ?? -1, headers ?? null);
    const { endOffsets } = await producer.commit();
    return (endOffsets[0]?.offset ?? 0) - 1;
  } catch (error) {
    await producer.abort().catch(() => undefined); // The error that led here says more.
    throw error;
  }
}
