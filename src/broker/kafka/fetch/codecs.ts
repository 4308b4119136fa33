import { createRequire } from 'node:module';
import * as zlib from 'node:zlib';
import { decompress as decompressZstd } from 'fzstd';
import { BrokerError } from '../../../errors/index.js';

/** Kafka's numbers of the compression codecs, in the lowest bits of a batch's attributes. */
export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Codec = (typeof CODECS)[number];

/** A codec by the name of `compression.type`. */
export function codecNamed(name: string): Codec {
  const codec = CODECS.find((each) => each === name.toLowerCase());
  if (codec !== undefined) return codec;
  throw new BrokerError(`compression.type is ${name}`, { retriable: false, hint: `It is one of ${CODECS.join(', ')}.` });
}

/** More than this a batch does not become: a small one may not fill the memory. */
const MAX_UNPACKED_BYTES = 512 * 1024 * 1024;

interface Lz4 {
  compressFrameSync(data: Buffer): Buffer;
  decompressFrameSync(data: Buffer): Buffer;
}
interface Snappy {
  compressSync(data: Buffer): Buffer;
  uncompressSync(data: Buffer): Buffer;
}
interface NodeZstd {
  readonly zstdCompressSync?: (data: Buffer) => Buffer;
  readonly zstdDecompressSync?: (data: Buffer, options: { readonly maxOutputLength: number }) => Buffer;
}
const nodeZstd: NodeZstd & Pick<typeof zlib, 'gzipSync'> = zlib;

export function unpack(codec: number, data: Buffer): Buffer {
  switch (CODECS[codec]) {
    case 'none':
      return data;
    case 'gzip':
      return zlib.gunzipSync(data, { maxOutputLength: MAX_UNPACKED_BYTES });
    case 'snappy':
      return unpackSnappy(data);
    case 'lz4':
      return native<Lz4>('lz4-napi').decompressFrameSync(data);
    case 'zstd':
      return unpackZstd(data);
    default:
      throw new BrokerError(`A record batch is compressed with an unknown codec (${codec})`, { retriable: false, code: 'DAMAGED' });
  }
}

/** Whether batches can be written with a codec here: zstd needs a newer Node, snappy and lz4 optional packages. */
export function canPack(codec: Codec): boolean {
  if (codec === 'zstd') return nodeZstd.zstdCompressSync !== undefined;
  try {
    if (codec === 'snappy') native<Snappy>('snappy');
    if (codec === 'lz4') native<Lz4>('lz4-napi');
    return true;
  } catch {
    return false;
  }
}

export function pack(codec: Codec, data: Buffer): Buffer {
  switch (codec) {
    case 'none':
      return data;
    case 'gzip':
      return zlib.gzipSync(data, { level: 6 });
    case 'snappy':
      return packSnappy(data);
    case 'lz4':
      return native<Lz4>('lz4-napi').compressFrameSync(data);
    case 'zstd':
      if (nodeZstd.zstdCompressSync === undefined) throw new BrokerError('This release of Node cannot write zstd', { retriable: false, hint: 'Use Node 22.15 or newer, or another compression.type.' });
      return nodeZstd.zstdCompressSync(data);
  }
}

/** Java's framing: a header of 16 bytes, then blocks behind their length. Other clients write one bare block. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER = Buffer.concat([XERIAL, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]);
const XERIAL_BLOCK = 32 * 1024;

function unpackSnappy(data: Buffer): Buffer {
  const snappy = native<Snappy>('snappy');
  if (!data.subarray(0, 8).equals(XERIAL)) return snappy.uncompressSync(data);
  const blocks: Buffer[] = [];
  let total = 0;
  for (let at = 16; at + 4 <= data.length; ) {
    const length = data.readInt32BE(at);
    at += 4;
    if (length < 0 || at + length > data.length) throw new BrokerError('A snappy block is cut off', { retriable: false, code: 'DAMAGED' });
    const block = snappy.uncompressSync(data.subarray(at, at + length));
    total += block.length;
    if (total > MAX_UNPACKED_BYTES) throw tooLarge();
    blocks.push(block);
    at += length;
  }
  return blocks.length === 1 ? (blocks[0] ?? Buffer.alloc(0)) : Buffer.concat(blocks);
}

function packSnappy(data: Buffer): Buffer {
  const snappy = native<Snappy>('snappy');
  const parts: Buffer[] = [XERIAL_HEADER];
  for (let at = 0; at < data.length; at += XERIAL_BLOCK) {
    const block = snappy.compressSync(data.subarray(at, at + XERIAL_BLOCK));
    const length = Buffer.allocUnsafe(4);
    length.writeInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

function unpackZstd(data: Buffer): Buffer {
  if (nodeZstd.zstdDecompressSync !== undefined) return nodeZstd.zstdDecompressSync(data, { maxOutputLength: MAX_UNPACKED_BYTES });
  const bytes = decompressZstd(data);
  if (bytes.length > MAX_UNPACKED_BYTES) throw tooLarge();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function tooLarge(): BrokerError {
  return new BrokerError('A compressed record batch holds more than half a gigabyte', { retriable: false, code: 'DAMAGED' });
}

const loaded = new Map<string, unknown>();

/** Optional packages with native parts: loaded when a topic needs them. */
function native<T>(name: string): T {
  const known = loaded.get(name);
  if (known !== undefined) return known as T;
  try {
    const found: unknown = createRequire(import.meta.url)(name);
    loaded.set(name, found);
    return found as T;
  } catch (error) {
    throw new BrokerError(`A topic's records are compressed, but the package ${name} is not installed`, { retriable: false, hint: `npm install ${name}`, cause: error });
  }
}
