import { entriesOf, itemsOf, type Key, type Row, type SqlType, type SqlValue } from '../../types/index.js';

/** Entry object, row array, place in its map: what a cached row costs before its values. */
const ROW_BYTES = 160;

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
  let bytes = 48;
  if (value instanceof Map) for (const [k, v] of entriesOf(value)) bytes += 32 + valueSize(k) + valueSize(v);
  else for (const item of itemsOf(value)) bytes += valueSize(item);
  return bytes;
}
