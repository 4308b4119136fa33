import { TableReader } from '../../state/index.js';
import type { TaskStore } from './task-store.js';

/** The rows of one store as of the last commit, one reader a task. Must be released. */
export interface CommittedTable {
  readonly readers: readonly TableReader[];
  readonly isWindowed: boolean;
  release(): void;
}

export function committedTable(stores: readonly TaskStore[]): CommittedTable {
  const snapshots = stores.map((store) => store.store.snapshot());
  const readers = stores.map((store, index) => {
    const { layout, keyTypes, valueTypes } = store.spec;
    const snapshot = snapshots[index] ?? store.store.snapshot();
    return new TableReader({ layout, keyTypes, valueTypes, sortKey: store.sortKey, codec: store.table.codec }, snapshot, store.table.expiry.committedLowWater());
  });
  const layout = stores[0]?.spec.layout.kind;
  return {
    readers,
    isWindowed: layout === 'windowed' || layout === 'session',
    release: () => {
      for (const snapshot of snapshots) snapshot.release();
    },
  };
}
