import type { EncodedBatch, RecordHeader } from './broker.js';

/**
 * Kafka's RecordBatch v2 (magic 2), written. All three brokers store and send this layout:
 *
 *   0 baseOffset i64 · 8 batchLength i32 · 12 leaderEpoch i32 · 16 magic i8 · 17 crc u32 · 21 attributes i16
 *   23 lastOffsetDelta i32 · 27 baseTimestamp i64 · 35 maxTimestamp i64 · 43 producerId i64 · 51 producerEpoch i16
 *   53 baseSequence i32 · 57 recordsCount i32 · 61 records
 *
 * The crc field (CRC32C from `attributes` on) is left 0: the local log checks its own frame around the batch, and the
 * Kafka client fills it in when it sends.
 */
export const BATCH_HEADER_BYTES = 61;
const MAGIC = 2;
/** Up to here byte by byte, then by words, then by a native call. */
const SMALL_COPY = 16;
const WORD_COPY = 400;

/** The v2 header fields that readers need, at `at` = where the batch begins in the buffer. */
export const batchHeader = {
  baseOffset: (buffer: Buffer, at: number): number => readLong(buffer, at),
  lastOffsetDelta: (buffer: Buffer, at: number): number => buffer.readInt32BE(at + 23),
  nextOffset: (buffer: Buffer, at: number): number => readLong(buffer, at) + buffer.readInt32BE(at + 23) + 1,
  baseTimestamp: (buffer: Buffer, at: number): number => readLong(buffer, at + 27),
  maxTimestamp: (buffer: Buffer, at: number): number => readLong(buffer, at + 35),
  recordsCount: (buffer: Buffer, at: number): number => buffer.readInt32BE(at + 57),
  /** One past the last byte of the batch. */
  end: (buffer: Buffer, at: number): number => at + 12 + buffer.readInt32BE(at + 8),
} as const;

/** Raw, already encoded headers (count varint and entries), as compaction carries them over. */
export interface EncodedHeaders {
  readonly buffer: Buffer;
  readonly position: number;
  readonly length: number;
}

/** Writes one batch into one growing buffer that is reused after `reset`. `headroom` bytes stay free before the batch. */
export class BatchEncoder {
  private buffer: Buffer;
  private position: number;
  private recordCount = 0;
  private lastDelta = -1;
  private baseTimestamp = 0;
  private maxTimestamp = 0;

  constructor(
    private readonly headroom: number,
    initialBytes = 1024,
  ) {
    this.buffer = Buffer.allocUnsafeSlow(Math.max(initialBytes, headroom + BATCH_HEADER_BYTES + 64));
    this.position = headroom + BATCH_HEADER_BYTES;
  }

