import type { StepBase, StoreRef, Formats } from './common.js';
import type { StreamStep, TableStep } from './index.js';
import type { TimestampColumn } from './sources.js';

/** Keeps the rows of a table that has no store of its own, where one is needed (pull queries on a projection, joins). */
export interface TableMaterialize extends StepBase {
  readonly kind: 'tableMaterialize';
  readonly source: TableStep;
  readonly store: StoreRef;
}
/**
 * Brings a table to the tasks of its key as another format writes it: equal keys in different formats hash differently, so a
 * join of tables or streams with different key formats needs one side re-serialised. Key and row stay the same; the rows
 * that arrive are kept in `store`.
 */
export interface TableRepartition extends StepBase {
  readonly kind: 'tableRepartition';
  readonly source: TableStep;
  readonly topic: string;
  readonly formats: Formats;
  readonly store: StoreRef;
}
interface SinkBase extends StepBase {
  readonly topic: string;
  readonly formats: Formats;
  /** Sink name in the catalog. */
  readonly sinkName: string;
  /** Record time of the output from a column; null value rows keep the current time. */
  readonly timestamp: TimestampColumn | null;
}
export interface StreamSink extends SinkBase {
  readonly kind: 'streamSink';
  readonly source: StreamStep;
}
export interface TableSink extends SinkBase {
  readonly kind: 'tableSink';
  readonly source: TableStep;
}
