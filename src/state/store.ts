/**
 * Ordered bytes stores: synchronous point get, atomic batch write, snapshots, asynchronous ordered scan.
 * Contract suite: `test/contract/store.ts`. Keys compare as unsigned bytes. Nothing uncommitted is ever written:
 * the write-back cache above holds dirty rows until the commit has been acknowledged.
 */
export interface StoreIdentity {
  /** Fixed at creation; a copy from elsewhere has another one. */
  readonly uuid: string;
  /** Counts openings. */
  readonly epoch: number;
  /** Changelog offset (next to read) the content has reached; −1: nothing yet. */
  readonly changelogOffset: number;
  /** Batches applied since creation that held anything: 0 says that the store was never written to. */
  readonly batches: number;
}

export type WriteOperation =
  | { readonly kind: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly kind: 'delete'; readonly key: Uint8Array };

/** Half-open unless said otherwise; a missing bound is open. */
export interface KeyRange {
  readonly from?: Uint8Array;
  readonly to?: Uint8Array;
  readonly reverse?: boolean;
}

export interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** A consistent read view. Must be released. */
export interface StoreSnapshot {
  /** Throws StateError{damaged} when the checksum of the value is wrong. */
  get(key: Uint8Array): Uint8Array | null;
  /** Ascending (or reverse) pages of at most `pageSize` entries. */
  scan(range: KeyRange, pageSize: number): AsyncIterable<readonly Entry[]>;
  release(): void;
}

export interface BytesStore {
  readonly name: string;
  identity(): StoreIdentity;
  /** Synchronous: the hot path. Throws StateError{damaged} when the checksum of the value is wrong. */
  get(key: Uint8Array): Uint8Array | null;
  /** Atomic, together with the changelog offset it has reached. Extends the batch hash chain. */
  write(operations: readonly WriteOperation[], changelogOffset: number): Promise<void>;
  scan(range: KeyRange, pageSize: number): AsyncIterable<readonly Entry[]>;
  snapshot(): StoreSnapshot;
  /** Deletes a range in bounded slices. */
  deleteRange(range: KeyRange): Promise<void>;
  approximateBytes(): Promise<number>;
  close(): Promise<void>;
}

/** Opens the stores of one task. One database per task; stores are prefixes in it. A task id is `<queryId>/<stage and partition>`. */
export interface StoreProvider {
  /** Damage at open (identity, hash chain) is repaired by wiping: the store comes back empty with changelogOffset −1. */
  open(taskId: string, storeName: string): Promise<BytesStore>;
  /** Deletes everything of a query's tasks (TERMINATE, DROP). */
  destroy(queryId: string): Promise<void>;
  close(): Promise<void>;
}
