const CHUNK_ENTRIES = 256;

interface Chunk {
  readonly keys: string[];
  readonly values: Uint8Array[];
}

/**
 * An ordered map from strings (one character a byte, so their order is the order of unsigned bytes) to values, as a list
 * of small sorted chunks. Not a Map with a sorted index: a Map ends at 2^24 entries, and this is one structure to keep true.
 */
export class SortedEntries {
  private chunks: Chunk[] = [];
  size = 0;
  bytes = 0;

  get(key: string): Uint8Array | undefined {
    const chunk = this.chunks[this.chunkFor(key)];
    if (chunk === undefined) return undefined;
    const index = firstAtOrAbove(chunk.keys, key);
    return chunk.keys[index] === key ? chunk.values[index] : undefined;
  }

  set(key: string, value: Uint8Array): void {
    let at = this.chunkFor(key);
    if (at < 0) {
      at = 0;
      if (this.chunks.length === 0) this.chunks.push({ keys: [], values: [] });
    }
    const chunk = this.chunks[at];
    if (chunk === undefined) return;
    const index = firstAtOrAbove(chunk.keys, key);
    if (chunk.keys[index] === key) {
      this.bytes += value.length - (chunk.values[index]?.length ?? 0);
      chunk.values[index] = value;
      return;
    }
    chunk.keys.splice(index, 0, key);
    chunk.values.splice(index, 0, value);
    this.size += 1;
    this.bytes += key.length + value.length;
    if (chunk.keys.length > CHUNK_ENTRIES) this.split(at, chunk);
  }

  delete(key: string): void {
    const at = this.chunkFor(key);
    const chunk = this.chunks[at];
    if (chunk === undefined) return;
    const index = firstAtOrAbove(chunk.keys, key);
    if (chunk.keys[index] !== key) return;
    this.size -= 1;
    this.bytes -= key.length + (chunk.values[index]?.length ?? 0);
    chunk.keys.splice(index, 1);
    chunk.values.splice(index, 1);
    if (chunk.keys.length === 0) this.chunks.splice(at, 1);
  }

  /** The first key at or above (or strictly above) a key; undefined at the end. */
  next(key: string, isInclusive: boolean): string | undefined {
    const at = Math.max(0, this.chunkFor(key));
    const keys = this.chunks[at]?.keys;
    if (keys === undefined) return undefined;
    let index = firstAtOrAbove(keys, key);
    if (!isInclusive && keys[index] === key) index += 1;
    return index < keys.length ? keys[index] : this.chunks[at + 1]?.keys[0];
  }

  /** The last key strictly below a key; without a key, the last of all. */
  previous(key: string | undefined): string | undefined {
    if (key === undefined) return this.chunks.at(-1)?.keys.at(-1);
    const at = this.chunkFor(key);
    const keys = this.chunks[at]?.keys;
    if (keys === undefined) return undefined;
    const index = firstAtOrAbove(keys, key) - 1;
    return index >= 0 ? keys[index] : at > 0 ? this.chunks[at - 1]?.keys.at(-1) : undefined;
  }

  /** Index of the last chunk that begins at or below the key; −1 when all begin above it. */
  private chunkFor(key: string): number {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.chunks[middle]?.keys[0] ?? '') <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private split(at: number, chunk: Chunk): void {
    const half = chunk.keys.length >>> 1;
    this.chunks.splice(at + 1, 0, { keys: chunk.keys.splice(half), values: chunk.values.splice(half) });
  }
}

function firstAtOrAbove(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
