import type { MaterializedTable, StoredRow } from '../../state/index.js';
import type { Key } from '../../types/index.js';
import type { LikelyPlace } from './committed-table.js';

/**
 * The rows of one store by key as of the last commit, over the tasks that are here: from memory, and from the store what memory has let go.
 * Never waits for the store to be written.
 */
export class CommittedLookup {
  constructor(
    private readonly tables: readonly MaterializedTable[],
    private readonly likelyPlace: LikelyPlace,
  ) {}

  get isWindowed(): boolean {
    const kind = this.tables[0]?.layout.kind;
    return kind === 'windowed' || kind === 'session';
  }

  /** By the table's whole key. */
  get(key: Key): StoredRow | null {
    const { tables } = this;
    const likely = tables.length < 2 ? 0 : this.likelyPlace(key);
    const found = tables[likely]?.committed(key) ?? null;
    if (found !== null) return found;
    // Whoever filled the topic may have placed a key by another rule, so the other partitions are asked, too.
    for (let place = 0; place < tables.length; place++) {
      const other = place === likely ? null : (tables[place]?.committed(key) ?? null);
      if (other !== null) return other;
    }
    return null;
  }
}