  /** An encoder that holds what another one has detached. It is for finishing, not for more records. */
  static attach(batch: EncodedBatch): BatchEncoder {
    const encoder = new BatchEncoder(batch.headroom, 0);
    encoder.buffer = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.byteLength);
    encoder.position = batch.bytes.byteLength;
    encoder.recordCount = batch.count;
    encoder.lastDelta = batch.count - 1;
    encoder.baseTimestamp = batch.baseTimestamp;
    encoder.maxTimestamp = batch.maxTimestamp;
    encoder.isAttached = true;
    return encoder;
  }

  /** True: its buffer came from elsewhere, and is as large as its records. */
  isAttached = false;

  /** Gives its records away, buffer and all: whoever transfers that must not use the encoder again. */
  detach(): EncodedBatch {
    return {
      bytes: this.buffer.subarray(0, this.position), headroom: this.headroom, count: this.recordCount,
      baseTimestamp: this.baseTimestamp, maxTimestamp: this.maxTimestamp,
    };
  }

  get count(): number {
    return this.recordCount;
  }

  /** Bytes of the records so far. */
  get bytes(): number {
    return this.position - this.headroom - BATCH_HEADER_BYTES;
  }

  /** Appends with the next offset delta. Length −1 is null. */
  append(
    timestamp: number,
    key: Buffer | null, keyPosition: number, keyLength: number,
    value: Buffer | null, valuePosition: number, valueLength: number,
    headers: readonly RecordHeader[] | null,
  ): void {
    const encoded = headers === null || headers.length === 0 ? null : encodeHeaders(headers);
    this.appendAt(this.lastDelta + 1, timestamp, key, keyPosition, keyLength, value, valuePosition, valueLength, encoded);
  }

  /** Appends at an offset delta of the caller's choice (ascending): compaction leaves gaps. */
  appendAt(
    offsetDelta: number, timestamp: number,
    key: Buffer | null, keyPosition: number, keyLength: number,
    value: Buffer | null, valuePosition: number, valueLength: number,
    headers: EncodedHeaders | null,
  ): void {
    if (this.recordCount === 0) {
      this.baseTimestamp = timestamp;
      this.maxTimestamp = timestamp;
    } else if (timestamp > this.maxTimestamp) {
      this.maxTimestamp = timestamp;
    }
    const timestampDelta = timestamp - this.baseTimestamp;
    const keyBytes = key === null || keyLength < 0 ? 0 : keyLength;
    const valueBytes = value === null || valueLength < 0 ? 0 : valueLength;
    const keyCode = key === null || keyLength < 0 ? -1 : keyLength;
    const valueCode = value === null || valueLength < 0 ? -1 : valueLength;
    const headerBytes = headers === null ? 1 : headers.length;
    const body =
      1 + varlongBytes(timestampDelta) + varintBytes(offsetDelta) + varintBytes(keyCode) + keyBytes + varintBytes(valueCode) + valueBytes + headerBytes;
    this.reserve(body + 5);
    const buffer = this.buffer;
    cursor = this.position;
    writeVarint(buffer, body);
    buffer[cursor++] = 0;
    writeVarlong(buffer, timestampDelta);
    writeVarint(buffer, offsetDelta);
    writeVarint(buffer, keyCode);
    if (keyBytes > 0 && key !== null) copyIn(buffer, key, keyPosition, keyBytes);
    writeVarint(buffer, valueCode);
    if (valueBytes > 0 && value !== null) copyIn(buffer, value, valuePosition, valueBytes);
    if (headers === null) buffer[cursor++] = 0;
    else copyIn(buffer, headers.buffer, headers.position, headers.length);
    this.position = cursor;
    this.lastDelta = offsetDelta;
    this.recordCount += 1;
  }

  /**
   * Fills in the header; the returned view (headroom included) is valid until `reset`. `lastOffsetDelta` may lie past the
   * last record: a compacted batch covers the offsets it once held.
   */
  finish(baseOffset: number, lastOffsetDelta: number = this.lastDelta): Buffer {
    const buffer = this.buffer;
    const at = this.headroom;
    writeLong(buffer, at, baseOffset);
    buffer.writeInt32BE(this.position - at - 12, at + 8);
    buffer.writeInt32BE(0, at + 12);
    buffer[at + 16] = MAGIC;
    buffer.writeUInt32BE(0, at + 17);
    buffer.writeInt16BE(0, at + 21);
    buffer.writeInt32BE(lastOffsetDelta, at + 23);
    writeLong(buffer, at + 27, this.baseTimestamp);
    writeLong(buffer, at + 35, this.recordCount === 0 ? -1 : this.maxTimestamp);
    buffer.fill(0xff, at + 43, at + 57);
    buffer.writeInt32BE(this.recordCount, at + 57);
    return buffer.subarray(0, this.position);
  }

  reset(): void {
    this.position = this.headroom + BATCH_HEADER_BYTES;
    this.recordCount = 0;
    this.lastDelta = -1;
  }

  private reserve(bytes: number): void {
    if (this.position + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.position + bytes));
    this.buffer.copy(larger, 0, 0, this.position);
    this.buffer = larger;
  }
}

/** Where the next byte goes; a module-level cursor keeps the writers free of objects and return pairs. */
let cursor = 0;

