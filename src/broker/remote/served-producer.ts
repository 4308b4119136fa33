import type { BrokerAdmin, CommitResult, EncodedBatch, TopicPartition, TransactionalProducer } from '../broker.js';
import { BATCH_HEADER_BYTES, BatchEncoder } from '../record-batch.js';
import { ColumnarSlab } from '../slab.js';
import type { GroupOffsets, PartitionRecords, RecordLimits } from './messages.js';

/** A transactional producer that another thread fills with whole batches. */
export class ServedProducer {
  private isOpen = false;
  /** Topics whose limit the other thread knows, so that it has checked its records. */
  private readonly checked = new Set<string>();

  constructor(
    private readonly producer: TransactionalProducer,
    private readonly admin: BrokerAdmin,
  ) {}

  /** What the other thread is told once; topics made later are looked at when their records come. */
  async readLimits(): Promise<RecordLimits> {
    const topics = await this.admin.listTopics();
    for (const topic of topics) this.checked.add(topic.name);
    return topics.flatMap(({ name, configs }) => (configs['max.message.bytes'] === undefined ? [] : [[name, Number(configs['max.message.bytes'])] as const]));
  }

  async append(records: readonly PartitionRecords[]): Promise<void> {
    if (!this.isOpen) this.producer.begin();
    this.isOpen = true;
    for (const { topic, partition, batches } of records) {
      const mayAdopt = await this.hasKnownLimit(topic);
      for (const batch of batches) {
        if (mayAdopt && this.producer.adopt !== undefined) this.producer.adopt(topic, partition, batch);
        else this.appendOneByOne({ topic, partition }, batch);
      }
    }
  }

  async commit(records: readonly PartitionRecords[], offsets: readonly GroupOffsets[]): Promise<CommitResult> {
    await this.append(records);
    for (const { offsets: commits, group } of offsets) await this.producer.sendOffsets(commits, group);
    this.isOpen = false;
    return this.producer.commit();
  }

  async abort(): Promise<void> {
    this.isOpen = false;
    await this.producer.abort();
  }

  async close(): Promise<void> {
    if (this.isOpen) await this.abort();
    await this.producer.close();
  }

  private async hasKnownLimit(topic: string): Promise<boolean> {
    if (this.checked.has(topic)) return true;
    const described = await this.admin.describeTopic(topic);
    if (described?.configs['max.message.bytes'] !== undefined) return false;
    if (described !== null) this.checked.add(topic);
    return true;
  }

  /** The producer's own builder checks sizes, and writes what its broker needs. */
  private appendOneByOne({ topic, partition }: TopicPartition, batch: EncodedBatch): void {
    const buffer = BatchEncoder.attach(batch).finish(0);
    const slab = new ColumnarSlab({ topic, partition, highWatermark: 0, lastStableOffset: 0 }, 0, batch.count);
    slab.decode({
      buffer, position: batch.headroom + BATCH_HEADER_BYTES, end: buffer.length, count: batch.count,
      baseOffset: 0, baseTimestamp: batch.baseTimestamp, fromOffset: 0,
    });
    slab.buffers = [buffer];
    slab.bufferEnds = Int32Array.of(batch.count);
    const builder = this.producer.batch(topic, partition);
    for (let i = 0; i < slab.count; i++) {
      builder.append(
        slab.timestamps[i] ?? 0,
        buffer, slab.keyPositions[i] ?? 0, slab.keyLengths[i] ?? -1,
        buffer, slab.valuePositions[i] ?? 0, slab.valueLengths[i] ?? -1,
        slab.headers(i),
      );
    }
  }
}
