import type { StoredRow, TableLayout } from '../../state/index.js';
import type { Key } from '../../types/index.js';

/** Gives the committed row of a whole key, or null. */
export type RowByKey = (key: Key) => StoredRow | null;
/** Which of the tasks most likely has a key. */
export type LikelyPlace = (key: Key) => number;

/** The committed rows of one store by key, over the tasks that are here. */
export class CommittedLookup {
  readonly isWindowed: boolean;

  constructor(
    private readonly places: readonly RowByKey[],
    private readonly likelyPlace: LikelyPlace,
    layout: TableLayout['kind'] | undefined,
  ) {
    this.isWindowed = layout === 'windowed' || layout === 'session';
  }

  /** By the table's whole key. */
  get(key: Key): StoredRow | null {
    const { places } = this;
    const likely = places.length < 2 ? 0 : this.likelyPlace(key);
    const found = places[likely]?.(key) ?? null;
    if (found !== null) return found;
    // Whoever filled the topic may have placed a key by another rule, so the other partitions are asked, too.
    for (let place = 0; place < places.length; place++) {
      const other = place === likely ? null : (places[place]?.(key) ?? null);
      if (other !== null) return other;
    }
    return null;
  }
}
