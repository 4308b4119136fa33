import { assert, BrokerError } from '../../../errors/index.js';
import type { BatchBuilder, CommitResult, GroupMetadata, OffsetCommit, TransactionalProducer } from '../../broker.js';
import type { KafkaCluster } from '../cluster/kafka-cluster.js';
import type { Codec } from '../fetch/codecs.js';
import { packText } from '../group/offset-text.js';
import { distinct } from '../protocol/api.js';
import { BatchSender, SentBatch } from './batch-sender.js';
import { OpenBatch } from './open-batch.js';
import { Transaction, type Settlement } from './transaction.js';
import { Unfenced } from './unfenced.js';

/** Produce from this version on belongs to the second flow. */
const SECOND_FLOW_PRODUCE = 12;

export interface TransactionalProducerOptions {
  readonly cluster: KafkaCluster;
  readonly transactionalId: string;
  readonly timeoutMs: number;
  readonly guarantee: 'exactly_once' | 'at_least_once';
  readonly codec: Codec;
  readonly maxBatchBytes: (topic: string) => number;
}

/** Full batches travel while others fill; the commit sends the rest and the offsets together, then ends the transaction. */
export class KafkaTransactionalProducer implements TransactionalProducer {
  private readonly batches = new Map<string, Map<number, OpenBatch>>();
  private readonly sender: BatchSender;
  private sent: SentBatch[] = [];
  private offsets: { readonly group: GroupMetadata; readonly offsets: readonly OffsetCommit[] }[] = [];
  private isOpen = false;
  /** Fenced, or not known what became of it: another producer must be opened. */
  private dead: BrokerError | null = null;

  private constructor(
    private readonly options: TransactionalProducerOptions,
    private readonly transaction: Settlement,
    secondFlow: boolean,
  ) {
    const { cluster, transactionalId, guarantee, codec } = options;
    this.sender = new BatchSender({
      cluster, codec,
      transactionalId: guarantee === 'exactly_once' ? transactionalId : null,
      allOrNothing: true,
      maxVersion: secondFlow ? SECOND_FLOW_PRODUCE : SECOND_FLOW_PRODUCE - 1,
      identity: transaction.current,
      beforeSend: async (partitions) => {
        await this.renew();
        await transaction.register(partitions);
      },
    });
  }

  static async open(options: TransactionalProducerOptions): Promise<KafkaTransactionalProducer> {
    const { cluster, transactionalId, timeoutMs, guarantee } = options;
    if (guarantee === 'at_least_once') {
      const unfenced = new Unfenced(cluster);
      await unfenced.open();
      return new KafkaTransactionalProducer(options, unfenced, true);
    }
    const secondFlow = (await cluster.transactionVersion()) >= 2;
    const transaction = new Transaction({ cluster, transactionalId, timeoutMs, secondFlow });
    await transaction.open();
    return new KafkaTransactionalProducer(options, transaction, secondFlow);
  }

  begin(): void {
    assert(!this.isOpen, 'one transaction at a time');
    this.isOpen = true;
  }

  batch(topic: string, partition: number): BatchBuilder {
    assert(this.isOpen, 'a transaction has begun');
    let partitions = this.batches.get(topic);
    if (partitions === undefined) {
      partitions = new Map();
      this.batches.set(topic, partitions);
    }
    let batch = partitions.get(partition);
    if (batch === undefined) {
      batch = new OpenBatch(topic, partition, this.options.maxBatchBytes(topic), (encoder) => {
        const sent = new SentBatch(topic, partition, encoder);
        this.sent.push(sent);
        this.sender.enqueue(sent);
      });
      partitions.set(partition, batch);
    }
    return batch;
  }

  async flush(): Promise<void> {
    this.sealAll();
    await this.guarded(() => this.sender.drain());
    for (const batch of this.openBatches()) batch.settled();
  }

  sendOffsets(offsets: readonly OffsetCommit[], group: GroupMetadata): Promise<void> {
    assert(this.isOpen, 'a transaction has begun');
    // Sent with the commit: a pending offset would make others wait for this transaction.
    if (offsets.length > 0) this.offsets.push({ group, offsets: distinct(offsets).map((each) => ({ ...each, metadata: packText(each.metadata) })) });
    return Promise.resolve();
  }

  async commit(): Promise<CommitResult> {
    assert(this.isOpen, 'a transaction has begun');
    this.isOpen = false;
    return this.guarded(async () => {
      this.sealAll();
      await this.renew();
      await allOf([this.sender.drain(), this.commitOffsets()]);
      if (this.transaction.isOpenThere && (await this.transaction.end(true))) this.sender.restartSequences();
      const result = { endOffsets: this.endOffsets() };
      this.forget();
      return result;
    });
  }

  async abort(): Promise<void> {
    this.isOpen = false;
    const isUncertain = await this.sender.discard();
    for (const batch of this.openBatches()) batch.reset();
    this.offsets = [];
    this.sent = [];
    if (this.dead !== null) return;
    await this.guarded(async () => {
      if (isUncertain) this.transaction.spoil();
      if (!this.transaction.isOpenThere) return;
      if (await this.transaction.end(false)) this.sender.restartSequences();
    });
  }

  /** An open transaction is left to the next owner of the id, who ends it first of all. */
  async close(): Promise<void> {
    if (this.dead === null) await this.abort().catch(() => undefined);
    this.batches.clear();
  }

  private async renew(): Promise<void> {
    if (await this.transaction.renewIfNeeded()) this.sender.restartSequences();
  }

  private async commitOffsets(): Promise<void> {
    for (const { group, offsets } of this.offsets) await this.transaction.commitOffsets(group, offsets);
  }

  private endOffsets(): CommitResult['endOffsets'] {
    const ends = new Map<string, { topic: string; partition: number; offset: number }>();
    for (const { topic, partition, baseOffset, count } of this.sent) ends.set(`${partition}/${topic}`, { topic, partition, offset: baseOffset + count });
    return [...ends.values()];
  }

  private sealAll(): void {
    for (const batch of this.openBatches()) batch.seal();
  }

  /** After a commit: the buffers are used again. */
  private forget(): void {
    for (const { topic, partition, encoder } of this.sent) this.batches.get(topic)?.get(partition)?.recycle(encoder);
    for (const batch of this.openBatches()) batch.settled();
    this.sent = [];
    this.offsets = [];
  }

  private *openBatches(): Iterable<OpenBatch> {
    for (const partitions of this.batches.values()) yield* partitions.values();
  }

  /** After "fenced" and "unknown" there is nothing this producer may still do. */
  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    if (this.dead !== null) throw this.dead;
    try {
      return await work();
    } catch (error) {
      if (error instanceof BrokerError && (error.outcome === 'fenced' || error.outcome === 'unknown')) this.dead = error;
      throw error;
    }
  }
}

/** Waits for all, then fails with what weighs most: being fenced tells more than a topic that is gone. */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const failures = (await Promise.allSettled(work)).flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  if (failures.length === 0) return;
  throw failures.find((failure) => failure instanceof BrokerError && failure.outcome === 'fenced') ?? failures[0];
}
