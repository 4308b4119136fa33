declare global {
  /** Node's own decoders of buffer ranges, which `toString` calls after checking its arguments; the published types leave them out. */
  interface Buffer {
    latin1Slice(start: number, end: number): string;
    utf8Slice(start: number, end: number): string;
  }
}

const SLOTS = 1024;
const MAX_LENGTH = 32;

/**
 * Turns short ASCII bytes into strings and remembers recent ones: a repeated text (a channel, a country, a field name)
 * costs a comparison instead of a native call and an allocation, and keeps its hash for map lookups.
 */
export class ShortStrings {
  private readonly slots: string[] = Array.from({ length: SLOTS }, () => '');

  /** The bytes from `start` to `end`, all below 0x80. */
  ascii(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > MAX_LENGTH) return bytes.latin1Slice(start, end);
    let hash = length;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1);
    const known = this.slots[slot] ?? '';
    if (known.length === length && sameText(known, bytes, start)) return known;
    const text = bytes.latin1Slice(start, end);
    this.slots[slot] = text;
    return text;
  }
}

function sameText(text: string, bytes: Buffer, start: number): boolean {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) !== bytes[start + at]) return false;
  }
  return true;
}
