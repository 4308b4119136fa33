import { BrokerError } from '../../../errors/index.js';
import type { TopicPartition } from '../../broker.js';
import type { BatchEncoder } from '../../record-batch.js';
import { asBrokerError, type KafkaCluster } from '../cluster/kafka-cluster.js';
import type { Codec } from '../fetch/codecs.js';
import { actionOf, KAFKA } from '../protocol/error-codes.js';
import { PRODUCE, type ProducedPartition } from '../protocol/log-apis.js';
import type { ProducerIdentity } from '../protocol/transaction-apis.js';
import { ConnectionFailure } from '../wire/wire-transport.js';
import { refusedBatch } from './producer-errors.js';
import { sequenceAfter, stampBatch } from './stamp-batch.js';

/** Of one request; more waits for the next. */
const REQUEST_BYTES = 4 * 1024 * 1024;
const FIRST_PAUSE_MS = 5;
const MAX_PAUSE_MS = 500;

export interface SenderOptions {
  readonly cluster: KafkaCluster;
  readonly transactionalId: string | null;
  /** One failure fails everything until `discard`; otherwise batches stand for themselves. */
  readonly allOrNothing: boolean;
  readonly maxVersion: number;
  readonly codec: Codec;
  readonly identity: () => ProducerIdentity;
  /** Awaited before batches of these partitions are sent. */
  readonly beforeSend: (partitions: readonly TopicPartition[]) => Promise<void>;
}

/** A closed batch on its way. */
export class SentBatch {
  stamped: Buffer | null = null;
  sequence = -1;
  producerId = -1;
  deadline = Infinity;
  baseOffset = -1;
  readonly count: number;
  readonly done: Promise<void>;
  resolve: () => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;

  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly encoder: BatchEncoder,
  ) {
    this.count = encoder.count;
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.done.catch(() => undefined); // Whoever drains hears of it.
  }
}

class PartitionQueue {
  readonly batches: SentBatch[] = [];
  nextSequence = 0;

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}
}

/**
 * Sends batches in the order of their partitions, at most one in flight for each, the same bytes until the broker has answered.
 * Rounds: one request to every leader that something waits for.
 */
export class BatchSender {
  private readonly queues = new Map<string, PartitionQueue>();
  private running: Promise<void> | null = null;
  private failure: Error | null = null;
  /** Set by `discard`: what is under way ends, nothing new is sent. */
  private stopped = false;

  constructor(private readonly options: SenderOptions) {}

  enqueue(batch: SentBatch): void {
    const key = `${batch.partition}/${batch.topic}`;
    let queue = this.queues.get(key);
    if (queue === undefined) {
      queue = new PartitionQueue(batch.topic, batch.partition);
      this.queues.set(key, queue);
    }
    queue.batches.push(batch);
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
  }

  /** Resolves when all that was enqueued is acknowledged; rejects with the first failure. */
  async drain(): Promise<void> {
    while (this.running !== null) await this.running;
    if (this.failure !== null) throw this.failure;
  }

  /** Gives up what is not acknowledged. True: some of it may have reached the broker, so its sequence numbers are used up. */
  async discard(): Promise<boolean> {
    this.stopped = true;
    while (this.running !== null) await this.running;
    this.stopped = false;
    this.failure = null;
    let isUncertain = false;
    for (const queue of this.queues.values()) {
      isUncertain ||= queue.batches.some((batch) => batch.stamped !== null);
      queue.batches.length = 0;
    }
    return isUncertain;
  }

  /** Another identity begins to count at 0. */
  restartSequences(): void {
    for (const queue of this.queues.values()) queue.nextSequence = 0;
  }

