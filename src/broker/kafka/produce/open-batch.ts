import { BrokerError } from '../../../errors/index.js';
import type { BatchBuilder, RecordHeader } from '../../broker.js';
import { BATCH_HEADER_BYTES, BatchEncoder } from '../../record-batch.js';

/** Larger batches cost memory, smaller ones time. */
const BATCH_BYTES = 256 * 1024;
const SPARE_ENCODERS = 4;
/** Varints around a record's key and value, at most. */
const RECORD_OVERHEAD = 32;

/** The batch that takes a partition's records; full ones are handed on at once, so that they travel while others fill. */
export class OpenBatch implements BatchBuilder {
  pendingRecords = 0;
  pendingBytes = 0;
  private open: BatchEncoder | null = null;
  private readonly spare: BatchEncoder[] = [];
  private firstBytes = 1024;

  constructor(
    readonly topic: string,
    readonly partition: number,
    /** `max.message.bytes` of the topic: of a batch as a whole. */
    private readonly maxBytes: number,
    private readonly onFull: (encoder: BatchEncoder) => void,
  ) {}

  append(
    timestamp: number,
    key: Buffer | null, keyPosition: number, keyLength: number,
    value: Buffer | null, valuePosition: number, valueLength: number,
    headers: readonly RecordHeader[] | null,
  ): void {
    let bytes = Math.max(0, keyLength) + Math.max(0, valueLength) + RECORD_OVERHEAD;
    if (headers !== null) for (const header of headers) bytes += header.key.length * 3 + (header.value?.length ?? 0) + 10;
    if (bytes - RECORD_OVERHEAD > this.maxBytes) throw this.tooLarge(bytes - RECORD_OVERHEAD);
    const limit = Math.min(BATCH_BYTES, this.maxBytes) - BATCH_HEADER_BYTES;
    if (this.open !== null && this.open.count > 0 && this.open.bytes + bytes > limit) this.seal();
    const encoder = (this.open ??= this.spare.pop() ?? new BatchEncoder(0, this.firstBytes));
    const before = encoder.bytes;
    encoder.append(timestamp, key, keyPosition, keyLength, value, valuePosition, valueLength, headers);
    this.pendingRecords += 1;
    this.pendingBytes += encoder.bytes - before;
  }

  /** Hands on what is open. */
  seal(): void {
    const { open } = this;
    if (open === null || open.count === 0) return;
    this.open = null;
    if (open.bytes > BATCH_BYTES / 2) this.firstBytes = BATCH_BYTES + 1024;
    this.onFull(open);
  }

  /** Forgets what is open; nothing is pending any more. */
  reset(): void {
    this.open?.reset();
    this.settled();
  }

  /** What was handed on has been sent. */
  settled(): void {
    this.pendingRecords = 0;
    this.pendingBytes = 0;
  }

  recycle(encoder: BatchEncoder): void {
    if (this.spare.length >= SPARE_ENCODERS) return;
    encoder.reset();
    this.spare.push(encoder);
  }

  private tooLarge(bytes: number): BrokerError {
    return new BrokerError(`A record of ${bytes} bytes is larger than topic ${this.topic} allows (max.message.bytes is ${this.maxBytes})`, {
      retriable: false, code: 'RECORD_TOO_LARGE', outcome: 'abortable',
    });
  }
}
