import { BrokerError } from '../../../errors/index.js';
import type { PlainProducer, ProducerRecord } from '../../broker.js';
import type { KafkaCluster } from '../cluster/kafka-cluster.js';
import type { Codec } from '../fetch/codecs.js';
import { kafkaError } from '../protocol/error-codes.js';
import { INIT_PRODUCER_ID, type ProducerIdentity } from '../protocol/transaction-apis.js';
import { BatchSender, SentBatch } from './batch-sender.js';
import type { ConditionalAppender } from './conditional-appender.js';
import { OpenBatch } from './open-batch.js';

export interface PlainProducerOptions {
  readonly cluster: KafkaCluster;
  readonly codec: Codec;
  readonly maxBatchBytes: (topic: string) => number;
  readonly appender: ConditionalAppender;
}

/**
 * Idempotent appends outside transactions: atomic for each partition of a call. A broker that starts again forgets producers whose
 * newest record is older than `producer.id.expiration.ms` by its own timestamp, and then takes a batch twice whose answer was lost.
 * Transactions are not forgotten so.
 */
export class KafkaPlainProducer implements PlainProducer {
  private closed = false;
  private identity: ProducerIdentity = { producerId: -1, epoch: -1 };
  private opening: Promise<void> | null = null;
  private readonly sender: BatchSender;

  constructor(private readonly options: PlainProducerOptions) {
    const { cluster, codec } = options;
    this.sender = new BatchSender({
      cluster, codec,
      transactionalId: null,
      allOrNothing: false,
      maxVersion: Infinity,
      identity: () => this.identity,
      beforeSend: () => this.open(),
    });
  }

  async send(records: readonly ProducerRecord[]): Promise<readonly number[]> {
    this.checkOpen();
    if (records.length === 0) return [];
    const { cluster } = this.options;
    // All partitions exist, or nothing is appended.
    await cluster.retrying('Looking up topics', () => cluster.findLeaders(records));
    const { sent, batchOf } = this.encode(records);
    for (const batch of sent) this.sender.enqueue(batch);
    try {
      await Promise.all(sent.map(({ done }) => done));
    } catch (error) {
      if (error instanceof BrokerError && error.outcome === 'unknown') this.forgetIdentity();
      throw error;
    }
    return batchOf.map(({ batch, index }) => batch.baseOffset + index);
  }

  async sendIfEnd(record: ProducerRecord, expectedEnd: number): Promise<number | null> {
    this.checkOpen();
    return this.options.appender.append(record, expectedEnd);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  private encode(records: readonly ProducerRecord[]) {
    const sent: SentBatch[] = [];
    const open = new Map<string, { readonly batch: OpenBatch; readonly waiting: number[] }>();
    const batchOf: { batch: SentBatch; index: number }[] = [];
    for (const [at, { topic, partition, timestamp, key, value, headers }] of records.entries()) {
      const name = `${partition}/${topic}`;
      let target = open.get(name);
      if (target === undefined) {
        const waiting: number[] = [];
        const batch = new OpenBatch(topic, partition, this.options.maxBatchBytes(topic), (encoder) => {
          const full = new SentBatch(topic, partition, encoder);
          sent.push(full);
          for (const [index, record] of waiting.splice(0).entries()) batchOf[record] = { batch: full, index };
        });
        target = { batch, waiting };
        open.set(name, target);
      }
      target.batch.append(timestamp, key, 0, key?.length ?? -1, value, 0, value?.length ?? -1, headers ?? null);
      target.waiting.push(at);
    }
    for (const { batch } of open.values()) batch.seal();
    return { sent, batchOf };
  }

  private async open(): Promise<void> {
    if (this.identity.producerId >= 0) return;
    this.opening ??= this.init().finally(() => {
      this.opening = null;
    });
    await this.opening;
  }

  private async init(): Promise<void> {
    const { cluster } = this.options;
    this.identity = await cluster.retrying('Opening a producer', async () => {
      const answer = await cluster.callAny(INIT_PRODUCER_ID, { transactionalId: null, timeoutMs: 0, producerId: -1, epoch: -1 });
      if (answer.error !== 0) throw kafkaError(answer.error, 'Opening a producer');
      return { producerId: answer.producerId, epoch: answer.epoch };
    });
    this.sender.restartSequences();
  }

  private forgetIdentity(): void {
    this.identity = { producerId: -1, epoch: -1 };
  }

  private checkOpen(): void {
    if (this.closed) throw new BrokerError('The producer is closed', { retriable: false, code: 'SHUTTING_DOWN' });
    this.options.cluster.checkOpen();
  }
}
