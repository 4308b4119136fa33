import type { Column, RowSchema } from '../../types/index.js';
import type { FormatInfo } from '../format-info.js';

/** Every step: a versioned kind, the schema of its output, and a stable name (the query context, e.g. `Aggregate-GroupBy`). */
export interface StepBase {
  readonly version: 1;
  readonly name: string;
  readonly schema: RowSchema;
}

/** Key and value format of a topic. */
export interface Formats {
  readonly key: FormatInfo;
  readonly value: FormatInfo;
}

/** A state store with a stable name; its changelog topic is `<prefix><queryId>-<name>-changelog`. */
export interface StoreRef {
  readonly name: string;
  readonly changelogTopic: string;
  readonly formats: Formats;
  /** Logical columns of the stored key (window bounds excluded) and of the stored value: what the changelog encodes. */
  readonly keyColumns: readonly Column[];
  readonly valueColumns: readonly Column[];
}
