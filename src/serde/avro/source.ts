import { RecordError } from '../../errors/index.js';
import { canonicalLong, type Long } from '../../types/index.js';

/** Nesting allowed in a record; only recursive schemas reach it. */
export const MAX_DEPTH = 64;

/** A cursor over Avro's binary encoding that never leaves the record. */
export class AvroSource {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  end = 0;
  depth = 0;

  begin(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.depth = 0;
  }

  byte(): number {
    if (this.at >= this.end) throw new RecordError('The Avro record ends too early');
    return this.bytes[this.at++] ?? 0;
  }

  /** The start of `length` bytes; moves behind them. */
  take(length: Long): number {
    if (typeof length === 'bigint' || length < 0 || length > this.end - this.at) {
      throw new RecordError(`The Avro record has a length of ${length} where ${this.end - this.at} bytes are left`);
    }
    const start = this.at;
    this.at += length;
    return start;
  }

  /** Zig-zag variable length: up to seven bytes stay in doubles, which are exact there. */
  long(): Long {
    let factor = 1;
    let value = 0;
    for (let count = 0; count < 7; count++) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -((value + 1) / 2);
      factor *= 128;
    }
    let wide = BigInt(value);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      wide |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        wide = BigInt.asUintN(64, wide);
        return canonicalLong(BigInt.asIntN(64, (wide >> 1n) ^ -(wide & 1n)));
      }
    }
    throw new RecordError('The Avro record has a number of more than ten bytes');
  }

  /** A 32-bit number. */
  int(): number {
    const value = this.long();
    if (typeof value === 'number' && value === (value | 0)) return value;
    throw new RecordError('The Avro record has a number that does not fit 32 bits');
  }

  enter(): void {
    if (++this.depth > MAX_DEPTH) throw new RecordError(`The Avro record is nested deeper than ${MAX_DEPTH} levels`);
  }

  /** The items of the next block of an array or map; 0 ends it. Items without bytes cannot make a short record huge. */
  blockCount(): number {
    let count = this.long();
    if (count < 0) {
      count = -count;
      this.long();
    }
    if (count > Math.max(this.end - this.at, 1000)) throw new RecordError(`The Avro record announces ${count} items where ${this.end - this.at} bytes are left`);
    return Number(count);
  }
}
