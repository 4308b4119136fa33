import { compiledEquals, entriesOf, itemsOf, mapKeyOf, typesEqual, type SqlType, type SqlValue } from '../types/index.js';

type Equals = (left: SqlValue, right: SqlValue) => boolean;

/**
 * `=` on ARRAY, MAP and STRUCT, whose types need not match inside: values of different types are never equal, so only nulls
 * and emptiness can make such composites equal (Java's `equals`).
 */
export function deepEquality(left: SqlType, right: SqlType): Equals {
  if (typesEqual(left, right)) return compiledEquals(left);
  if (left.kind === 'ARRAY' && right.kind === 'ARRAY') {
    const item = deepEquality(left.item, right.item);
    return whenPresent((a, b) => itemsEqual(itemsOf(a), itemsOf(b), item));
  }
  if (left.kind === 'MAP' && right.kind === 'MAP') {
    const value = deepEquality(left.value, right.value);
    if (!typesEqual(left.key, right.key)) return whenPresent((a, b) => entriesOf(a).size === 0 && entriesOf(b).size === 0);
    const keyOf = mapKeyOf(left.key);
    return whenPresent((a, b) => entriesEqual(entriesOf(a), entriesOf(b), keyOf, value));
  }
  return (a, b) => a === null && b === null && left.kind !== 'STRUCT';
}

function whenPresent(equals: Equals): Equals {
  return (a, b) => (a === null || b === null ? a === b : equals(a, b));
}

function itemsEqual(a: readonly SqlValue[], b: readonly SqlValue[], item: Equals): boolean {
  return a.length === b.length && a.every((each, index) => item(each, b[index] ?? null));
}

function entriesEqual(
  a: ReadonlyMap<SqlValue, SqlValue>,
  b: ReadonlyMap<SqlValue, SqlValue>,
  keyOf: (key: SqlValue) => unknown,
  value: Equals,
): boolean {
  if (a.size !== b.size) return false;
  const identity = (key: SqlValue): unknown => (key === null ? null : keyOf(key));
  const byKey = new Map([...b].map(([key, item]) => [identity(key), item]));
  return [...a].every(([key, item]) => {
    const other = byKey.get(identity(key));
    return other !== undefined && value(item, other);
  });
}
