import { InternalError } from '../errors/index.js';
import type { Long, SqlValue } from './value.js';

/**
 * Values are read by their static type. These give the representation the type promises and stop the program when a
 * value breaks the table of `value.ts`; the checks are one `typeof` each, which the JIT folds away.
 */
export function booleanOf(value: SqlValue): boolean {
  if (typeof value === 'boolean') return value;
  return broken('boolean', value);
}
/** INTEGER, DOUBLE, DATE, TIME. */
export function numberOf(value: SqlValue): number {
  if (typeof value === 'number') return value;
  return broken('number', value);
}
/** BIGINT, TIMESTAMP and unscaled DECIMAL (at the scale of its type, see `atOwnScale`). */
export function longOf(value: SqlValue): Long {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (isItems(value)) return longOf(value[0] ?? null);
  return broken('integer', value);
}
export function stringOf(value: SqlValue): string {
  if (typeof value === 'string') return value;
  return broken('string', value);
}
export function bytesOf(value: SqlValue): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return broken('bytes', value);
}
/** ARRAY and STRUCT. */
export function itemsOf(value: SqlValue): readonly SqlValue[] {
  if (isItems(value)) return value;
  return broken('array', value);
}
export function entriesOf(value: SqlValue): ReadonlyMap<SqlValue, SqlValue> {
  if (value instanceof Map) return value;
  return broken('map', value);
}

function isItems(value: SqlValue): value is readonly SqlValue[] {
  return Array.isArray(value);
}

function broken(expected: string, value: SqlValue): never {
  throw new InternalError(`A value should be ${expected} but is ${value === null ? 'null' : typeof value}`);
}
