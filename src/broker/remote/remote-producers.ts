import type { Transferable } from 'node:worker_threads';
import { assert, BrokerError } from '../../errors/index.js';
import type {
  BatchBuilder, CommitResult, GroupMetadata, OffsetCommit, PlainProducer, ProducerRecord, TransactionalProducer,
} from '../broker.js';
import { MAX_RECORD_BYTES } from '../log/log-core.js';
import { PartitionBatch } from '../log/partition-batch.js';
import type { GroupOffsets, PartitionRecords, RemoteRecord } from './messages.js';
import type { BrokerLink } from './broker-link.js';

/** Encodes batches in this thread and hands them over whole, buffers and all. */
export class RemoteTransactionalProducer implements TransactionalProducer {
  private readonly batches = new Map<string, PartitionBatch>();
  private offsets: GroupOffsets[] = [];
  private isOpen = false;

  constructor(
    private readonly link: BrokerLink,
    private readonly producer: number,
    private readonly limits: ReadonlyMap<string, number>,
  ) {}

  begin(): void {
    assert(!this.isOpen, 'one transaction at a time');
    this.isOpen = true;
  }

  batch(topic: string, partition: number): BatchBuilder {
    assert(this.isOpen, 'a transaction has begun');
    const key = `${partition}/${topic}`;
    let batch = this.batches.get(key);
    if (batch === undefined) {
      batch = new PartitionBatch(topic, partition, this.limits.get(topic) ?? MAX_RECORD_BYTES);
      this.batches.set(key, batch);
    }
    return batch;
  }

  async flush(): Promise<void> {
    const { batches, transfer } = this.take();
    if (batches.length > 0) await this.link.call('append', [this.producer, batches], transfer);
  }

  sendOffsets(offsets: readonly OffsetCommit[], group: GroupMetadata): Promise<void> {
    assert(this.isOpen, 'a transaction has begun');
    this.offsets.push({ group, offsets: offsets.map(({ topic, partition, offset, metadata }) => ({ topic, partition, offset, metadata })) });
    return Promise.resolve();
  }

  async commit(): Promise<CommitResult> {
    assert(this.isOpen, 'a transaction has begun');
    this.isOpen = false;
    const { batches, transfer } = this.take();
    const { offsets } = this;
    this.offsets = [];
    return this.link.call('commit', [this.producer, batches, offsets], transfer);
  }

  async abort(): Promise<void> {
    this.take();
    this.offsets = [];
    this.isOpen = false;
    await this.link.call('abort', [this.producer]);
  }

  async close(): Promise<void> {
    this.batches.clear();
    await this.link.callAnyway('closeProducer', [this.producer]);
  }

  private take(): { readonly batches: readonly PartitionRecords[]; readonly transfer: readonly Transferable[] } {
    const batches: PartitionRecords[] = [];
    const transfer: Transferable[] = [];
    for (const batch of this.batches.values()) {
      const taken = batch.take().map((encoder) => encoder.detach());
      if (taken.length === 0) continue;
      batches.push({ topic: batch.topic, partition: batch.partition, batches: taken });
      // Encoders allocate their buffers unpooled, so each owns its memory.
      for (const { bytes } of taken) if (bytes.buffer instanceof ArrayBuffer) transfer.push(bytes.buffer);
    }
    return { batches, transfer };
  }
}

export class RemotePlainProducer implements PlainProducer {
  private closed = false;

  constructor(
    private readonly link: BrokerLink,
    private readonly producer: number,
  ) {}

  async send(records: readonly ProducerRecord[]): Promise<readonly number[]> {
    this.checkOpen();
    return this.link.call('send', [this.producer, records.map(cloneable)]);
  }

  async sendIfEnd(record: ProducerRecord, expectedEnd: number): Promise<number | null> {
    this.checkOpen();
    return this.link.call('sendIfEnd', [this.producer, cloneable(record), expectedEnd]);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.link.callAnyway('closeProducer', [this.producer]);
  }

  private checkOpen(): void {
    if (this.closed) throw new BrokerError('The producer is closed', { retriable: false, code: 'SHUTTING_DOWN' });
  }
}

// Cloning a view copies all the memory it looks into, so small views of large buffers are copied first.
function cloneable({ topic, partition, key, value, timestamp, headers }: ProducerRecord): RemoteRecord {
  const own = (bytes: Buffer | null): Uint8Array | null => (bytes === null ? null : Uint8Array.from(bytes));
  return {
    topic, partition, timestamp, key: own(key), value: own(value),
    ...(headers === undefined ? {} : { headers: headers.map((header) => ({ key: header.key, value: own(header.value) })) }),
  };
}
