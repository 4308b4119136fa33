import { RecordError } from '../../errors/index.js';
import { canonicalLong, type Long } from '../../types/index.js';

const MAX_DEPTH = 64;

export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
export const FIXED32 = 5;

/** A cursor over protobuf's binary encoding that never leaves the message. */
export class ProtoSource {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  end = 0;
  private depth = 0;

  begin(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.depth = 0;
  }

  /** Unsigned, of up to ten bytes; what exceeds 64 bits is cut as other readers do. */
  varint(): Long {
    let factor = 1;
    let value = 0;
    for (let count = 0; count < 7; count++) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    let wide = BigInt(value);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      wide |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return canonicalLong(BigInt.asUintN(64, wide));
    }
    throw new RecordError('The protobuf record has a number of more than ten bytes');
  }

  private byte(): number {
    if (this.at >= this.end) throw new RecordError('The protobuf record ends too early');
    return this.bytes[this.at++] ?? 0;
  }

  /** The start of `length` bytes; moves behind them. */
  take(length: Long): number {
    if (typeof length === 'bigint' || length > this.end - this.at) {
      throw new RecordError(`The protobuf record has a length of ${length} where ${this.end - this.at} bytes are left`);
    }
    const start = this.at;
    this.at += length;
    return start;
  }

  /** Runs `read` over the next length-delimited piece as if it were the whole record. */
  within<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new RecordError(`The protobuf record is nested deeper than ${MAX_DEPTH} levels`);
    const start = this.take(this.varint());
    const behind = this.at;
    const outerEnd = this.end;
    this.at = start;
    this.end = behind;
    const result = read();
    this.at = behind;
    this.end = outerEnd;
    this.depth--;
    return result;
  }

  /** Over the value of a field nobody knows. */
  skip(wire: number): void {
    switch (wire) {
      case VARINT:
        this.varint();
        return;
      case FIXED64:
        this.take(8);
        return;
      case LENGTH:
        this.take(this.varint());
        return;
      case FIXED32:
        this.take(4);
        return;
      default:
        throw new RecordError(`The protobuf record has a field of the unsupported wire type ${wire}`);
    }
  }
}