  private async run(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    // A turn first: what else is written in this moment goes along.
    await Promise.resolve();
    for (;;) {
      const waiting = [...this.queues.values()].filter((queue) => queue.batches.length > 0);
      if (waiting.length === 0 || this.stopped) return;
      const acknowledged = await this.round(waiting).catch((error: unknown) => this.failAll(waiting, error));
      if (this.failure !== null && this.options.allOrNothing) return;
      if (acknowledged) pauseMs = FIRST_PAUSE_MS;
      else {
        await this.options.cluster.pause(pauseMs);
        pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2);
      }
    }
  }

  /** True when something was acknowledged. */
  private async round(waiting: readonly PartitionQueue[]): Promise<boolean> {
    const { cluster, beforeSend } = this.options;
    cluster.checkOpen();
    await this.locate(waiting);
    const ready = waiting.filter((queue) => queue.batches.length > 0 && cluster.knownLeader(queue) !== null);
    if (ready.length === 0) return false;
    await beforeSend(ready);
    const byNode = new Map<number, SentBatch[]>();
    for (const queue of ready) {
      const leader = cluster.knownLeader(queue);
      const batch = queue.batches[0];
      if (leader === null || batch === undefined) continue;
      const batches = byNode.get(leader.node) ?? [];
      batches.push(batch);
      byNode.set(leader.node, batches);
    }
    const results = await Promise.all([...byNode].map(([node, batches]) => this.sendTo(node, batches)));
    return results.some(Boolean);
  }

  private async locate(waiting: readonly PartitionQueue[]): Promise<void> {
    const { cluster } = this.options;
    for (const queue of waiting) {
      if (cluster.knownLeader(queue) !== null) continue;
      try {
        await cluster.findLeaders([queue]);
      } catch (error) {
        if (error instanceof BrokerError && !error.retriable) this.fail(queue, refusedBatch(KAFKA.unknownTopic, queue, error.message));
        else this.late(queue, error);
      }
    }
  }

  private async sendTo(node: number, batches: readonly SentBatch[]): Promise<boolean> {
    const { cluster, transactionalId, maxVersion } = this.options;
    const sent: SentBatch[] = [];
    let bytes = 0;
    for (const batch of batches) {
      if (sent.length > 0 && bytes >= REQUEST_BYTES) break;
      bytes += this.stamp(batch).length;
      sent.push(batch);
    }
    try {
      const { requestTimeoutMs } = cluster.options;
      const answer = await cluster.call(
        node,
        PRODUCE,
        { transactionalId, timeoutMs: requestTimeoutMs, partitions: sent.map((batch) => ({ topic: batch.topic, partition: batch.partition, batch: this.stamp(batch) })) },
        { lane: 'produce', maxVersion },
      );
      let acknowledged = false;
      for (const result of answer.partitions) acknowledged = this.receive(result) || acknowledged;
      return acknowledged;
    } catch (error) {
      if (!(error instanceof ConnectionFailure)) throw error;
      // Whether the batches were appended is not known: the same bytes again tell.
      for (const batch of sent) this.late(this.queueOf(batch), error);
      cluster.forgetTopics(sent.map(({ topic }) => topic));
      return false;
    }
  }

  private stamp(batch: SentBatch): Buffer {
    if (batch.stamped !== null) return batch.stamped;
    const { cluster, transactionalId, codec, identity } = this.options;
    const queue = this.queueOf(batch);
    const { producerId, epoch } = identity();
    batch.sequence = queue.nextSequence;
    batch.producerId = producerId;
    batch.deadline = cluster.options.clock.monotonic() + cluster.options.deliveryTimeoutMs;
    queue.nextSequence = sequenceAfter(batch.sequence, batch.count);
    batch.stamped = stampBatch(batch.encoder, { producerId, epoch, sequence: batch.sequence, transactional: transactionalId !== null, codec });
    return batch.stamped;
  }

  private receive(result: ProducedPartition): boolean {
    const queue = this.queueOf(result);
    const batch = queue.batches[0];
    if (batch === undefined) return false;
    if (result.error === 0) {
      batch.baseOffset = result.baseOffset;
      queue.batches.shift();
      batch.resolve();
      return true;
    }
    const action = actionOf(result.error);
    if (action === 'fail') {
      // Refused for good: its numbers are free again, as nothing after it has been sent.
      if (batch.producerId === this.options.identity().producerId) queue.nextSequence = batch.sequence;
      this.fail(queue, refusedBatch(result.error, queue, result.message));
      return false;
    }
    if (action === 'refresh') this.options.cluster.forgetTopics([result.topic]);
    this.late(queue, refusedBatch(result.error, queue, result.message));
    return false;
  }

  /** Gives a batch up when its time is over. */
  private late(queue: PartitionQueue, error: unknown): void {
    const { cluster } = this.options;
    const batch = queue.batches[0];
    if (batch === undefined) return;
    if (batch.deadline === Infinity) batch.deadline = cluster.options.clock.monotonic() + cluster.options.deliveryTimeoutMs;
    if (cluster.options.clock.monotonic() < batch.deadline) return;
    const cause = asBrokerError(error, `Writing to topic ${queue.topic}`);
    this.fail(queue, new BrokerError(cause.message, { retriable: true, outcome: 'unknown', cause }));
  }

  private fail(queue: PartitionQueue, error: Error): void {
    this.failure ??= error;
    const batch = queue.batches[0];
    if (!this.options.allOrNothing) {
      queue.batches.shift();
      this.failure = null;
    }
    batch?.reject(error);
  }

  private failAll(queues: readonly PartitionQueue[], error: unknown): false {
    const failure = asBrokerError(error, 'Writing');
    for (const queue of queues) this.fail(queue, failure);
    return false;
  }

  private queueOf({ topic, partition }: TopicPartition): PartitionQueue {
    return this.queues.get(`${partition}/${topic}`) ?? new PartitionQueue(topic, partition);
  }
}
