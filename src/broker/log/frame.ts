import { crc32 } from 'node:zlib';
import { batchHeader } from '../record-batch.js';

/**
 * The frame around every stored batch:
 *
 *   0 crc u32 (of all that follows) · 4 predecessor's link u32 · 8 own link u32 · 12 flags u32 · 16 appended at f64 · 24 batch
 *
 * A batch's link is its own crc, unless compaction wrote it (flag 1): then it keeps the link of the last batch it
 * replaced, so the chain through its successor stays whole.
 */
export const FRAME_BYTES = 24;
const COMPACTED = 1;

/** Fills in the frame of a finished batch and returns its link. `link` null: an original batch. */
export function sealFrame(framed: Buffer, fields: { readonly previousLink: number; readonly link: number | null; readonly appendedAt: number }): number {
  framed.writeUInt32BE(fields.previousLink, 4);
  framed.writeUInt32BE(fields.link ?? 0, 8);
  framed.writeUInt32BE(fields.link === null ? 0 : COMPACTED, 12);
  framed.writeDoubleBE(fields.appendedAt, 16);
  const crc = crc32(framed.subarray(4));
  framed.writeUInt32BE(crc, 0);
  return fields.link ?? crc;
}

/** Whether the bytes are what was written, and a batch that begins at `base`. */
export function isIntact(framed: Buffer, base: number): boolean {
  return (
    framed.length >= FRAME_BYTES + 61 &&
    crc32(framed.subarray(4)) === framed.readUInt32BE(0) &&
    batchHeader.baseOffset(framed, FRAME_BYTES) === base &&
    batchHeader.end(framed, FRAME_BYTES) === framed.length
  );
}

export function previousLinkOf(framed: Buffer): number {
  return framed.readUInt32BE(4);
}

export function linkOf(framed: Buffer): number {
  return (framed.readUInt32BE(12) & COMPACTED) === 0 ? framed.readUInt32BE(0) : framed.readUInt32BE(8);
}

/** The later of the newest record's timestamp and the time of appending: retention waits for both. */
export function youngestTime(framed: Buffer): number {
  return Math.max(batchHeader.maxTimestamp(framed, FRAME_BYTES), framed.readDoubleBE(16));
}
