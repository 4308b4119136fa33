import { BrokerError } from '../../errors/index.js';
import type { BatchBuilder, RecordHeader } from '../broker.js';
import { BatchEncoder } from '../record-batch.js';
import { FRAME_BYTES } from './frame.js';

/** A stored batch is closed when it reaches this size; larger ones cost memory per read, smaller ones time. */
const BATCH_BYTES = 192 * 1024;
/** Encoders kept for the next transaction. */
const SPARE_ENCODERS = 8;
/** A partition that has filled a batch will fill more: their buffers begin at this size instead of growing into it. */
const FULL_BATCH_BYTES = BATCH_BYTES + 16 * 1024;

/** The open batches of one partition in one producer; its buffers are used again by the next transaction. */
export class PartitionBatch implements BatchBuilder {
  pendingRecords = 0;
  private filled: BatchEncoder[] = [];
  private spare: BatchEncoder[] = [];
  private open: BatchEncoder | null = null;
  private filledBytes = 0;
  private firstBytes = 1024;

  constructor(
    readonly topic: string,
    readonly partition: number,
    private readonly maxRecordBytes: number,
  ) {}

  get pendingBytes(): number {
    return this.filledBytes + (this.open === null ? 0 : this.open.bytes);
  }

  append(
    timestamp: number,
    key: Buffer | null, keyPosition: number, keyLength: number,
    value: Buffer | null, valuePosition: number, valueLength: number,
    headers: readonly RecordHeader[] | null,
  ): void {
    if (keyLength + valueLength > this.maxRecordBytes) throw this.tooLarge(keyLength + valueLength);
    const encoder = (this.open ??= this.spare.pop() ?? new BatchEncoder(FRAME_BYTES, this.firstBytes));
    encoder.append(timestamp, key, keyPosition, keyLength, value, valuePosition, valueLength, headers);
    this.pendingRecords += 1;
    if (encoder.bytes < BATCH_BYTES) return;
    this.closeBatch(encoder);
    this.firstBytes = FULL_BATCH_BYTES;
  }

  /** Records that were encoded elsewhere follow those appended so far. */
  adopt(encoder: BatchEncoder): void {
    if (this.open !== null) this.closeBatch(this.open);
    this.filled.push(encoder);
    this.filledBytes += encoder.bytes;
    this.pendingRecords += encoder.count;
  }

  /** Hands over the batches of the transaction; `recycle` them when their bytes are stored. */
  take(): readonly BatchEncoder[] {
    if (this.open !== null) this.closeBatch(this.open);
    const taken = this.filled;
    this.filled = [];
    this.filledBytes = 0;
    this.pendingRecords = 0;
    return taken;
  }

  recycle(encoders: readonly BatchEncoder[]): void {
    for (const encoder of encoders) {
      if (encoder.isAttached || this.spare.length >= SPARE_ENCODERS) continue;
      encoder.reset();
      this.spare.push(encoder);
    }
  }

  private closeBatch(encoder: BatchEncoder): void {
    this.filled.push(encoder);
    this.filledBytes += encoder.bytes;
    this.open = null;
  }

  private tooLarge(bytes: number): BrokerError {
    return new BrokerError(
      `A record of ${bytes} bytes is larger than topic ${this.topic} allows (max.message.bytes is ${this.maxRecordBytes})`,
      { retriable: false, code: 'RECORD_TOO_LARGE', outcome: 'abortable' },
    );
  }
}
