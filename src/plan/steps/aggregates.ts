import type { BoundAggregateCall } from '../../expr/index.js';
import type { StepBase, StoreRef } from './common.js';
import type { StreamStep } from './index.js';
import type { TableGroupBy } from './stateless.js';

/** Windowing of an aggregation. All in milliseconds. */
export type WindowSpec =
  | { readonly type: 'TUMBLING'; readonly sizeMs: number; readonly graceMs: number; readonly retentionMs: number }
  | { readonly type: 'HOPPING'; readonly sizeMs: number; readonly advanceMs: number; readonly graceMs: number; readonly retentionMs: number }
  | { readonly type: 'SESSION'; readonly gapMs: number; readonly graceMs: number; readonly retentionMs: number };

/**
 * Output value = the `carried` columns (of the newest record processed) ++ one result per aggregate.
 * Stored value = carried columns ++ aggregate states.
 */
interface AggregateBase extends StepBase {
  /** Positions in the source's value row that are carried along unaggregated. */
  readonly carried: readonly number[];
  readonly aggregates: readonly BoundAggregateCall[];
  readonly store: StoreRef;
}
/** Source is a `streamRepartition` or, where the key already fits, a `streamGroupBy`. */
export interface StreamAggregate extends AggregateBase {
  readonly kind: 'streamAggregate';
  readonly source: StreamStep;
}
export interface StreamWindowedAggregate extends AggregateBase {
  readonly kind: 'streamWindowedAggregate';
  readonly source: StreamStep;
  readonly window: WindowSpec;
  /** EMIT FINAL: a window's row only when it closes. */
  readonly emitFinal: boolean;
}
/** Undoes the old row, applies the new one; groups are never deleted. */
export interface TableAggregate extends AggregateBase {
  readonly kind: 'tableAggregate';
  readonly source: TableGroupBy;
}
