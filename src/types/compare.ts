import { assertNever } from '../errors/index.js';
import { mapKeyOf } from './map-key.js';
import { booleanOf, bytesOf, entriesOf, itemsOf, longOf, numberOf, stringOf } from './narrow.js';
import { unreadBytes } from './unread-bytes.js';
import type { SqlType } from './sql-type.js';
import type { Long, SqlValue } from './value.js';

/** Order of BIGINT and of DECIMAL of one scale; mixed forms compare by value. */
export function compareLongs(a: Long, b: Long): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By UTF-16 code units. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Java's Double.compare: NaN is the largest, −0 is below 0. */
export function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b && a !== 0) return 0;
  if (Object.is(a, b)) return 0;
  if (Number.isNaN(a)) return 1;
  if (Number.isNaN(b)) return -1;
  return Object.is(a, -0) ? -1 : 1;
}

/** Lexicographic by signed bytes, then by length, as ksqlDB orders BYTES; of what has not been read of them. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const a = unreadBytes(left);
  const b = unreadBytes(right);
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const difference = (((a[index] ?? 0) << 24) >> 24) - (((b[index] ?? 0) << 24) >> 24);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

/** A total order over the non-null values of a type, consistent with `valuesEqual`; nulls inside composites come first. */
export function compareValues(type: SqlType, a: SqlValue, b: SqlValue): number {
  switch (type.kind) {
    case 'BOOLEAN':
      return Number(booleanOf(a)) - Number(booleanOf(b));
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
    case 'BIGINT':
    case 'DECIMAL':
      return compareLongs(longOf(a), longOf(b));
    case 'DOUBLE':
      return compareDoubles(numberOf(a), numberOf(b));
    case 'STRING':
      return compareTexts(stringOf(a), stringOf(b));
    case 'BYTES':
      return compareBytes(bytesOf(a), bytesOf(b));
    case 'ARRAY':
      return compareItems(itemsOf(a), itemsOf(b), () => type.item);
    case 'STRUCT':
      return compareItems(itemsOf(a), itemsOf(b), (index) => type.fields[index]?.type ?? type);
    case 'MAP': {
      const identity = mapKeyOf(type);
      return compareTexts(String(identity(a)), String(identity(b)));
    }
    default:
      return assertNever(type);
  }
}

function compareItems(a: readonly SqlValue[], b: readonly SqlValue[], typeAt: (index: number) => SqlType): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const left = a[index] ?? null;
    const right = b[index] ?? null;
    if (left === null || right === null) {
      if (left !== right) return left === null ? -1 : 1;
      continue;
    }
    const order = compareValues(typeAt(index), left, right);
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}

/**
 * Deep equality of two non-null values, by Java's `equals`: NaN equals NaN and −0 differs from 0. (The `=` operator on
 * DOUBLE is another thing: there NaN is never equal.)
 */
export function valuesEqual(type: SqlType, a: SqlValue, b: SqlValue): boolean {
  return compiledEquals(type)(a, b);
}

/** `valuesEqual` for one type, built once. Nulls are accepted and equal only to nulls. */
export function compiledEquals(type: SqlType): (a: SqlValue, b: SqlValue) => boolean {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'DECIMAL':
    case 'STRING':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return (a, b) => a === b;
    case 'DOUBLE':
      return (a, b) => Object.is(a, b);
    case 'BYTES':
      return (a, b) => a === b || (a !== null && b !== null && compareBytes(bytesOf(a), bytesOf(b)) === 0);
    case 'ARRAY': {
      const equal = compiledEquals(type.item);
      return (a, b) => a === b || (a !== null && b !== null && itemsEqual(itemsOf(a), itemsOf(b), () => equal));
    }
    case 'STRUCT': {
      const fields = type.fields.map((field) => compiledEquals(field.type));
      return (a, b) => a === b || (a !== null && b !== null && itemsEqual(itemsOf(a), itemsOf(b), (index) => fields[index]));
    }
    case 'MAP':
      return mapEquals(mapKeyOf(type.key), compiledEquals(type.value));
    default:
      return assertNever(type);
  }
}

type Equals = (a: SqlValue, b: SqlValue) => boolean;

function itemsEqual(a: readonly SqlValue[], b: readonly SqlValue[], equalAt: (index: number) => Equals | undefined): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) {
    if (equalAt(index)?.(a[index] ?? null, b[index] ?? null) !== true) return false;
  }
  return true;
}

function mapEquals(keyOf: ReturnType<typeof mapKeyOf>, equal: Equals): Equals {
  const identity = (key: SqlValue): unknown => (key === null ? null : keyOf(key));
  return (a, b) => {
    if (a === b) return true;
    if (a === null || b === null) return false;
    const left = entriesOf(a);
    const right = entriesOf(b);
    if (left.size !== right.size) return false;
    const byKey = new Map([...right].map(([key, value]) => [identity(key), value]));
    for (const [key, value] of left) {
      const other = byKey.get(identity(key));
      if (other === undefined || !equal(value, other)) return false;
    }
    return true;
  };
}
