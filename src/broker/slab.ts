import { BrokerError, present } from '../errors/index.js';
import type { RecordHeader, Slab } from './broker.js';
import type { EncodedHeaders } from './record-batch.js';

/** What a slab says about its partition; read when asked, so a slab shared by many readers never shows old watermarks. */
export interface SlabSource {
  readonly topic: string;
  readonly partition: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
}

const NO_HEADERS: readonly RecordHeader[] = [];

/** The columns of a slab while batches are decoded into them. `capacity` is the sum of the batches' record counts. */
export class ColumnarSlab implements Slab {
  count = 0;
  nextOffset: number;
  offsets: Float64Array;
  timestamps: Float64Array;
  keyPositions: Int32Array;
  keyLengths: Int32Array;
  valuePositions: Int32Array;
  valueLengths: Int32Array;
  buffers: readonly Buffer[] = [];
  bufferEnds: Int32Array = new Int32Array(0);

  constructor(
    readonly source: SlabSource,
    /** The first offset this slab answers for (it may hold no record there). */
    readonly startOffset: number,
    capacity: number,
  ) {
    this.nextOffset = startOffset;
    const memory = new ArrayBuffer(capacity * 32);
    this.offsets = new Float64Array(memory, 0, capacity);
    this.timestamps = new Float64Array(memory, capacity * 8, capacity);
    this.keyPositions = new Int32Array(memory, capacity * 16, capacity);
    this.keyLengths = new Int32Array(memory, capacity * 20, capacity);
    this.valuePositions = new Int32Array(memory, capacity * 24, capacity);
    this.valueLengths = new Int32Array(memory, capacity * 28, capacity);
  }

  get topic(): string {
    return this.source.topic;
  }
  get partition(): number {
    return this.source.partition;
  }
  get highWatermark(): number {
    return this.source.highWatermark;
  }
  get lastStableOffset(): number {
    return this.source.lastStableOffset;
  }

  /** Over columns that exist: `memory` holds them one behind the other, as the constructor lays them out. */
  static over(source: SlabSource, startOffset: number, count: number, memory: ArrayBuffer): ColumnarSlab {
    const slab = new ColumnarSlab(source, startOffset, 0);
    slab.count = count;
    slab.offsets = new Float64Array(memory, 0, count);
    slab.timestamps = new Float64Array(memory, count * 8, count);
    slab.keyPositions = new Int32Array(memory, count * 16, count);
    slab.keyLengths = new Int32Array(memory, count * 20, count);
    slab.valuePositions = new Int32Array(memory, count * 24, count);
    slab.valueLengths = new Int32Array(memory, count * 28, count);
    return slab;
  }

  headers(index: number): readonly RecordHeader[] {
    const buffer = this.bufferOf(index);
    return decodeHeaders(buffer, this.headersPosition(index));
  }

  /** The encoded headers of a record, for copying a record unchanged. */
  encodedHeaders(index: number): EncodedHeaders {
    const buffer = this.bufferOf(index);
    const position = this.headersPosition(index);
    skipHeaders(buffer, position);
    return { buffer, position, length: cursor - position };
  }

  bufferOf(index: number): Buffer {
    let b = 0;
    while (index >= present(this.bufferEnds[b], 'a buffer for every record')) b += 1;
    return present(this.buffers[b], 'a buffer for every record');
  }

  /** The part from an offset on, sharing columns and buffers. */
  from(offset: number): ColumnarSlab {
    if (offset <= this.startOffset) return this;
    let skip = 0;
    while (skip < this.count && at(this.offsets, skip) < offset) skip += 1;
    const part = new ColumnarSlab(this.source, offset, 0);
    part.count = this.count - skip;
    part.nextOffset = this.nextOffset;
    part.offsets = this.offsets.subarray(skip);
    part.timestamps = this.timestamps.subarray(skip);
    part.keyPositions = this.keyPositions.subarray(skip);
    part.keyLengths = this.keyLengths.subarray(skip);
    part.valuePositions = this.valuePositions.subarray(skip);
    part.valueLengths = this.valueLengths.subarray(skip);
    part.buffers = this.buffers;
    part.bufferEnds = this.bufferEnds.map((end) => end - skip);
    return part;
  }

