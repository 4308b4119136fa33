import { BrokerError } from '../../../errors/index.js';
import type { ProducerRecord, TopicPartition, TransactionalProducer } from '../../broker.js';
import { listOffsets } from '../cluster/list-offsets.js';
import type { KafkaCluster } from '../cluster/kafka-cluster.js';
import { LATEST } from '../protocol/log-apis.js';

const ATTEMPTS = 10;

/**
 * Compare-and-append for a log that several servers write, which Kafka itself does not have. All writers of a topic share one
 * transactional id. Who opens it fences the others and ends their transaction, so:
 *
 * - the end of the log that the owner of the id reads does not move any more unless the owner writes;
 * - a writer that was fenced meanwhile fails when it writes, and starts over: its comparison then fails if the other has written.
 *
 * The marker of the transaction takes an offset too: after an append at N the log ends at N + 2.
 */
export class ConditionalAppender {
  private readonly producers = new Map<string, TransactionalProducer>();
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly cluster: KafkaCluster,
    private readonly openProducer: (transactionalId: string) => Promise<TransactionalProducer>,
  ) {}

  /** The offset of the record; null when the log does not end at `expectedEnd`. One at a time. */
  append(record: ProducerRecord, expectedEnd: number): Promise<number | null> {
    const result = this.queue.then(() => this.appendAlone(record, expectedEnd));
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async appendAlone(record: ProducerRecord, expectedEnd: number): Promise<number | null> {
    const { topic, partition } = record;
    for (let attempt = 1; ; attempt++) {
      try {
        const producer = this.producers.get(topic) ?? (await this.open(topic));
        const [end] = await listOffsets(this.cluster, [{ topic, partition, timestamp: LATEST }], false);
        if (end !== expectedEnd) return null;
        const offset = await write(producer, record);
        await this.settled({ topic, partition }, offset);
        return offset;
      } catch (error) {
        this.producers.delete(topic);
        // Another writer came in between; what became of a commit without answer is seen after opening the id again.
        const mayHelp = error instanceof BrokerError && error.outcome === 'fenced';
        if (!mayHelp || attempt >= ATTEMPTS) throw error;
      }
    }
  }

  /** Waits for the marker behind a record: without it the end of the log would still move by itself. */
  private async settled(partition: TopicPartition, offset: number): Promise<void> {
    await this.cluster.retrying(
      `Committing to topic ${partition.topic}`,
      async () => {
        const [stable = 0] = await listOffsets(this.cluster, [{ ...partition, timestamp: LATEST }], true);
        if (stable <= offset) throw new BrokerError('The transaction is not settled yet', { retriable: true });
      },
      { backOff: { firstMs: 1, maxMs: 50 } },
    );
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
