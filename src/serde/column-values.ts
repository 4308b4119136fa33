import type { Column, SqlValue } from '../types/index.js';
import { ShortStrings } from './short-strings.js';

const NO_BYTES = Buffer.alloc(0);
/** Longer texts are seldom repeated, and one native call reads them faster than a loop looks at them. */
const MAX_SHORT = 32;

/** Where a reader of a binary format leaves the columns of a record: values, and texts as places until they are asked for. */
export class ColumnValues {
  readonly values: SqlValue[];
  /** Start of a column's text in `bytes`; −1: the column is in `values`. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly getters: readonly (() => SqlValue)[];
  bytes: Buffer = NO_BYTES;
  private readonly strings = new ShortStrings();

  constructor(columns: readonly Column[]) {
    this.values = columns.map(() => null);
    this.starts = new Int32Array(columns.length).fill(-1);
    this.ends = new Int32Array(columns.length);
    const { values, starts } = this;
    this.getters = columns.map(({ type }, index) =>
      type.kind === 'STRING' ? () => ((starts[index] ?? -1) < 0 ? (values[index] ?? null) : this.text(index)) : () => values[index] ?? null,
    );
  }

  /** All columns null, for a reader that fills `values` only. */
  clear(): void {
    this.values.fill(null);
    this.starts.fill(-1);
  }

  private text(index: number): string {
    const { bytes } = this;
    const [start, end] = [this.starts[index] ?? 0, this.ends[index] ?? 0];
    if (end - start > MAX_SHORT) return bytes.utf8Slice(start, end);
    for (let at = start; at < end; at++) if ((bytes[at] ?? 0) >= 0x80) return bytes.utf8Slice(start, end);
    return this.strings.ascii(bytes, start, end);
  }
}
