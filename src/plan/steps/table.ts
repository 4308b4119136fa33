import type { StepBase, StoreRef, Formats } from './common.js';
import type { StreamStep, TableStep } from './index.js';
import type { TimestampColumn } from './sources.js';

/** Keeps the rows of a table that has no store of its own, where one is needed (pull queries on a projection, joins). */
export interface TableMaterialize extends StepBase {
  readonly kind: 'tableMaterialize';
  readonly source: TableStep;
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
