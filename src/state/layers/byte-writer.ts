/** A growing byte buffer. `finish` copies what was written out and starts over, so one writer serves many values. */
export class ByteWriter {
  private buffer = Buffer.allocUnsafe(1024);
  private length = 0;

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }
  /** Unsigned, at most 53 bits. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest > 127) {
      this.buffer[this.length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.buffer[this.length++] = rest;
  }
  double(value: number): void {
    this.reserve(8);
    this.length = this.buffer.writeDoubleBE(value, this.length);
  }
  uint32(value: number): void {
    this.reserve(4);
    this.length = this.buffer.writeUInt32BE(value, this.length);
  }
  /** The low 64 bits, big-endian. */
  bigUint64(value: bigint): void {
    this.reserve(8);
    this.length = this.buffer.writeBigUInt64BE(BigInt.asUintN(64, value), this.length);
  }
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }
  bytes(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.raw(bytes);
  }
  text(text: string): void {
    if (text.length < 128 && this.asciiText(text)) return;
    const length = Buffer.byteLength(text);
    this.varint(length);
    this.reserve(length);
    this.length += this.buffer.write(text, this.length, 'utf8');
  }
  /** Bytes where zero is escaped and a zero with a one behind it ends them: in the order of the plain bytes. */
  escapedText(text: string): void {
    const { length } = text;
    this.reserve(length * 3 + 2);
    const { buffer } = this;
    let at = this.length;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit === 0 || unit >= 0x80) return this.escaped(Buffer.from(text));
      buffer[at++] = unit;
    }
    buffer[at++] = 0;
    buffer[at++] = 1;
    this.length = at;
  }
  escaped(bytes: Uint8Array): void {
    this.reserve(bytes.length * 2 + 2);
    const { buffer } = this;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] ?? 0;
      buffer[this.length++] = byte;
      if (byte === 0) buffer[this.length++] = 0xff;
    }
    buffer[this.length++] = 0;
    buffer[this.length++] = 1;
  }
  finish(): Uint8Array {
    const bytes = new Uint8Array(this.length);
    bytes.set(this.buffer.subarray(0, this.length));
    this.length = 0;
    return bytes;
  }

  /** Length in one byte and the characters; false, and nothing written, where one is not ASCII. */
  private asciiText(text: string): boolean {
    const { length } = text;
    this.reserve(length + 1);
    const { buffer } = this;
    const start = this.length + 1;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) return false;
      buffer[start + i] = unit;
    }
    buffer[start - 1] = length;
    this.length = start + length;
    return true;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + more));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }
}

/** Reads what a ByteWriter wrote. */
export class ByteReader {
  private readonly buffer: Buffer;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  peek(): number {
    return this.buffer.readUInt8(this.position);
  }
  byte(): number {
    return this.buffer.readUInt8(this.position++);
  }
  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      if (byte < 128) return value + byte * scale;
      value += (byte - 128) * scale;
      scale *= 128;
    }
  }
  double(): number {
    this.position += 8;
    return this.buffer.readDoubleBE(this.position - 8);
  }
  uint32(): number {
    this.position += 4;
    return this.buffer.readUInt32BE(this.position - 4);
  }
  bigUint64(): bigint {
    this.position += 8;
    return this.buffer.readBigUInt64BE(this.position - 8);
  }
  raw(length: number): Uint8Array {
    this.position += length;
    return new Uint8Array(this.buffer.subarray(this.position - length, this.position));
  }
  bytes(): Uint8Array {
    return this.raw(this.varint());
  }
  text(): string {
    const length = this.varint();
    this.position += length;
    return this.buffer.toString('utf8', this.position - length, this.position);
  }
}
