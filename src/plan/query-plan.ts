import type { BoundExpression } from '../expr/index.js';
import type { Column, RowSchema } from '../types/index.js';
import type { SinkStep, StreamStep, TableStep } from './steps/index.js';
import type { FormatInfo, SerdeFeature } from './format-info.js';

/**
 * A running query as data: this alone drives the runtime. `JSON.parse(JSON.stringify(plan))` runs the same.
 * Changing the meaning of a step needs a new step version, never a change in place.
 */
export interface PersistentPlan {
  readonly kind: 'persistent';
  readonly version: 1;
  readonly queryId: string;
  /** SQL as stored, for SHOW QUERIES and EXPLAIN. */
  readonly statementText: string;
  /** Names of the sources read, in written order. */
  readonly sources: readonly string[];
  /** null: CREATE SOURCE TABLE's materialisation, which has no sink topic. */
  readonly sink: string | null;
  /** A TableSource as the root: materialise only. */
  readonly root: SinkStep | TableStep;
  /** The store that pull queries on the sink read, or null (not queryable). */
  readonly materialization: Materialization | null;
  /** Properties in force when the statement was accepted (overrides only). */
  readonly properties: Readonly<Record<string, string>>;
  /** Topics and subjects that must exist before the query starts; created idempotently. */
  readonly internalTopics: readonly InternalTopic[];
}
export interface InternalTopic {
  readonly name: string;
  readonly kind: 'repartition' | 'changelog';
  /** The topic whose partition count it takes. */
  readonly partitionsOf: string;
}
/**
 * Which rows pull queries see: rows of the store passed through the (stateless, table) steps above it.
 * `schema` is the sink's schema. The runtime applies the steps between the store's owner and the sink when it reads.
 */
export interface Materialization {
  readonly storeName: string;
  readonly schema: RowSchema;
}

/** A push query: like a persistent plan, without sink and without durable state. */
export interface TransientPlan {
  readonly kind: 'transient';
  readonly version: 1;
  readonly queryId: string;
  readonly statementText: string;
  readonly sources: readonly string[];
  readonly root: StreamStep | TableStep;
  /** Columns shown to the client, in order, over the root's rows. */
  readonly output: readonly OutputColumn[];
  readonly limit: number | null;
  /** null: not set; streams then start at the end and tables at the beginning. */
  readonly offsetReset: 'earliest' | 'latest' | null;
  readonly properties: Readonly<Record<string, string>>;
}
export interface OutputColumn {
  readonly column: Column;
  readonly expression: BoundExpression;
  readonly isKey: boolean;
}

/** Bounds of one key lookup; all expressions were folded to constants. */
export type PullAccess =
  | { readonly kind: 'keys'; readonly keys: readonly (readonly BoundExpression[])[] }
  | { readonly kind: 'range'; readonly low: RangeBound | null; readonly high: RangeBound | null }
  | { readonly kind: 'scan' };
export interface RangeBound {
  readonly value: BoundExpression;
  readonly inclusive: boolean;
}
export interface WindowRange {
  /** Epoch ms bounds, inclusive; null is open. */
  readonly startLow: number | null;
  readonly startHigh: number | null;
  readonly endLow: number | null;
  readonly endHigh: number | null;
}
/**
 * A pull query on a materialized table: access, then filter, project, limit over the sink's schema. Behind the last value column
 * stands one more, the row's ROWTIME (BIGINT).
 */
export interface PullPlan {
  readonly kind: 'pull';
  readonly version: 1;
  readonly statementText: string;
  readonly source: string;
  /** The persistent query that owns the store. */
  readonly queryId: string;
  readonly access: PullAccess;
  readonly windows: WindowRange | null;
  /** The whole WHERE clause over the sink's schema: correct whatever the access path returned. */
  readonly filter: BoundExpression | null;
  readonly output: readonly OutputColumn[];
  readonly limit: number | null;
}
/** A pull query on a stream: a transient plan read from the beginning to the end offsets of now. */
export interface StreamPullPlan {
  readonly kind: 'streamPull';
  readonly version: 1;
  readonly plan: TransientPlan;
}

export type QueryPlan = PersistentPlan | TransientPlan | PullPlan | StreamPullPlan;

export type { FormatInfo, SerdeFeature };
