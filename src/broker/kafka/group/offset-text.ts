import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Brokers take 4096 bytes with an offset (`offset.metadata.max.bytes`); longer texts are packed, which others read as opaque. */
const PLAIN_BYTES = 3500;
const PACKED = 'z1:';
const MAX_TEXT_BYTES = 1024 * 1024;

export function packText(text: string): string {
  if (Buffer.byteLength(text) <= PLAIN_BYTES && !text.startsWith(PACKED)) return text;
  return PACKED + deflateRawSync(Buffer.from(text)).toString('base64');
}

/** Texts that cannot be unpacked were not packed here, and are returned as they are. */
export function unpackText(text: string): string {
  if (!text.startsWith(PACKED)) return text;
  try {
    return inflateRawSync(Buffer.from(text.slice(PACKED.length), 'base64'), { maxOutputLength: MAX_TEXT_BYTES }).toString();
  } catch {
    return text;
  }
}
