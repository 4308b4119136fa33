import type { Key, MapKey, Row } from '../../types/index.js';
import type { Slot } from '../table.js';
import type { BucketOrder } from './bucket-order.js';
import type { ShardedMap } from './sharded-map.js';

/** Rows that share a window start, a slice of time or a foreign key. */
export interface Bucket {
  readonly key: MapKey | null;
  readonly slots: ShardedMap<TableSlot>;
  /** Windowed layout: the bounds that the keys in here end with, and the time of all rows. */
  readonly window: { readonly start: number; readonly end: number } | null;
  bytes: number;
  /** Rows in here that are committed and not in the store; those whose mark was taken away are passed over. */
  unstored: TableSlot[];
  unstoredBytes: number;
  /** Kept by scans until a row comes. */
  order: BucketOrder | null;
}

/** `row` null: a deletion. */
export interface Committed {
  readonly row: Row | null;
  readonly timestamp: number;
}

const OWN = 1;
const ATTACHED = 2;
const DIRTY = 4;
const STORED = 8;
const UNSTORED = 16;
const PENDING = 32;
const TOUCHED = 64;

/**
 * The one mutable object per cached row; only its table writes it. There are hundreds of thousands that live for seconds, and
 * what a collection must copy is what they cost: so marks share a number, and a window's bounds are its bucket's.
 */
export class TableSlot implements Slot {
  row: Row | null = null;
  timestamp = -1;
  /** Places in the lists of `ChangedSlots`. */
  dirtyAt = 0;
  pendingAt = 0;
  /** Dirty and unstored: what was committed. */
  committed: Committed | null = null;
  /** Pending: what was forwarded last. */
  forwarded: Committed | null = null;
  bytes = 0;
  /** The part of `bytes` that is the row's. */
  rowBytes = 0;
  private marks = TOUCHED;

  constructor(
    /** The whole key, but for the bounds of the bucket's window. */
    readonly ownKey: Key,
    readonly inner: MapKey | null,
    readonly bucket: Bucket,
    /** null: that of the bucket's window. */
    private readonly ownTime: number | null,
  ) {}

  get key(): Key {
    const { window } = this.bucket;
    return window === null ? this.ownKey : [...this.ownKey, window.start, window.end];
  }
  get time(): number {
    return this.ownTime ?? this.bucket.window?.start ?? -1;
  }
  get isOwn(): boolean {
    return (this.marks & OWN) !== 0;
  }
  set isOwn(value: boolean) {
    this.mark(OWN, value);
  }
  /** In its bucket: an absent key's slot gets there with its first row. */
  get attached(): boolean {
    return (this.marks & ATTACHED) !== 0;
  }
  set attached(value: boolean) {
    this.mark(ATTACHED, value);
  }
  /** Differs from what was committed. */
  get dirty(): boolean {
    return (this.marks & DIRTY) !== 0;
  }
  set dirty(value: boolean) {
    this.mark(DIRTY, value);
  }
  /** The store has a row of this key, though perhaps an older one. */
  get stored(): boolean {
    return (this.marks & STORED) !== 0;
  }
  set stored(value: boolean) {
    this.mark(STORED, value);
  }
  /** Committed and not in the store as it is. */
  get unstored(): boolean {
    return (this.marks & UNSTORED) !== 0;
  }
  set unstored(value: boolean) {
    this.mark(UNSTORED, value);
  }
  /** Written with `forward` since the last flush. */
  get pending(): boolean {
    return (this.marks & PENDING) !== 0;
  }
  set pending(value: boolean) {
    this.mark(PENDING, value);
  }
  /** Used since the eviction hand last passed. */
  get touched(): boolean {
    return (this.marks & TOUCHED) !== 0;
  }
  set touched(value: boolean) {
    this.mark(TOUCHED, value);
  }

  private mark(bit: number, value: boolean): void {
    this.marks = value ? this.marks | bit : this.marks & ~bit;
  }
}
