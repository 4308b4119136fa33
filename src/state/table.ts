import type { Key, Row } from '../types/index.js';
import type { KeyRange, WriteOperation } from './store.js';

/**
 * An operator's view of one of its stores: typed rows, synchronous, over the write-back cache (`MaterializedTable`).
 * Keys by layout (`TableLayout`): keyed `[…key]`; windowed and session `[…key, start, end]`; pending
 * (unmatched rows of a stream-stream join) `[…key, timestamp, side, sequence]`; subscription (foreign-key join) `[…foreign key, …left key]`.
 */
export interface Table {
  readonly name: string;
  /** Current (uncommitted) row, or null. Expired rows are null at once. */
  get(key: Key): StoredRow | null;
  /**
   * Writes (null row: deletes). With `forward`, the change is emitted through the connected emitter: at once with caching
   * off, at flush with caching on, with the row last forwarded as `old`.
   */
  put(key: Key, row: Row | null, timestamp: number, forward: boolean): void;
  /** The row as readers of the emitted changes know it: the one last forwarded (without `forward`: the current one). */
  forwarded(key: Key): StoredRow | null;
  /** The place of a key: found once, then read and written without another look-up. Valid until the next await. */
  slot(key: Key): Slot;
  /** Windowed layout only: the place of an inner key in the window starting at `start`, without building the whole key. */
  windowSlot(innerKey: Key, start: number): Slot;
  /** `put` at a place. `oldIfNew` stands for the old row of a key that had none, where the change is emitted at once. */
  write(slot: Slot, row: Row | null, timestamp: number, forward: boolean, oldIfNew?: Row | null): void;
  /** Session layout: visible sessions of a key with end ≥ `endFrom` and start ≤ `startTo`, ascending. */
  sessions(innerKey: Key, endFrom: number, startTo: number): readonly Slot[];
  /**
   * An ordered scan with dirty rows merged in; undefined: already served, from memory. Use `runDemand`. `betweenPages` may carry
   * on what was fed so far, so that a long scan does not pile it up; it must not write this table.
   */
  scan(target: ScanTarget, betweenPages?: () => void): Promise<void> | undefined;
  /** Where forwarded changes go; called by the operator that owns the table when it opens. */
  connect(forward: Forward): void;
  /** Largest time of a row ever put (window start, session end, event timestamp); −1 before the first. Decides what is visible. */
  highWater(): number;
  restoreHighWater(time: number): void;
}
/** The records of one side of a stream-stream join (`EventTable`): they come, are met, and expire. */
export interface Events {
  readonly name: string;
  /** `sequence` grows with every record of the join. A record that is expired on arrival is not kept. */
  append(key: Key, row: Row, timestamp: number, sequence: number): void;
  /** Visible rows of a key with `from` ≤ timestamp ≤ `to`, ascending by timestamp, then arrival. `visit` must not append here. */
  within(key: Key, from: number, to: number, visit: (row: Row, timestamp: number, sequence: number) => void): void;
  /** As of a table. */
  highWater(): number;
  restoreHighWater(time: number): void;
}
/**
 * What a task does with each of its tables: per batch `trim`; per commit `flush`, `collectDirty` (changelog records, their keys as the
 * layout has them; a join side gives them as they come), and `markCommitted` when it is acknowledged; behind the commits `collectUnstored`, a
 * `store.write` for each part, `markStored`, and then `sweep`. `discard` forgets all that the store does not have; it comes back through `restore`.
 */
export interface TaskTable {
  readonly name: string;
  /** The store was written by a version with another layout: it must be wiped before anything is read, and restored. */
  readonly isForeign: boolean;
  highWater(): number;
  restoreHighWater(time: number): void;
  restore(key: Key, row: Row | null, timestamp: number): void;
  /** At most so many rows; true: there are more. */
  flush(most?: number): boolean;
  /** At most so many rows from a place on, nothing may be written between two calls; true: there are more. */
  collectDirty(visit: (key: Key, row: Row | null, timestamp: number) => void, from?: number, most?: number): boolean;
  markCommitted(): void;
  unstoredBytes(): number;
  readonly isStoredAtOnce: boolean;
  /** In parts of about `most` where it can be cut, in the order in which they must be written. */
  collectUnstored(most: number): Iterable<readonly WriteOperation[]>;
  markStored(): void;
  discard(): void;
  dirtyBytes(): number;
  /** Memory has all that there is, from a time on or at all. */
  isComplete(fromTime: number | null): boolean;
  /** In memory: rows, of a join side keys in slices of time; as many records as the store would have for them, pages aside. */
  rowCount(): number;
  /** Where those are in the store. */
  records(): KeyRange;
  sweep(maxRows: number): Promise<void>;
  trim(): void;
}
export interface StoredRow {
  readonly row: Row;
  readonly timestamp: number;
}
/** A key's place in a table. `row` is null where there is none. Only the table changes it. */
export interface Slot {
  readonly key: Key;
  readonly row: Row | null;
  readonly timestamp: number;
  /** The row was written here and has not been shown to anybody since: who wrote it may change what is in it. */
  readonly isOwn: boolean;
}
export interface ScanTarget {
  readonly range: ScanRange;
  /** false: no more rows are wanted. */
  feed(key: Key, row: Row, timestamp: number): boolean;
  /** A row in the range that is too old to be given. */
  hidden?(): void;
  done(): void;
}
export type Forward = (key: Key, row: Row | null, old: Row | null, timestamp: number) => void;

/** Ranges that operators scan: by window start, by window end (sessions), by row timestamp, by key prefix. Inclusive, epoch ms. */
export type ScanRange =
  | { readonly by: 'windowStart'; readonly from: number; readonly to: number }
  | { readonly by: 'windowEnd'; readonly from: number; readonly to: number }
  | { readonly by: 'timestamp'; readonly from: number; readonly to: number }
  | { readonly by: 'keyPrefix'; readonly prefix: Key };

/**
 * How a table's rows are addressed, ordered on disk and expire. `order: 'time'` puts the window before the key, which
 * final results need; `'key'` keeps the rows of one key together, which pull queries like.
 */
export type TableLayout = RowLayout | { readonly kind: 'events'; readonly side: 'left' | 'right'; readonly retentionMs: number; readonly bucketMs: number };
/** Those of `MaterializedTable`; the remaining one is that of `EventTable`, with the keys `[…key, timestamp, sequence]` in its changelog. */
export type RowLayout =
  | { readonly kind: 'keyed' }
  | { readonly kind: 'windowed'; readonly sizeMs: number; readonly retentionMs: number; readonly order: 'key' | 'time' }
  | { readonly kind: 'session'; readonly gapMs: number; readonly retentionMs: number; readonly order: 'key' | 'time' }
  | { readonly kind: 'pending'; readonly bucketMs: number }
  | { readonly kind: 'subscription'; readonly prefixColumns: number };
