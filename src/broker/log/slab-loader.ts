import { BrokerError } from '../../errors/index.js';
import { batchHeader } from '../record-batch.js';
import { ColumnarSlab } from '../slab.js';
import { FRAME_BYTES, isIntact, linkOf, previousLinkOf } from './frame.js';
import type { LogStorage } from './log-storage.js';
import type { PartitionLog } from './partition-log.js';

/** Batches are gathered into one slab up to about this many bytes. */
const SLAB_BYTES = 256 * 1024;

const SEEK_ATTEMPTS = 5;

interface CachedSlab {
  readonly log: PartitionLog;
  readonly slab: ColumnarSlab;
  readonly bytes: number;
}

/**
 * Reads batches into slabs, and keeps the last few: a thousand readers at the tail of a stream decode it once.
 * Checks on the way that every batch is intact and names the one before it as its predecessor.
 */
export class SlabLoader {
  private readonly slabs = new Map<PartitionLog, CachedSlab[]>();
  private order: CachedSlab[] = [];
  private bytes = 0;

  constructor(
    private readonly storage: LogStorage,
    private readonly cacheBytes: number,
  ) {}

  /** The slab at an offset below the log's end. Synchronous (not a promise) when the offset is a batch's first or cached. */
  load(log: PartitionLog, offset: number): ColumnarSlab | Promise<ColumnarSlab> {
    const cached = this.cached(log, offset);
    if (cached !== null) return cached;
    const framed = this.storage.read(log, offset);
    return framed === null ? this.seek(log, offset) : this.gather(log, offset, offset, framed);
  }

  forget(log: PartitionLog): void {
    this.slabs.delete(log);
    this.order = this.order.filter((cached) => cached.log !== log);
    this.bytes = this.order.reduce((sum, cached) => sum + cached.bytes, 0);
  }

  /** One batch, checked. */
  checked(log: PartitionLog, base: number): Buffer {
    const framed = this.storage.read(log, base);
    if (framed === null) throw damaged(log, base, 'a batch is missing');
    if (!isIntact(framed, base)) throw damaged(log, base, 'the checksum of a batch is wrong');
    return framed;
  }

  /** The records of one checked batch, outside the cache. */
  decodeOne(log: PartitionLog, framed: Buffer): ColumnarSlab {
    return decodeAll(log, batchHeader.baseOffset(framed, FRAME_BYTES), [framed], batchHeader.recordsCount(framed, FRAME_BYTES));
  }

  private cached(log: PartitionLog, offset: number): ColumnarSlab | null {
    const slabs = this.slabs.get(log);
    if (slabs === undefined) return null;
    for (const { slab } of slabs) {
      if (offset >= slab.startOffset && offset < slab.nextOffset) return slab.from(offset);
    }
    return null;
  }

  private async seek(log: PartitionLog, offset: number): Promise<ColumnarSlab> {
    // Compaction may merge the batch that was found before it is read; it then begins lower.
    for (let attempt = 0; attempt < SEEK_ATTEMPTS; attempt++) {
      const base = await this.storage.locate(log, offset);
      const framed = base === null ? null : this.storage.read(log, base);
      if (base !== null && framed !== null) return this.gather(log, offset, base, framed);
    }
    if (log.deleted || offset < log.head.first) throw gone(log, offset);
    throw damaged(log, offset, 'a batch is missing');
  }

  private gather(log: PartitionLog, offset: number, base: number, firstBatch: Buffer): ColumnarSlab {
    const buffers: Buffer[] = [];
    let bytes = 0;
    let records = 0;
    let next = base;
    let link: number | null = null;
    for (let framed: Buffer | null = firstBatch; framed !== null; ) {
      if (!isIntact(framed, next)) throw damaged(log, next, 'the checksum of a batch is wrong');
      if (link !== null && previousLinkOf(framed) !== link) throw damaged(log, next, 'batches before this one were lost');
      buffers.push(framed);
      bytes += framed.length;
      records += batchHeader.recordsCount(framed, FRAME_BYTES);
      link = linkOf(framed);
      next = batchHeader.nextOffset(framed, FRAME_BYTES);
      framed = bytes < SLAB_BYTES && next < log.head.end ? this.storage.read(log, next) : null;
    }
    if (next <= offset && (log.deleted || offset < log.head.first)) throw gone(log, offset);
    if (next <= offset) throw damaged(log, offset, 'a batch is missing');
    const slab = decodeAll(log, offset, buffers, records);
    this.remember({ log, slab, bytes: bytes + records * 32 });
    return slab;
  }

  private remember(cached: CachedSlab): void {
    if (cached.bytes > this.cacheBytes) return;
    const slabs = this.slabs.get(cached.log);
    if (slabs === undefined) this.slabs.set(cached.log, [cached]);
    else slabs.unshift(cached);
    this.order.push(cached);
    this.bytes += cached.bytes;
    while (this.bytes > this.cacheBytes) this.evictOldest();
  }

  private evictOldest(): void {
    const oldest = this.order.shift();
    if (oldest === undefined) return;
    this.bytes -= oldest.bytes;
    const slabs = this.slabs.get(oldest.log);
    // Newest first within a log, so the oldest one is the last.
    slabs?.pop();
    if (slabs?.length === 0) this.slabs.delete(oldest.log);
  }
}

function decodeAll(log: PartitionLog, offset: number, buffers: readonly Buffer[], records: number): ColumnarSlab {
  const slab = new ColumnarSlab(log, offset, records);
  const ends = new Int32Array(buffers.length);
  for (const [b, buffer] of buffers.entries()) {
    slab.decode({
      buffer,
      position: FRAME_BYTES + 61,
      end: buffer.length,
      count: batchHeader.recordsCount(buffer, FRAME_BYTES),
      baseOffset: batchHeader.baseOffset(buffer, FRAME_BYTES),
      baseTimestamp: batchHeader.baseTimestamp(buffer, FRAME_BYTES),
      fromOffset: offset,
    });
    ends[b] = slab.count;
    slab.nextOffset = batchHeader.nextOffset(buffer, FRAME_BYTES);
  }
  slab.buffers = buffers;
  slab.bufferEnds = ends;
  return slab;
}

/** Retention or deletion removed the batch while it was looked up. */
function gone(log: PartitionLog, offset: number): BrokerError {
  const message = `Topic ${log.topic} partition ${log.partition} no longer has offset ${offset}: it begins at ${log.head.start}`;
  return new BrokerError(message, { retriable: false, code: log.deleted ? 'UNKNOWN_TOPIC' : 'OFFSET_OUT_OF_RANGE' });
}

export function damaged(log: PartitionLog, offset: number, what: string): BrokerError {
  const message = `Topic ${log.topic} partition ${log.partition} is damaged at offset ${offset}: ${what}`;
  log.damage = message;
  return new BrokerError(message, {
    retriable: false,
    code: 'DAMAGED',
    hint: 'Restore the data folder from a copy, or delete the topic and fill it again from its source.',
  });
}
