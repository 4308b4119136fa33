import type { Key, Row } from '../types/index.js';

/**
 * An operator's view of one of its stores: typed rows, synchronous, over the write-back cache (`MaterializedTable`).
 * Windowed tables are addressed by inner key + window start (+ end for sessions): the key array carries the bounds.
 */
export interface Table {
  readonly name: string;
  /** Current (uncommitted) row, or null. */
  get(key: Key): StoredRow | null;
  /**
   * Writes (null row: deletes). With `forward`, the change is emitted through the table's emitter: at once with caching
   * off, at flush with caching on, with the row last forwarded as `old`.
   */
  put(key: Key, row: Row | null, timestamp: number, forward: boolean): void;
}
export interface StoredRow {
  readonly row: Row;
  readonly timestamp: number;
}

/** Ranges that operators scan: by window start, by window end (sessions), by row timestamp, by key prefix. Inclusive, epoch ms. */
export type ScanRange =
  | { readonly by: 'windowStart'; readonly from: number; readonly to: number }
  | { readonly by: 'windowEnd'; readonly from: number; readonly to: number }
  | { readonly by: 'timestamp'; readonly from: number; readonly to: number }
  | { readonly by: 'keyPrefix'; readonly prefix: Key };
