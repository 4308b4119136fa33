import { mapKeyOf, type SqlType, type SqlValue } from '../types/index.js';

/** A JavaScript Set or Map key for a value of the type, null included: equal keys mean equal values. */
export function identityOf(type: SqlType): (value: SqlValue) => string | number | bigint | boolean | null {
  const key = mapKeyOf(type);
  return (value) => (value === null ? null : key(value));
}

/** The values without repetitions, in order of first appearance. */
export function distinct(values: Iterable<SqlValue>, identity: ReturnType<typeof identityOf>): SqlValue[] {
  const seen = new Set<ReturnType<typeof identity>>();
  const result: SqlValue[] = [];
  for (const value of values) {
    const key = identity(value);
    if (seen.has(key)) continue;
    seen.add(key);
    result.push(value);
  }
  return result;
}
