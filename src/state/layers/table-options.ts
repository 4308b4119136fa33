import type { SqlType } from '../../types/index.js';
import type { BytesStore } from '../store.js';
import type { RowLayout } from '../table.js';
import type { SortKey } from './addressing.js';

export interface TableOptions {
  readonly name: string;
  readonly layout: RowLayout;
  /** Inner key and value as `tableSpecs` gives them. */
  readonly keyTypes: readonly SqlType[];
  readonly valueTypes: readonly SqlType[];
  readonly store: BytesStore;
  readonly caching: boolean;
  /** Bound for clean rows kept in memory; dirty rows are bounded by the task, which commits. */
  readonly maxBytes?: number;
  readonly shardSize?: number;
  /** Where results come in the order of serialized key bytes. Subscription layout: of the left key. */
  readonly sortKey?: SortKey | null;
}
