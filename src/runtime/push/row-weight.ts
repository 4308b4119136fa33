import type { SqlValue } from '../../types/index.js';
import type { OutputRow } from '../messages.js';

const weights = new WeakMap<OutputRow, number>();
const isEntries = (value: SqlValue): value is ReadonlyMap<SqlValue, SqlValue> => value instanceof Map;
const isList = (value: SqlValue): value is readonly SqlValue[] => Array.isArray(value);
const ROW_BYTES = 64;
const VALUE_BYTES = 16;

/** About how many bytes a row takes in memory; asked once for a row that many clients share. */
export function weightOf(row: OutputRow): number {
  const known = weights.get(row);
  if (known !== undefined) return known;
  let bytes = ROW_BYTES;
  for (const value of row.values) bytes += valueBytes(value);
  weights.set(row, bytes);
  return bytes;
}

function valueBytes(value: SqlValue): number {
  if (typeof value === 'string') return VALUE_BYTES + value.length * 2;
  if (typeof value !== 'object' || value === null) return VALUE_BYTES;
  if (value instanceof Uint8Array) return VALUE_BYTES + value.length;
  let bytes = VALUE_BYTES;
  if (isEntries(value)) for (const [key, each] of value) bytes += valueBytes(key) + valueBytes(each);
  else if (isList(value)) for (const each of value) bytes += valueBytes(each);
  return bytes;
}
