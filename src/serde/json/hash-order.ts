import type { SqlValue } from '../../types/index.js';

/** Java's `String.hashCode`, spread as its HashMap spreads it. */
function spreadHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  return hash ^ (hash >>> 16);
}

/** The size of the table of a Java HashMap made for `count` entries and filled with them. */
function tableSize(count: number): number {
  let size = 1;
  while (size < count) size *= 2;
  return count > size * 0.75 ? size * 2 : size;
}

/**
 * The entries in the order in which ksqlDB, which reads objects into a HashMap, goes through them: REDUCE and the list functions
 * over maps show it. Keys of one bucket stay in the order of the record.
 */
export function inHashOrder(entries: ReadonlyMap<SqlValue, SqlValue>): ReadonlyMap<SqlValue, SqlValue> {
  if (entries.size < 2) return entries;
  const mask = tableSize(entries.size) - 1;
  const placed = [...entries].map((entry) => ({ entry, bucket: (entry[0] === null ? 0 : spreadHash(String(entry[0]))) & mask }));
  return new Map(placed.sort((a, b) => a.bucket - b.bucket).map(({ entry }) => entry));
}
