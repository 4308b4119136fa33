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

/** Appends UTF-8; three bytes a UTF-16 unit is the most it can take. */
export function appendText(sink: ByteSink, text: string): void {
  sink.reserve(text.length * 3);
  sink.position += sink.buffer.write(text, sink.position, 'utf8');
}
