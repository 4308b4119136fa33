import type { Key, MapKey, Row } from '../../types/index.js';
import type { Slot } from '../table.js';
import type { ShardedMap } from './sharded-map.js';

/** Rows that share a window start, a slice of time or a foreign key. */
export interface Bucket {
  readonly key: MapKey | null;
  readonly slots: ShardedMap<TableSlot>;
  bytes: number;
  /** Rows in here that are committed and not in the store; those whose mark was taken away are passed over. */
  unstored: TableSlot[];
  unstoredBytes: number;
}

/** `row` null: a deletion. */
export interface Committed {
  readonly row: Row | null;
  readonly timestamp: number;
}

/** The one mutable object per cached row; only its table writes it. */
export class TableSlot implements Slot {
  row: Row | null;
  timestamp: number;
  isOwn = false;
  /** In its bucket: an absent key's slot gets there with its first row. */
  attached = false;
  /** Differs from what was committed; its place in the list of those. */
  dirty = false;
  dirtyAt = 0;
  /** The store has a row of this key, though perhaps an older one. */
  stored: boolean;
  /** Committed and not in the store as it is. */
  unstored = false;
  /** Dirty and unstored: what was committed. */
  committed: Committed | null = null;
  /** Written with `forward` since the last flush; what was forwarded before then is in `oldRow`. */
  pending = false;
  pendingAt = 0;
  oldRow: Row | null = null;
  oldTimestamp = 0;
  /** Used since the eviction hand last passed. */
  touched = true;
  bytes = 0;
  /** The part of `bytes` that is the row's. */
  rowBytes = 0;

  constructor(
    readonly key: Key,
    readonly inner: MapKey | null,
    readonly bucket: Bucket,
    readonly time: number,
    row: Row | null,
    timestamp: number,
  ) {
    this.row = row;
    this.timestamp = timestamp;
    this.stored = row !== null;
  }
}
