import { partitionForKey, type BatchBuilder, type RecordHeader } from '../../broker/index.js';
import type { Partitioner } from '../options.js';
import type { RecordContext } from './record-context.js';
import type { RecordEncoder } from './record-encoder.js';
import type { TransactionOutput } from './transaction-output.js';

/** Appends what an encoder holds to the partition that its key gives, in the open transaction. */
export class TopicWriter {
  private batches: (BatchBuilder | null)[] = [];
  private epoch = -1;

  constructor(
    readonly topic: string,
    private readonly partitions: number,
    private readonly encoder: RecordEncoder,
    private readonly output: TransactionOutput,
    private readonly context: RecordContext,
    private readonly partitioner: Partitioner | null,
  ) {}

  append(timestamp: number): void {
    this.appendWith(timestamp, this.context.headers());
  }

  appendWith(timestamp: number, headers: readonly RecordHeader[] | null): void {
    const { encoder, output } = this;
    const { keyLength, valueLength } = encoder;
    const { buffer } = encoder.scratch;
    this.batchOf(partitionOf(encoder, this.partitions, this.partitioner, this.context)).append(
      timestamp,
      keyLength < 0 ? null : buffer, 0, keyLength,
      valueLength < 0 ? null : buffer, encoder.valuePosition, valueLength,
      headers,
    );
    output.wrote(encoder.scratch.position);
  }

  private batchOf(partition: number): BatchBuilder {
    if (this.epoch !== this.output.epoch) {
      this.batches = Array.from({ length: this.partitions }, () => null);
      this.epoch = this.output.epoch;
    }
    const known = this.batches[partition];
    if (known !== null && known !== undefined) return known;
    const opened = this.output.batch(this.topic, partition);
    this.batches[partition] = opened;
    return opened;
  }
}

/** Kafka's partitioner over the key bytes, the inner ones of a windowed key; records without key are spread. */
export function partitionOf(encoder: RecordEncoder, partitions: number, partitioner: Partitioner | null, context: RecordContext): number {
  if (partitions === 1) return 0;
  if (encoder.keyLength < 0) return context.spread(partitions);
  const length = encoder.keyLength - encoder.windowBytes;
  const { buffer } = encoder.scratch;
  return partitioner === null ? partitionForKey(buffer, 0, length, partitions) : partitioner(buffer, 0, length, partitions);
}