  /**
   * Decodes the records of one batch, skipping those below `fromOffset`. The whole of every record is checked:
   * lengths that do not add up are damage. Decompressed Kafka batches come through here too.
   */
  decode(batch: {
    readonly buffer: Buffer; readonly position: number; readonly end: number; readonly count: number;
    readonly baseOffset: number; readonly baseTimestamp: number; readonly fromOffset: number;
  }): void {
    const { buffer, end, baseOffset, baseTimestamp, fromOffset } = batch;
    const { offsets, timestamps, keyPositions, keyLengths, valuePositions, valueLengths } = this;
    let index = this.count;
    cursor = batch.position;
    for (let i = 0; i < batch.count; i++) {
      const length = readVarint(buffer);
      const recordEnd = cursor + length;
      if (length < 0 || recordEnd > end) throw malformed();
      cursor += 1;
      timestamps[index] = baseTimestamp + readVarlong(buffer);
      const offset = baseOffset + readVarint(buffer);
      offsets[index] = offset;
      const keyLength = readVarint(buffer);
      keyPositions[index] = cursor;
      keyLengths[index] = keyLength;
      if (keyLength > 0) cursor += keyLength;
      const valueLength = readVarint(buffer);
      valuePositions[index] = cursor;
      valueLengths[index] = valueLength;
      if (valueLength > 0) cursor += valueLength;
      if (cursor >= recordEnd || keyLength < -1 || valueLength < -1) throw malformed();
      // Almost every record has no headers: one zero byte, the record's last.
      if (cursor + 1 !== recordEnd || buffer[cursor] !== 0) checkHeaders(buffer, recordEnd);
      cursor = recordEnd;
      if (offset >= fromOffset) index += 1;
    }
    if (cursor !== end) throw malformed();
    this.count = index;
  }

  private headersPosition(index: number): number {
    return at(this.valuePositions, index) + Math.max(0, at(this.valueLengths, index));
  }
}

/** Where the next byte is read; a module-level cursor keeps the readers free of objects and return pairs. */
let cursor = 0;

function readVarint(buffer: Buffer): number {
  let byte = byteAt(buffer, cursor++);
  if (byte < 128) return (byte >>> 1) ^ -(byte & 1);
  let raw = byte & 127;
  let shift = 7;
  do {
    byte = byteAt(buffer, cursor++);
    raw |= (byte & 127) << shift;
    shift += 7;
  } while (byte > 127 && shift < 35);
  return (raw >>> 1) ^ -(raw & 1);
}

/** Exact below 2^53: the sign bit is taken off before anything is multiplied. */
function readVarlong(buffer: Buffer): number {
  let byte = byteAt(buffer, cursor++);
  if (byte < 128) return (byte >>> 1) ^ -(byte & 1);
  const negative = (byte & 1) === 1;
  let magnitude = (byte & 127) >>> 1;
  let scale = 64;
  do {
    byte = byteAt(buffer, cursor++);
    magnitude += (byte & 127) * scale;
    scale *= 128;
  } while (byte > 127 && scale < 2 ** 70);
  return negative ? -magnitude - 1 : magnitude;
}

function checkHeaders(buffer: Buffer, recordEnd: number): void {
  skipHeaders(buffer, cursor);
  if (cursor !== recordEnd) throw malformed();
}

function skipHeaders(buffer: Buffer, position: number): void {
  cursor = position;
  const count = readVarint(buffer);
  for (let i = 0; i < count && cursor <= buffer.length; i++) {
    skipBytes(readVarint(buffer));
    skipBytes(readVarint(buffer));
  }
}

function skipBytes(length: number): void {
  if (length > 0) cursor += length;
}

function decodeHeaders(buffer: Buffer, position: number): readonly RecordHeader[] {
  cursor = position;
  const count = readVarint(buffer);
  if (count <= 0) return NO_HEADERS;
  const headers: RecordHeader[] = [];
  for (let i = 0; i < count; i++) {
    const keyLength = readVarint(buffer);
    const key = buffer.toString('utf8', cursor, cursor + keyLength);
    cursor += keyLength;
    const valueLength = readVarint(buffer);
    const value = valueLength < 0 ? null : buffer.subarray(cursor, cursor + valueLength);
    cursor += Math.max(0, valueLength);
    headers.push({ key, value });
  }
  return headers;
}

function malformed(): BrokerError {
  return new BrokerError('A record batch is malformed: its lengths do not add up', { retriable: false, code: 'DAMAGED' });
}

/** Out of bounds reads as 0, and the length checks catch it. One function per array type keeps each read monomorphic. */
function byteAt(buffer: Buffer, index: number): number {
  return buffer[index] ?? 0;
}

function at(columns: Float64Array | Int32Array, index: number): number {
  return columns[index] ?? 0;
}
