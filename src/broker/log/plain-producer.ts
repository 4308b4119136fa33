import { BrokerError } from '../../errors/index.js';
import type { PlainProducer, ProducerRecord } from '../broker.js';
import type { BatchEncoder } from '../record-batch.js';
import { appendableLog, checkDiskLimit, COMMAND_RESERVE_BYTES, maxRecordBytes, type LogCore } from './log-core.js';
import { PartitionBatch } from './partition-batch.js';
import type { WriteStage } from './write-queue.js';

/** Appends outside transactions: each call is one atomic write. */
export class LocalPlainProducer implements PlainProducer {
  private closed = false;

  constructor(private readonly core: LogCore) {}

  async send(records: readonly ProducerRecord[]): Promise<readonly number[]> {
    this.checkOpen();
    if (records.length === 0) return [];
    const batches = this.encode(records);
    const bases = await this.core.queue.submit((stage) => this.prepare(stage, batches));
    const next = new Map(bases);
    return records.map((record) => {
      const key = `${record.partition}/${record.topic}`;
      const offset = next.get(key) ?? -1;
      next.set(key, offset + 1);
      return offset;
    });
  }

  async sendIfEnd(record: ProducerRecord, expectedEnd: number): Promise<number | null> {
    this.checkOpen();
    const batches = this.encode([record]);
    return await this.core.queue.submit((stage) => {
      const log = appendableLog(this.core, record.topic, record.partition);
      if (stage.head(log).end !== expectedEnd) return null;
      this.prepare(stage, batches, COMMAND_RESERVE_BYTES);
      return expectedEnd;
    });
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  private encode(records: readonly ProducerRecord[]): ReadonlyMap<string, PartitionBatch> {
    const batches = new Map<string, PartitionBatch>();
    for (const { topic, partition, timestamp, key, value, headers } of records) {
      const name = `${partition}/${topic}`;
      let batch = batches.get(name);
      if (batch === undefined) {
        batch = new PartitionBatch(topic, partition, maxRecordBytes(this.core, topic));
        batches.set(name, batch);
      }
      batch.append(timestamp, key, 0, key?.length ?? -1, value, 0, value?.length ?? -1, headers ?? null);
    }
    return batches;
  }

  /** Base offset by partition. */
  private prepare(stage: WriteStage, batches: ReadonlyMap<string, PartitionBatch>, reserve = 0): ReadonlyMap<string, number> {
    let bytes = stage.bytes;
    for (const batch of batches.values()) {
      appendableLog(this.core, batch.topic, batch.partition);
      bytes += batch.pendingBytes;
    }
    checkDiskLimit(this.core, bytes, reserve);
    const bases = new Map<string, number>();
    for (const [name, batch] of batches) {
      const log = appendableLog(this.core, batch.topic, batch.partition);
      bases.set(name, stage.head(log).end);
      const encoders: readonly BatchEncoder[] = batch.take();
      for (const encoder of encoders) stage.append(log, encoder);
    }
    return bases;
  }

  private checkOpen(): void {
    if (this.closed) throw new BrokerError('The producer is closed', { retriable: false, code: 'SHUTTING_DOWN' });
  }
}
