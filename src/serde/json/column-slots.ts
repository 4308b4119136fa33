import type { Column, SqlTypeKind, SqlValue } from '../../types/index.js';
import { compileValueReader } from './read-value.js';
import { skipString, skipValue } from './scan.js';
import type { JsonSource } from './source.js';
import { decodeString } from './text.js';

/** What `tags` says about a column of the record scanned last. */
export const IS_NULL = 0;
export const IS_NUMBER = 1;
export const IS_VALUE = 2;
export const IS_STRING = 3;

/** Reads the value of a top-level column at `at` and remembers it; gives the place after it. */
export type ColumnStore = (column: number, at: number, depth: number) => number;

const NUMBERS: ReadonlySet<SqlTypeKind> = new Set<SqlTypeKind>(['INTEGER', 'BIGINT', 'DOUBLE', 'DATE', 'TIME', 'TIMESTAMP', 'DECIMAL']);

/**
 * Where a scan leaves the columns. Numbers stay unboxed; strings stay positions until they are asked for; nested values are
 * built at once, because checking them takes the same walk.
 */
export class ColumnSlots {
  readonly tags: Uint8Array;
  readonly numbers: Float64Array;
  readonly values: SqlValue[];
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly flags: Uint8Array;
  readonly store: ColumnStore;
  readonly getters: readonly (() => SqlValue)[];

  constructor(columns: readonly Column[], used: readonly boolean[], source: JsonSource) {
    const count = columns.length;
    this.tags = new Uint8Array(count);
    this.numbers = new Float64Array(count);
    this.values = columns.map(() => null);
    this.starts = new Int32Array(count);
    this.ends = new Int32Array(count);
    this.flags = new Uint8Array(count);
    const stores = columns.map((column, index) => this.storeOf(column, index, used[index] ?? false, source));
    this.store = (column, at, depth) => {
      const store = stores[column];
      return store === undefined ? at : store(at, depth);
    };
    this.getters = columns.map((column, index) => this.getterOf(column, index, source));
  }

  private storeOf(column: Column, index: number, isUsed: boolean, source: JsonSource): (at: number, depth: number) => number {
    const read = compileValueReader(column.type);
    const { tags, numbers, values, starts, ends, flags } = this;
    const isString = column.type.kind === 'STRING';
    if (isString && !isUsed) return (at, depth) => skipValue(source, at, depth);
    return (at, depth) => {
      if (depth > 0) source.trail[depth - 1] = column.name;
      if (isString && source.bytes[at] === 0x22) {
        const end = skipString(source, at + 1);
        tags[index] = IS_STRING;
        starts[index] = at + 1;
        ends[index] = end - 1;
        flags[index] = source.flags;
        return end;
      }
      const end = read(source, at, depth);
      const value = source.value;
      if (value === null) tags[index] = IS_NULL;
      else if (typeof value === 'number') {
        tags[index] = IS_NUMBER;
        numbers[index] = value;
      } else {
        tags[index] = IS_VALUE;
        values[index] = value;
      }
      return end;
    };
  }

  private getterOf(column: Column, index: number, source: JsonSource): () => SqlValue {
    const { tags, numbers, values, starts, ends, flags } = this;
    if (NUMBERS.has(column.type.kind)) {
      return () => {
        const tag = tags[index];
        if (tag === IS_NUMBER) return numbers[index] ?? 0;
        return tag === IS_NULL ? null : (values[index] ?? null);
      };
    }
    if (column.type.kind === 'STRING') {
      return () => {
        const tag = tags[index];
        if (tag === IS_STRING) return decodeString(source, starts[index] ?? 0, ends[index] ?? 0, flags[index] ?? 0);
        return tag === IS_NULL ? null : (values[index] ?? null);
      };
    }
    return () => (tags[index] === IS_NULL ? null : (values[index] ?? null));
  }
}
