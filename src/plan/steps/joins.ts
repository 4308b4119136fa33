import type { BoundExpression } from '../../expr/index.js';
import type { StepBase, StoreRef } from './common.js';
import type { StreamStep, TableStep } from './index.js';

/**
 * All joins: output value = left value row ++ right value row (nulls for a missing side); the columns each side must
 * contribute (its key columns included) were selected into its value row before. Output key = the join key.
 * RIGHT joins are planned as LEFT with the sides swapped; `swapped` then says that the output value is right ++ left,
 * so that the columns still come in written order.
 */
interface JoinBase extends StepBase {
  readonly swapped: boolean;
}
export interface StreamTableJoin extends JoinBase {
  readonly kind: 'streamTableJoin';
  readonly type: 'INNER' | 'LEFT';
  readonly left: StreamStep;
  /** Must be materialized (table source or table operator): looked up, never emits. */
  readonly right: TableStep;
}
export interface StreamStreamJoin extends JoinBase {
  readonly kind: 'streamStreamJoin';
  readonly type: 'INNER' | 'LEFT' | 'FULL';
  readonly left: StreamStep;
  readonly right: StreamStep;
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly graceMs: number;
  /** true: a GRACE PERIOD clause was written; decides how non-matches are emitted. */
  readonly explicitGrace: boolean;
  readonly leftStore: StoreRef;
  readonly rightStore: StoreRef;
  /** Pending non-matches; only with `explicitGrace` and an outer side. */
  readonly outerStore: StoreRef | null;
}
/** Each side's current row is kept by the side's own materialization, or in the store given here where it has none. */
export interface TableTableJoin extends JoinBase {
  readonly kind: 'tableTableJoin';
  readonly type: 'INNER' | 'LEFT' | 'FULL';
  readonly left: TableStep;
  readonly right: TableStep;
  readonly leftStore: StoreRef;
  readonly rightStore: StoreRef;
}
export interface ForeignKeyJoin extends JoinBase {
  readonly kind: 'foreignKeyJoin';
  readonly type: 'INNER' | 'LEFT';
  readonly left: TableStep;
  readonly right: TableStep;
  /** Over the left row; gives the right table's key. */
  readonly foreignKey: BoundExpression;
  readonly leftStore: StoreRef;
  readonly rightStore: StoreRef;
  readonly subscriptionStore: StoreRef;
  /** Exchanges: left → right's partitions, and back. */
  readonly subscriptionTopic: string;
  readonly responseTopic: string;
}
