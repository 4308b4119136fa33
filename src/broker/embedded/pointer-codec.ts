import { crc32 } from 'node:zlib';

/** Where a batch lies in the segment files, and the checksum its frame must begin with. */
export interface Place {
  readonly segment: number;
  readonly position: number;
  readonly length: number;
  readonly crc: number;
}

const POINTER_BYTES = 24;

/** A stored pointer: crc u32 (of key and the rest) · segment u32 · position f64 · length u32 · the frame's crc u32. */
export function encodePointer(key: Buffer, place: Place): Buffer {
  const value = Buffer.allocUnsafe(POINTER_BYTES);
  value.writeUInt32BE(place.segment, 4);
  value.writeDoubleBE(place.position, 8);
  value.writeUInt32BE(place.length, 16);
  value.writeUInt32BE(place.crc, 20);
  value.writeUInt32BE(crc32(value.subarray(4), crc32(key)), 0);
  return value;
}

/** Null when the bytes are not what was written. */
export function decodePointer(key: Buffer, value: Buffer): Place | null {
  if (value.length !== POINTER_BYTES || crc32(value.subarray(4), crc32(key)) !== value.readUInt32BE(0)) return null;
  return { segment: value.readUInt32BE(4), position: value.readDoubleBE(8), length: value.readUInt32BE(16), crc: value.readUInt32BE(20) };
}
