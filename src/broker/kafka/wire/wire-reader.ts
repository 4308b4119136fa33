import { BrokerError } from '../../../errors/index.js';
import { readLong } from '../../record-batch.js';

/** Reads response bodies; the counterpart of `WireWriter`. Reading past the end is a malformed answer, never undefined. */
export class WireReader {
  position = 0;

  constructor(
    readonly buffer: Buffer,
    readonly compact: boolean,
  ) {}

  int8(): number {
    return this.buffer.readInt8(this.take(1));
  }
  boolean(): boolean {
    return this.int8() !== 0;
  }
  int16(): number {
    return this.buffer.readInt16BE(this.take(2));
  }
  int32(): number {
    return this.buffer.readInt32BE(this.take(4));
  }
  int64(): number {
    return readLong(this.buffer, this.take(8));
  }
  string(): string | null {
    const length = this.compact ? this.varint() - 1 : this.int16();
    if (length < 0) return null;
    const start = this.take(length);
    return this.buffer.toString('utf8', start, start + length);
  }
  text(): string {
    return this.string() ?? '';
  }
  /** A view; valid as long as the answer is. */
  bytes(): Buffer | null {
    const length = this.compact ? this.varint() - 1 : this.int32();
    if (length < 0) return null;
    const start = this.take(length);
    return this.buffer.subarray(start, start + length);
  }
  raw(length: number): Buffer {
    const start = this.take(length);
    return this.buffer.subarray(start, start + length);
  }
  array<T>(read: () => T): T[] {
    const count = this.compact ? this.varint() - 1 : this.int32();
    // Every element has at least one byte: a larger count is damage, not a reason to allocate.
    if (count > this.buffer.length - this.position) throw malformedAnswer();
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(read());
    return items;
  }
  /** Ends a struct; tagged fields are handed to `read` or skipped. */
  end(read?: (tag: number, field: WireReader) => void): void {
    if (!this.compact) return;
    const count = this.varint();
    for (let i = 0; i < count; i++) {
      const tag = this.varint();
      const field = this.raw(this.varint());
      read?.(tag, new WireReader(field, true));
    }
  }
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer.readUInt8(this.take(1));
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw malformedAnswer();
  }

  private take(bytes: number): number {
    const start = this.position;
    if (bytes < 0 || start + bytes > this.buffer.length) throw malformedAnswer();
    this.position = start + bytes;
    return start;
  }
}

function malformedAnswer(): BrokerError {
  return new BrokerError('An answer of the Kafka broker is malformed', { retriable: false });
}
