import { entriesOf, itemsOf, type Key, type Row, type SqlType, type SqlValue } from '../../types/index.js';

/** Entry object, row array, place in its map: what a cached row costs before its values. */
const ROW_BYTES = 160;

/** Items of a collection that are looked at: what grows with every record must not be measured as a whole for each. */
const SAMPLED = 64;

/** Bytes a row takes in memory, roughly; the same number for every row where all columns have a fixed size. */
export type RowSize = { readonly fixed: number } | { readonly fixed: null; of(row: Row): number };

export function rowSize(types: readonly SqlType[]): RowSize {
  if (types.every(isFixed)) return { fixed: ROW_BYTES + types.length * 12 };
  return {
    fixed: null,
    of(row) {
      let bytes = ROW_BYTES;
      for (const value of row) bytes += valueSize(value);
      return bytes;
    },
  };
}

export function keySize(key: Key): number {
  let bytes = 0;
  for (const value of key) bytes += valueSize(value);
  return bytes;
}

function isFixed(type: SqlType): boolean {
  switch (type.kind) {
    case 'BOOLEAN': case 'INTEGER': case 'BIGINT': case 'DOUBLE': case 'DATE': case 'TIME': case 'TIMESTAMP': case 'DECIMAL':
      return true;
    default:
      return false;
  }
}

function valueSize(value: SqlValue): number {
  if (typeof value === 'string') return 24 + value.length;
  if (typeof value !== 'object' || value === null) return 12;
  if (value instanceof Uint8Array) return 96 + value.length;
  return 48 + (value instanceof Map ? entriesSize(entriesOf(value)) : itemsSize(itemsOf(value)));
}

function itemsSize(items: readonly SqlValue[]): number {
  const step = Math.max(1, Math.floor(items.length / SAMPLED));
  let bytes = 0;
  let looked = 0;
  for (let at = 0; at < items.length; at += step) {
    bytes += valueSize(items[at] ?? null);
    looked++;
  }
  return looked === items.length ? bytes : Math.ceil((bytes / looked) * items.length);
}

function entriesSize(entries: ReadonlyMap<SqlValue, SqlValue>): number {
  let bytes = 0;
  let looked = 0;
  for (const [k, v] of entries) {
    bytes += 32 + valueSize(k) + valueSize(v);
    if (++looked === SAMPLED) break;
  }
  return looked === entries.size ? bytes : Math.ceil((bytes / looked) * entries.size);
}