function copyIn(target: Buffer, source: Buffer, position: number, length: number): void {
  if (length <= SMALL_COPY) {
    for (let i = 0; i < length; i++) target[cursor + i] = source[position + i] ?? 0;
  } else if (length <= WORD_COPY) {
    copyWords(target, source, position, length);
  } else {
    source.copy(target, cursor, position, position + length);
  }
  cursor += length;
}

// Views of the buffers copied between last: one batch is filled from one scratch buffer again and again.
let viewedTarget: Buffer | null = null;
let viewedSource: Buffer | null = null;
let targetView: DataView = new DataView(new ArrayBuffer(0));
let sourceView: DataView = targetView;

/** Four bytes a step; the last word overlaps the one before. A native copy of so few bytes costs more, and makes an object. */
function copyWords(target: Buffer, source: Buffer, position: number, length: number): void {
  if (target !== viewedTarget) {
    viewedTarget = target;
    targetView = new DataView(target.buffer, target.byteOffset, target.byteLength);
  }
  if (source !== viewedSource) {
    viewedSource = source;
    sourceView = new DataView(source.buffer, source.byteOffset, source.byteLength);
  }
  const last = length - 4;
  for (let i = 0; i < last; i += 4) targetView.setInt32(cursor + i, sourceView.getInt32(position + i));
  targetView.setInt32(cursor + last, sourceView.getInt32(position + last));
}

function varintBytes(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  return zigzag < 128 ? 1 : zigzag < 16384 ? 2 : zigzag < 2097152 ? 3 : zigzag < 268435456 ? 4 : 5;
}

function writeVarint(buffer: Buffer, value: number): void {
  let zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  while (zigzag > 127) {
    buffer[cursor++] = (zigzag & 127) | 128;
    zigzag >>>= 7;
  }
  buffer[cursor++] = zigzag;
}

function isNarrow(value: number): boolean {
  return value >= -0x40000000 && value < 0x40000000;
}

function varlongBytes(value: number): number {
  if (isNarrow(value)) return varintBytes(value);
  let rest = Math.floor((value >= 0 ? value : -value - 1) / 64);
  let bytes = 1;
  while (rest > 0) {
    bytes += 1;
    rest = Math.floor(rest / 128);
  }
  return bytes;
}

/** Zigzag without 64-bit integers: the magnitude is exact in a double, doubling it need not be, so the sign bit is put beside its lowest six bits. */
function writeVarlong(buffer: Buffer, value: number): void {
  if (isNarrow(value)) {
    writeVarint(buffer, value);
    return;
  }
  const magnitude = value >= 0 ? value : -value - 1;
  let low = (magnitude % 64) * 2 + (value >= 0 ? 0 : 1);
  let rest = Math.floor(magnitude / 64);
  while (rest > 0) {
    buffer[cursor++] = low | 128;
    low = rest % 128;
    rest = Math.floor(rest / 128);
  }
  buffer[cursor++] = low;
}

function encodeHeaders(headers: readonly RecordHeader[]): EncodedHeaders {
  let bytes = 5;
  for (const header of headers) bytes += 10 + Buffer.byteLength(header.key) + (header.value?.length ?? 0);
  const buffer = Buffer.allocUnsafe(bytes);
  cursor = 0;
  writeVarint(buffer, headers.length);
  for (const header of headers) {
    writeVarint(buffer, Buffer.byteLength(header.key));
    cursor += buffer.write(header.key, cursor);
    writeVarint(buffer, header.value === null ? -1 : header.value.length);
    if (header.value !== null) copyIn(buffer, header.value, 0, header.value.length);
  }
  return { buffer, position: 0, length: cursor };
}

export function readLong(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at) * 0x1_0000_0000 + buffer.readUInt32BE(at + 4);
}

export function writeLong(buffer: Buffer, at: number, value: number): void {
  const high = Math.floor(value / 0x1_0000_0000);
  buffer.writeInt32BE(high, at);
  buffer.writeUInt32BE(value - high * 0x1_0000_0000, at + 4);
}
