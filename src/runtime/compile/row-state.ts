import type { Step } from '../../plan/index.js';
import type { CodeBuilder, EmitScope } from '../../expr/index.js';

/**
 * A row in the middle of a generated function: where its columns are and how to make its key and its value row. Steps turn one
 * into the next; nothing is put into arrays before something outside the segment needs it.
 */
export interface RowState {
  readonly scope: EmitScope;
  /** The row is null: a tombstone, or a stream record without value. Known when the code is generated. */
  readonly isNullRow: boolean;
  /** Code of the key array, or of null. */
  readonly key: () => string;
  /** Code of the value row. Columns that nobody reads are null in it. */
  readonly row: () => string;
  /** Identifier of the record's time. */
  readonly timestamp: string;
}

/** What the steps' emitters work with. */
export interface SegmentContext {
  readonly builder: CodeBuilder;
  /** Registers a place that may fail and gives its index for `report`. */
  place(step: string, expression: string | null): number;
  /** See `CompileEnvironment`. */
  readonly textStep: Step | null;
  /** Identifier of the report function in the generated code. */
  readonly report: string;
}

/** Array literal of columns; those not needed are null. */
export function arrayOf(builder: CodeBuilder, scope: EmitScope, side: 'key' | 'value', count: number, needed: ReadonlySet<number> | null): string {
  const items: string[] = [];
  for (let index = 0; index < count; index++) {
    items.push(needed === null || needed.has(index) ? builder.load(scope, side, index) : 'null');
  }
  return `[${items.join(', ')}]`;
}
