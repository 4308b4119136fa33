import { crc32 } from 'node:zlib';
import type { LogFact } from '../log/log-storage.js';

/** A stored fact: crc u32 (of key and the rest) · sequence of its write f64 · JSON. */
export function encodeFact(key: Buffer, sequence: number, fact: LogFact): Buffer {
  const json = JSON.stringify(fact);
  const value = Buffer.allocUnsafe(12 + Buffer.byteLength(json));
  value.writeDoubleBE(sequence, 4);
  value.write(json, 12);
  value.writeUInt32BE(crc32(value.subarray(4), crc32(key)), 0);
  return value;
}

/** Null when the bytes are not what was written. */
export function decodeFact(key: Buffer, value: Buffer): { readonly sequence: number; readonly fact: LogFact } | null {
  if (value.length < 14 || crc32(value.subarray(4), crc32(key)) !== value.readUInt32BE(0)) return null;
  // The checksum holds, so this is what `encodeFact` wrote; a newer format is refused before any fact is read.
  return { sequence: value.readDoubleBE(4), fact: JSON.parse(value.toString('utf8', 12)) as LogFact };
}

export function encodeSequence(sequence: number): Buffer {
  const value = Buffer.allocUnsafe(12);
  value.writeDoubleBE(sequence, 4);
  value.writeUInt32BE(crc32(value.subarray(4)), 0);
  return value;
}

/** 0 when missing or damaged. */
export function decodeSequence(value: Buffer | undefined): number {
  if (value === undefined || value.length !== 12 || crc32(value.subarray(4)) !== value.readUInt32BE(0)) return 0;
  return value.readDoubleBE(4);
}
