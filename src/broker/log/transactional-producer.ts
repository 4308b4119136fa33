import { assert, BrokerError } from '../../errors/index.js';
import type { BatchBuilder, CommitResult, EncodedBatch, GroupMetadata, OffsetCommit, TransactionalProducer } from '../broker.js';
import { BatchEncoder } from '../record-batch.js';
import { appendableLog, checkDiskLimit, maxRecordBytes, type LogCore } from './log-core.js';
import { PartitionBatch } from './partition-batch.js';
import type { WriteStage } from './write-queue.js';

interface TakenBatches {
  readonly batch: PartitionBatch;
  readonly encoders: readonly BatchEncoder[];
}
interface GroupOffset {
  readonly group: string;
  readonly offset: OffsetCommit;
}

/** Records stay in this producer's buffers until commit, so aborting is forgetting and nothing aborted is ever stored. */
export class LocalTransactionalProducer implements TransactionalProducer {
  private readonly batches = new Map<string, Map<number, PartitionBatch>>();
  private offsets: GroupOffset[] = [];
  private isOpen = false;

  constructor(
    private readonly core: LogCore,
    private readonly transactionalId: string,
    private readonly epoch: number,
  ) {}

  begin(): void {
    assert(!this.isOpen, 'one transaction at a time');
    this.isOpen = true;
  }

  batch(topic: string, partition: number): BatchBuilder {
    return this.partitionBatch(topic, partition);
  }

  adopt(topic: string, partition: number, batch: EncodedBatch): void {
    this.partitionBatch(topic, partition).adopt(BatchEncoder.attach(batch));
  }

  private partitionBatch(topic: string, partition: number): PartitionBatch {
    assert(this.isOpen, 'a transaction has begun');
    let partitions = this.batches.get(topic);
    if (partitions === undefined) {
      partitions = new Map();
      this.batches.set(topic, partitions);
    }
    let batch = partitions.get(partition);
    if (batch === undefined) {
      batch = new PartitionBatch(topic, partition, maxRecordBytes(this.core, topic));
      partitions.set(partition, batch);
    }
    return batch;
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  sendOffsets(offsets: readonly OffsetCommit[], group: GroupMetadata): Promise<void> {
    assert(this.isOpen, 'a transaction has begun');
    for (const offset of offsets) this.offsets.push({ group: group.groupId, offset });
    return Promise.resolve();
  }

  async commit(): Promise<CommitResult> {
    assert(this.isOpen, 'a transaction has begun');
    this.isOpen = false;
    const taken = this.take();
    const offsets = this.offsets;
    this.offsets = [];
    try {
      return await this.core.queue.submit((stage) => this.prepare(stage, taken, offsets));
    } finally {
      for (const { batch, encoders } of taken) batch.recycle(encoders);
    }
  }

  abort(): Promise<void> {
    for (const { batch, encoders } of this.take()) batch.recycle(encoders);
    this.offsets = [];
    this.isOpen = false;
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.abort();
    this.batches.clear();
  }

  private take(): readonly TakenBatches[] {
    const taken: TakenBatches[] = [];
    for (const partitions of this.batches.values()) {
      for (const batch of partitions.values()) {
        const encoders = batch.take();
        if (encoders.length > 0) taken.push({ batch, encoders });
      }
    }
    return taken;
  }

  private prepare(stage: WriteStage, taken: readonly TakenBatches[], offsets: readonly GroupOffset[]): CommitResult {
    const { core } = this;
    if (core.state.epochs.get(this.transactionalId) !== this.epoch) throw fenced(this.transactionalId);
    const logs = taken.map(({ batch }) => appendableLog(core, batch.topic, batch.partition));
    let bytes = stage.bytes;
    for (const { encoders } of taken) for (const encoder of encoders) bytes += encoder.bytes;
    if (taken.length > 0) checkDiskLimit(core, bytes);
    for (const [i, { encoders }] of taken.entries()) {
      const log = logs[i];
      if (log !== undefined) for (const encoder of encoders) stage.append(log, encoder);
    }
    for (const { group, offset } of offsets) {
      stage.put({ kind: 'offset', group, topic: offset.topic, partition: offset.partition, offset: offset.offset, metadata: offset.metadata });
    }
    stage.whenDurable(() => {
      for (const { group, offset } of offsets) core.state.setOffset(group, offset);
    });
    return { endOffsets: logs.map((log) => ({ topic: log.topic, partition: log.partition, offset: stage.head(log).end })) };
  }
}

function fenced(transactionalId: string): BrokerError {
  return new BrokerError(`A newer producer has taken over the transactional id ${transactionalId}`, {
    retriable: false,
    code: 'FENCED',
    outcome: 'fenced',
  });
}
