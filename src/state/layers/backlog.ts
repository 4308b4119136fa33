import type { WriteOperation } from '../store.js';
import type { EntryCodec } from './entry-codec.js';
import type { Bucket, Committed, TableSlot } from './table-slot.js';

/**
 * Committed rows that the store does not have yet. They stay in memory until `collect` and `done` have brought them there;
 * rows that expire before that never cost the store anything. Between two commits a row may be changed again: then what was
 * committed is kept beside it.
 */
export class Backlog {
  bytes = 0;
  /** Those that have such rows: a table may have a million buckets. */
  private readonly buckets = new Set<Bucket>();

  constructor(private readonly codec: EntryCodec) {}

  /** The slot's row was committed. */
  add(slot: TableSlot): void {
    slot.committed = null;
    if (slot.unstored) return;
    slot.unstored = true;
    slot.bucket.unstored.push(slot);
    this.buckets.add(slot.bucket);
    this.resized(slot, slot.bytes);
  }
  /** A commit took away what the store never had. */
  remove(slot: TableSlot): void {
    slot.committed = null;
    if (!slot.unstored) return;
    slot.unstored = false;
    this.resized(slot, -slot.bytes);
  }
  /** Before the first change after a commit. */
  keepCommitted(slot: TableSlot): void {
    if (slot.unstored) slot.committed = { row: slot.row, timestamp: slot.timestamp };
  }
  resized(slot: TableSlot, bytes: number): void {
    slot.bucket.unstoredBytes += bytes;
    this.bytes += bytes;
  }
  /** The bucket is gone, nobody can see its rows. */
  dropBucket(bucket: Bucket): void {
    this.bytes -= bucket.unstoredBytes;
    this.buckets.delete(bucket);
    bucket.unstored = [];
    bucket.unstoredBytes = 0;
  }
  clear(): void {
    this.bytes = 0;
    this.buckets.clear();
  }

  /**
   * The operations that bring the store up to the last commit are added to `operations`; goes on when as many as `most` are there and
   * somebody has taken them. Rows may be changed meanwhile, no commit may come before `done`.
   */
  *collect(operations: WriteOperation[], most: number): Generator<void> {
    const { codec } = this;
    for (const bucket of this.buckets) {
      for (const slot of bucket.unstored) {
        if (!slot.unstored) continue;
        if (operations.length >= most) yield;
        const { row, timestamp } = committedOf(slot);
        const key = codec.addressing.encode(slot.key);
        if (row === null) {
          operations.push({ kind: 'delete', key });
          continue;
        }
        // From here on the store may have it, whether the write is heard of or not.
        slot.stored = true;
        operations.push({ kind: 'put', key, value: codec.encodeValue(slot.key, row, timestamp) });
      }
    }
  }

  /** The store has what was collected. `deleted` gets the slots whose deletion nothing has taken back since. Gives the buckets it was in. */
  done(deleted: (slot: TableSlot) => void): readonly Bucket[] {
    const buckets = [...this.buckets];
    for (const bucket of buckets) {
      const { unstored } = bucket;
      bucket.unstored = [];
      bucket.unstoredBytes = 0;
      for (const slot of unstored) {
        if (!slot.unstored) continue;
        const wasDeleted = committedOf(slot).row === null;
        slot.unstored = false;
        slot.committed = null;
        if (!wasDeleted) continue;
        slot.stored = false;
        if (!slot.dirty) deleted(slot);
      }
    }
    this.clear();
    return buckets;
  }
}

/** Readers of the changelog know of a row. */
export function isCommitted(slot: TableSlot): boolean {
  return slot.unstored ? committedOf(slot).row !== null : slot.stored;
}

export function committedOf(slot: TableSlot): Committed {
  return slot.committed ?? slot;
}
