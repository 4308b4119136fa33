import type { Column, WindowInfo } from '../../types/index.js';
import type { Formats, StepBase, StoreRef } from './common.js';

/**
 * A value column that does not come from the value bytes. Appended to the declared value columns in the source's output
 * schema, in this order, only where a later step uses it.
 */
export type ExtraColumn =
  | { readonly kind: 'rowtime' | 'rowpartition' | 'rowoffset' | 'headers'; readonly column: Column }
  /** The last header with this key, or null. */
  | { readonly kind: 'header'; readonly headerKey: string; readonly column: Column };

/** Record time from a column. `format` is a Java pattern for STRING columns. */
export interface TimestampColumn {
  readonly side: 'key' | 'value';
  readonly index: number;
  readonly name: string;
  readonly format: string | null;
}

interface SourceBase extends StepBase {
  readonly sourceName: string;
  readonly topic: string;
  readonly formats: Formats;
  readonly window: WindowInfo | null;
  /** What the bytes hold, in declared order. Output schema: key = keyColumns (+ bounds), value = valueColumns ++ extras. */
  readonly keyColumns: readonly Column[];
  readonly valueColumns: readonly Column[];
  readonly extras: readonly ExtraColumn[];
  readonly timestamp: TimestampColumn | null;
}

/** Rows of a topic as a stream: every record is an event; a null value is a null row; null keys are kept. */
export interface StreamSource extends SourceBase {
  readonly kind: 'streamSource';
}

/**
 * Rows of a topic as a table: keeps the latest row per key in `store` (value columns ++ extras), so that changes carry the
 * old row. Null keys are dropped; a null value deletes; arrival order counts, not timestamps.
 */
export interface TableSource extends SourceBase {
  readonly kind: 'tableSource';
  readonly store: StoreRef;
}
