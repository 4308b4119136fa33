import { crc32 } from 'node:zlib';

/**
 * One small record per applied batch, written in the same batch, kept while the batch may still live in the database's own
 * log only. LevelDB loses whole batches when its log or manifest is damaged: a hole in the numbers or a link that does not
 * fit shows it.
 *
 * Record: number f64 · oldest kept number f64 · bytes of the batch u32 · checksum of the batch u32 · link u32 · crc u32
 */
export interface ChainRecord {
  readonly number: number;
  readonly oldest: number;
  readonly bytes: number;
  readonly batchCrc: number;
  /** Checksum over the predecessor's link and this batch's checksum. */
  readonly link: number;
}

const RECORD_BYTES = 32;

export function chainLink(previous: number, batchCrc: number): number {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(previous);
  return crc32(bytes, batchCrc);
}

export function encodeChainRecord(record: ChainRecord): Buffer {
  const bytes = Buffer.allocUnsafe(RECORD_BYTES);
  bytes.writeDoubleBE(record.number, 0);
  bytes.writeDoubleBE(record.oldest, 8);
  bytes.writeUInt32BE(record.bytes, 16);
  bytes.writeUInt32BE(record.batchCrc, 20);
  bytes.writeUInt32BE(record.link, 24);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 28)), 28);
  return bytes;
}

function decodeChainRecord(bytes: Buffer): ChainRecord | null {
  if (bytes.length !== RECORD_BYTES || crc32(bytes.subarray(0, 28)) !== bytes.readUInt32BE(28)) return null;
  return {
    number: bytes.readDoubleBE(0),
    oldest: bytes.readDoubleBE(8),
    bytes: bytes.readUInt32BE(16),
    batchCrc: bytes.readUInt32BE(20),
    link: bytes.readUInt32BE(24),
  };
}

/** The records that are kept, oldest first. */
export class BatchChain {
  private bytes = 0;

  private constructor(
    private readonly windowBytes: number,
    private readonly records: ChainRecord[],
  ) {
    for (const record of records) this.bytes += record.bytes;
  }

  static empty(windowBytes: number): BatchChain {
    return new BatchChain(windowBytes, []);
  }

  /** The chain found in a database, or what is wrong with it. */
  static from(stored: readonly Buffer[], windowBytes: number): BatchChain | string {
    const records: ChainRecord[] = [];
    for (const bytes of stored) {
      const record = decodeChainRecord(bytes);
      if (record === null) return 'a record of the batch chain has a wrong checksum';
      const previous = records.at(-1);
      if (previous !== undefined && previous.number + 1 !== record.number) return `batches ${previous.number + 1} to ${record.number - 1} are missing`;
      if (previous !== undefined && chainLink(previous.link, record.batchCrc) !== record.link) return `batch ${record.number} does not follow batch ${previous.number}`;
      records.push(record);
    }
    const oldest = records.at(-1)?.oldest ?? 0;
    const first = records[0]?.number ?? 0;
    if (first > oldest) return `batches ${oldest} to ${first - 1} are missing`;
    return new BatchChain(windowBytes, records);
  }

  get batches(): number {
    return this.records.at(-1)?.number ?? 0;
  }

  /** The record of the next batch, and the numbers whose records it lets go. Changes nothing: `advance` does, once it is written. */
  next(batch: { readonly bytes: number; readonly crc: number }): { readonly record: ChainRecord; readonly dropped: readonly number[] } {
    const last = this.records.at(-1);
    const dropped: number[] = [];
    let kept = this.bytes + batch.bytes;
    for (const record of this.records) {
      if (kept <= this.windowBytes) break;
      dropped.push(record.number);
      kept -= record.bytes;
    }
    const number = (last?.number ?? 0) + 1;
    const oldest = this.records[dropped.length]?.number ?? number;
    return { record: { number, oldest, bytes: batch.bytes, batchCrc: batch.crc, link: chainLink(last?.link ?? 0, batch.crc) }, dropped };
  }

  advance(record: ChainRecord, droppedCount: number): void {
    for (const dropped of this.records.splice(0, droppedCount)) this.bytes -= dropped.bytes;
    this.records.push(record);
    this.bytes += record.bytes;
  }
}
