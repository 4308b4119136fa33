const SEED = 0x9747b28c | 0;
const MIX = 0x5bd1e995;

/** Murmur2 as Kafka's default partitioner computes it, over a slice; a signed 32-bit number. */
export function murmur2(buffer: Uint8Array, position: number, length: number): number {
  let hash = SEED ^ length;
  let at = position;
  for (const end = position + (length & ~3); at < end; at += 4) {
    // All four bytes exist: `end` is a multiple of four above `position`.
    let word = byte(buffer, at) | (byte(buffer, at + 1) << 8) | (byte(buffer, at + 2) << 16) | (byte(buffer, at + 3) << 24);
    word = Math.imul(word, MIX);
    word ^= word >>> 24;
    hash = Math.imul(hash, MIX) ^ Math.imul(word, MIX);
  }
  const rest = length & 3;
  if (rest === 3) hash ^= byte(buffer, at + 2) << 16;
  if (rest >= 2) hash ^= byte(buffer, at + 1) << 8;
  if (rest >= 1) hash = Math.imul(hash ^ byte(buffer, at), MIX);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MIX);
  return hash ^ (hash >>> 15);
}

/** The partition of a non-null key, as Kafka's default partitioner chooses it. */
export function partitionForKey(buffer: Uint8Array, position: number, length: number, partitions: number): number {
  return (murmur2(buffer, position, length) & 0x7fffffff) % partitions;
}

function byte(buffer: Uint8Array, at: number): number {
  return buffer[at] ?? 0;
}
