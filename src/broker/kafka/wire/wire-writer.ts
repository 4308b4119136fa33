import { writeLong } from '../../record-batch.js';

/**
 * Writes request bodies. In `compact` (flexible) versions lengths are varints of n + 1 and every struct ends with a tag count;
 * callers write the same fields either way. Numbers of 64 bits are exact below 2^53.
 */
export class WireWriter {
  private buffer = Buffer.allocUnsafe(512);
  private position = 0;

  constructor(readonly compact: boolean) {
    // The rest of a flexible request's header: no tags.
    if (compact) this.int8(0);
  }

  int8(value: number): void {
    this.reserve(1);
    this.position = this.buffer.writeInt8(value, this.position);
  }
  boolean(value: boolean): void {
    this.int8(value ? 1 : 0);
  }
  int16(value: number): void {
    this.reserve(2);
    this.position = this.buffer.writeInt16BE(value, this.position);
  }
  int32(value: number): void {
    this.reserve(4);
    this.position = this.buffer.writeInt32BE(value, this.position);
  }
  int64(value: number): void {
    this.reserve(8);
    writeLong(this.buffer, this.position, value);
    this.position += 8;
  }
  string(value: string | null): void {
    const bytes = value === null ? -1 : Buffer.byteLength(value);
    if (this.compact) this.varint(bytes + 1);
    else this.int16(bytes);
    if (value === null) return;
    this.reserve(bytes);
    this.position += this.buffer.write(value, this.position, 'utf8');
  }
  bytes(value: Uint8Array | null): void {
    this.pieces(value === null ? null : [value]);
  }
  /** One bytes field out of several pieces. */
  pieces(pieces: readonly Uint8Array[] | null): void {
    const total = pieces === null ? -1 : pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (this.compact) this.varint(total + 1);
    else this.int32(total);
    if (pieces === null) return;
    this.reserve(total);
    for (const piece of pieces) {
      this.buffer.set(piece, this.position);
      this.position += piece.length;
    }
  }
  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.buffer.set(value, this.position);
    this.position += value.length;
  }
  array<T>(items: readonly T[] | null, write: (item: T) => void): void {
    const count = items === null ? -1 : items.length;
    if (this.compact) this.varint(count + 1);
    else this.int32(count);
    for (const item of items ?? []) write(item);
  }
  /** Ends a struct: no tags. */
  end(): void {
    if (this.compact) this.int8(0);
  }
  finish(): Buffer {
    return this.buffer.subarray(0, this.position);
  }

  private varint(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest > 127) {
      this.buffer[this.position++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.buffer[this.position++] = rest;
  }

  private reserve(bytes: number): void {
    if (this.position + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.position + bytes + 64));
    this.buffer.copy(larger, 0, 0, this.position);
    this.buffer = larger;
  }
}
