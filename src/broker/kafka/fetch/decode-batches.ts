import { BrokerError } from '../../../errors/index.js';
import type { Isolation } from '../../broker.js';
import { BATCH_HEADER_BYTES, batchHeader, readLong } from '../../record-batch.js';
import { ColumnarSlab, type SlabSource } from '../../slab.js';
import type { AbortedTransaction } from '../protocol/log-apis.js';
import { unpack } from './codecs.js';
import { crc32c } from './crc32c.js';

const CODEC_BITS = 0x07;
const APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** Bytes of offset and length before what the length counts. */
const LOG_OVERHEAD = 12;
const ABORT_MARKER = 0;

export interface FetchedRecords {
  readonly source: SlabSource;
  readonly records: Buffer;
  /** Records below were asked for before. */
  readonly fromOffset: number;
  readonly isolation: Isolation;
  readonly aborted: readonly AbortedTransaction[];
}
export interface DecodedRecords {
  readonly slab: ColumnarSlab;
  /** Leader epoch of the last batch. */
  readonly lastEpoch: number;
  /** Bytes belong to a batch that is not whole: it was larger than asked for. */
  readonly cutOff: boolean;
}

interface Batch {
  readonly at: number;
  readonly end: number;
  readonly attributes: number;
}

/**
 * Whole batches of one answer as columns. Aborted transactions are left out batch by batch, as the Java client does; control,
 * aborted and empty batches move the position on. A batch cut off at the end is left for the next fetch.
 */
export function decodeBatches(fetched: FetchedRecords): DecodedRecords {
  const { records, fromOffset, isolation, source } = fetched;
  const aborted = isolation === 'read_committed' ? new AbortedProducers(fetched.aborted) : null;
  const kept: Batch[] = [];
  let count = 0;
  let next = fromOffset;
  let lastEpoch = -1;
  let at = 0;
  for (let end = wholeBatch(records, at); end !== null; at = end, end = wholeBatch(records, at)) {
    check(source, records, at, end);
    const attributes = records.readInt16BE(at + 21);
    lastEpoch = records.readInt32BE(at + 12);
    next = Math.max(next, batchHeader.nextOffset(records, at));
    const isWanted = (attributes & CONTROL) === 0 && batchHeader.nextOffset(records, at) > fromOffset;
    const isHidden = aborted !== null && aborted.hides(records, at, end, attributes);
    if (!isWanted || isHidden) continue;
    kept.push({ at, end, attributes });
    count += batchHeader.recordsCount(records, at);
  }
  const slab = new ColumnarSlab(source, fromOffset, count);
  slab.nextOffset = next;
  decodeKept(slab, records, kept, fromOffset);
  return { slab, lastEpoch, cutOff: at < records.length && next === fromOffset };
}

function decodeKept(slab: ColumnarSlab, records: Buffer, kept: readonly Batch[], fromOffset: number): void {
  const buffers: Buffer[] = [];
  const ends: number[] = [];
  for (const { at, end, attributes } of kept) {
    const codec = attributes & CODEC_BITS;
    const body = codec === 0 ? records : unpack(codec, records.subarray(at + BATCH_HEADER_BYTES, end));
    const before = slab.count;
    slab.decode({
      buffer: body,
      position: codec === 0 ? at + BATCH_HEADER_BYTES : 0,
      end: codec === 0 ? end : body.length,
      count: batchHeader.recordsCount(records, at),
      baseOffset: batchHeader.baseOffset(records, at),
      baseTimestamp: batchHeader.baseTimestamp(records, at),
      fromOffset,
    });
    if ((attributes & APPEND_TIME) !== 0) slab.timestamps.fill(batchHeader.maxTimestamp(records, at), before, slab.count);
    if (buffers.at(-1) === body) ends[ends.length - 1] = slab.count;
    else {
      buffers.push(body);
      ends.push(slab.count);
    }
  }
  slab.buffers = buffers;
  slab.bufferEnds = Int32Array.from(ends);
}

/** One past the batch that begins at `at`; null when it is not all there. */
function wholeBatch(records: Buffer, at: number): number | null {
  if (at + LOG_OVERHEAD + 5 > records.length) return null;
  const end = batchHeader.end(records, at);
  return end > records.length || end <= at ? null : end;
}

function check({ topic, partition }: SlabSource, records: Buffer, at: number, end: number): void {
  const where = `Topic ${topic} partition ${partition}, offset ${batchHeader.baseOffset(records, at)}`;
  const magic = records.readInt8(at + 16);
  if (magic !== 2) {
    throw new BrokerError(`${where}: a record batch has the old layout ${magic}`, { retriable: false, hint: 'Records written by clients older than Kafka 0.11 are not read.' });
  }
  if (end - at < BATCH_HEADER_BYTES || crc32c(records, at + 21, end) !== records.readUInt32BE(at + 17)) {
    throw new BrokerError(`${where}: the checksum of a record batch is wrong`, { retriable: false, code: 'DAMAGED' });
  }
}

/** Which producers' transactional batches belong to an aborted transaction, while batches go by in order. */
class AbortedProducers {
  private readonly waiting: AbortedTransaction[];
  private readonly open = new Set<number>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.waiting = [...aborted].sort((a, b) => b.firstOffset - a.firstOffset);
  }

  hides(records: Buffer, at: number, end: number, attributes: number): boolean {
    const lastOffset = batchHeader.nextOffset(records, at) - 1;
    for (let next = this.waiting.at(-1); next !== undefined && next.firstOffset <= lastOffset; next = this.waiting.at(-1)) {
      this.open.add(next.producerId);
      this.waiting.pop();
    }
    if ((attributes & TRANSACTIONAL) === 0) return false;
    const producerId = readLong(records, at + 43);
    if ((attributes & CONTROL) === 0) return this.open.has(producerId);
    if (isAbortMarker(records, at, end)) this.open.delete(producerId);
    return false;
  }
}

/** The key of a control record: version (2), kind (2); it stands behind four varints of one byte each and the key's length. */
function isAbortMarker(records: Buffer, at: number, end: number): boolean {
  if (batchHeader.recordsCount(records, at) === 0) return false;
  const slab = new ColumnarSlab({ topic: '', partition: 0, highWatermark: 0, lastStableOffset: 0 }, 0, 1);
  slab.decode({ buffer: records, position: at + BATCH_HEADER_BYTES, end, count: 1, baseOffset: 0, baseTimestamp: 0, fromOffset: 0 });
  return records.readInt16BE((slab.keyPositions[0] ?? 0) + 2) === ABORT_MARKER;
}
