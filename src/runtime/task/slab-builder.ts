import type { RecordHeader, Slab } from '../../broker/index.js';
import type { RecordEncoder } from './record-encoder.js';

const NO_HEADERS: readonly RecordHeader[] = [];

/** Collects encoded records and turns them into a slab, as if they had been written to a topic and fetched. */
export class SlabBuilder {
  private buffer = Buffer.allocUnsafe(1024);
  private used = 0;
  private times: number[] = [];
  private keys: number[] = [];
  private keyLengths: number[] = [];
  private values: number[] = [];
  private valueLengths: number[] = [];
  private headers: (readonly RecordHeader[])[] = [];
  private nextOffset = 0;

  constructor(
    private readonly topic: string,
    private readonly partition: number,
  ) {}

  get count(): number {
    return this.times.length;
  }

  /** Records appended so far. */
  get total(): number {
    return this.nextOffset + this.count;
  }

  append(encoder: RecordEncoder, timestamp: number, headers: readonly RecordHeader[] | null): void {
    const { scratch, keyLength, valueLength } = encoder;
    const start = this.copy(scratch.buffer, scratch.position);
    this.times.push(timestamp);
    this.keys.push(start);
    this.keyLengths.push(keyLength);
    this.values.push(start + encoder.valuePosition);
    this.valueLengths.push(valueLength);
    this.headers.push(headers ?? NO_HEADERS);
  }

  /** Hands the collected records over; the builder is empty afterwards. */
  seal(): Slab {
    const count = this.count;
    const base = this.nextOffset;
    const headers = this.headers;
    const slab: Slab = {
      topic: this.topic,
      partition: this.partition,
      count,
      nextOffset: base + count,
      highWatermark: base + count,
      lastStableOffset: base + count,
      offsets: Float64Array.from({ length: count }, (_, index) => base + index),
      timestamps: Float64Array.from(this.times),
      buffers: [this.buffer.subarray(0, this.used)],
      bufferEnds: Int32Array.of(count),
      keyPositions: Int32Array.from(this.keys),
      keyLengths: Int32Array.from(this.keyLengths),
      valuePositions: Int32Array.from(this.values),
      valueLengths: Int32Array.from(this.valueLengths),
      headers: (index) => headers[index] ?? NO_HEADERS,
    };
    this.nextOffset += count;
    this.clear();
    return slab;
  }

  private clear(): void {
    this.buffer = Buffer.allocUnsafe(Math.max(1024, this.used));
    this.used = 0;
    this.times = [];
    this.keys = [];
    this.keyLengths = [];
    this.values = [];
    this.valueLengths = [];
    this.headers = [];
  }

  private copy(bytes: Buffer, length: number): number {
    const start = this.used;
    if (start + length > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(start + length, this.buffer.length * 2));
      this.buffer.copy(grown, 0, 0, start);
      this.buffer = grown;
    }
    bytes.copy(this.buffer, start, 0, length);
    this.used = start + length;
    return start;
  }
}
