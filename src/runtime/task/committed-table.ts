import { TableReader, type BytesStore, type MaterializedTable, type SortKey, type StoredRow } from '../../state/index.js';
import type { Key } from '../../types/index.js';
import type { TableSpec } from '../operators/table-specs.js';
import { CommittedLookup, type LikelyPlace } from './committed-lookup.js';

/** What a view needs of a task's store. */
export interface ViewedStore {
  readonly spec: Omit<TableSpec, 'store'>;
  readonly store: Pick<BytesStore, 'snapshot'>;
  readonly table: Pick<MaterializedTable, 'codec' | 'expiry' | 'layout'>;
  readonly sortKey: SortKey | null;
}

/** The rows of one store as of the last commit, one reader a task. Must be released. */
export interface CommittedTable {
  readonly readers: readonly TableReader[];
  readonly isWindowed: boolean;
  /** By the table's whole key. */
  get(key: Key): StoredRow | null;
  release(): void;
}

/**
 * One view of a store's committed rows, shared by all who read between two commits: making one costs more than a lookup. It ends
 * with the commit (`retire`) and is freed when its last reader has let go.
 */
export class CommittedView {
  readonly readers: readonly TableReader[];
  private readonly lookup: CommittedLookup;
  private readonly snapshots;
  private users = 0;
  private isRetired = false;

  constructor(
    stores: readonly ViewedStore[],
    likelyPlace: LikelyPlace,
  ) {
    this.snapshots = stores.map((store) => store.store.snapshot());
    this.readers = stores.map((store, index) => {
      const { keyTypes, valueTypes } = store.spec;
      const { layout } = store.table;
      const snapshot = this.snapshots[index] ?? store.store.snapshot();
      return new TableReader({ layout, keyTypes, valueTypes, sortKey: store.sortKey, codec: store.table.codec }, snapshot, store.table.expiry.committedLowWater());
    });
    this.lookup = new CommittedLookup(this.readers.map((reader) => (key) => reader.get(key)), likelyPlace, stores[0]?.table.layout.kind);
  }

  use(): CommittedTable {
    this.users += 1;
    let isHeld = true;
    return {
      readers: this.readers,
      isWindowed: this.lookup.isWindowed,
      get: (key) => this.lookup.get(key),
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.users -= 1;
        this.freeWhenUnused();
      },
    };
  }

  /** Nobody begins to read it any more. */
  retire(): void {
    this.isRetired = true;
    this.freeWhenUnused();
  }

  private freeWhenUnused(): void {
    if (!this.isRetired || this.users > 0) return;
    for (const snapshot of this.snapshots) snapshot.release();
    this.snapshots.length = 0;
  }
}
