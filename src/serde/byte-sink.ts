import type { ByteSink } from './format.js';

/** A growable byte buffer; doubles when full, so appending is linear over all. */
export class GrowableSink implements ByteSink {
  buffer: Buffer;
  position = 0;

  constructor(initialBytes = 1024) {
    this.buffer = Buffer.allocUnsafeSlow(Math.max(initialBytes, 64));
  }

  reserve(bytes: number): void {
    const needed = this.position + bytes;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.position);
    this.buffer = grown;
  }

  /** A copy of what was written since `from`. */
  bytesSince(from: number): Buffer {
    return Buffer.from(this.buffer.subarray(from, this.position));
  }
}

/** Appends bytes as they are. */
export function appendBytes(sink: ByteSink, bytes: Uint8Array): void {
  sink.reserve(bytes.length);
  sink.buffer.set(bytes, sink.position);
  sink.position += bytes.length;
}

/** Longest text written character by character; longer ones are cheaper as one native call. */
const MAX_BY_CHARACTER = 48;

/** Appends UTF-8; three bytes a UTF-16 unit is the most it can take. */
export function appendText(sink: ByteSink, text: string): void {
  const { length } = text;
  sink.reserve(length * 3);
  const { buffer, position } = sink;
  if (length <= MAX_BY_CHARACTER) {
    let at = 0;
    for (; at < length; at++) {
      const unit = text.charCodeAt(at);
      if (unit >= 0x80) break;
      buffer[position + at] = unit;
    }
    if (at === length) {
      sink.position = position + length;
      return;
    }
  }
  sink.position += buffer.write(text, position, 'utf8');
}
