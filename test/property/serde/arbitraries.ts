import fc from 'fast-check';
import {
  array, BIGINT, BOOLEAN, BYTES, canonicalLong, DATE, decimal, DOUBLE, entriesOf, INTEGER, itemsOf, map, STRING, struct, TIME, TIMESTAMP, type Column, type SqlType, type SqlValue,
} from '../../../src/types/index.js';

/** Lone surrogates have no UTF-8 and cannot round-trip. */
function isWellFormed(value: string): boolean {
  return Buffer.from(value).toString() === value;
}

export const primitiveType: fc.Arbitrary<SqlType> = fc.oneof(
  fc.constantFrom(BOOLEAN, INTEGER, BIGINT, DOUBLE, STRING, BYTES, DATE, TIME, TIMESTAMP),
  fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat(30)).map(([precision, scale]) => decimal(precision, Math.min(precision, scale))),
);

/** Types with containers; struct fields take their names from `names`. */
export function anyType(names: fc.Arbitrary<string>): fc.Arbitrary<SqlType> {
  return fc.letrec<{ type: SqlType }>((tie) => ({
    type: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      primitiveType,
      tie('type').map(array),
      tie('type').map((value) => map(STRING, value)),
      fc.uniqueArray(names, { minLength: 1, maxLength: 4, selector: (name) => name.toUpperCase() })
        .chain((fields) => fc.tuple(...fields.map((name) => tie('type').map((type) => ({ name, type })))))
        .map((fields) => struct(fields)),
    ),
  })).type;
}

const HOSTILE = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then', 'toJSON', 'length', 'a"b', 'new\nline', '😀', '`', '${x}', '*/', '\u2028', ' ', 'é', "'"];
export const hostileName: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 })).filter((name) => isWellFormed(name));
export const plainName: fc.Arbitrary<string> = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString', 'A', 'B1', 'LONG_NAME'), fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,6}$/));

/** Columns whose names differ in more than their case, so that reading by upper case is not ambiguous. */
export function columnsOf(names: fc.Arbitrary<string>, types: fc.Arbitrary<SqlType>, minLength = 1): fc.Arbitrary<Column[]> {
  return fc.uniqueArray(names, { minLength, maxLength: 5, selector: (name) => name.toUpperCase() })
    .chain((list) => fc.tuple(...list.map((name) => types.map((type) => ({ name, type })))));
}

const text = fc.string({ unit: 'binary' }).filter((value) => isWellFormed(value));

export function valueOf(type: SqlType, nulls = true): fc.Arbitrary<SqlValue> {
  const value = nonNull(type, nulls);
  return nulls ? fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 5, arbitrary: value }) : value;
}

function nonNull(type: SqlType, nulls: boolean): fc.Arbitrary<SqlValue> {
  switch (type.kind) {
    case 'BOOLEAN': return fc.boolean();
    case 'INTEGER': return fc.integer();
    case 'BIGINT': return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(canonicalLong);
    case 'DOUBLE': return fc.double();
    case 'STRING': return text;
    case 'BYTES': return fc.uint8Array({ maxLength: 20 });
    case 'DATE': return fc.integer({ min: -100_000, max: 2_000_000 });
    case 'TIME': return fc.integer({ min: 0, max: 86_399_999 });
    case 'TIMESTAMP': return fc.integer({ min: -8_000_000_000_000, max: 8_000_000_000_000 });
    case 'DECIMAL': {
      const limit = 10n ** BigInt(type.precision) - 1n;
      return fc.bigInt({ min: -limit, max: limit }).map(canonicalLong);
    }
    case 'ARRAY': return fc.array(valueOf(type.item, nulls), { maxLength: 4 });
    case 'MAP': return fc.array(fc.tuple(text, valueOf(type.value, nulls)), { maxLength: 4 }).map((entries) => new Map<SqlValue, SqlValue>(entries));
    case 'STRUCT': return fc.tuple(...type.fields.map((field) => valueOf(field.type, nulls)));
  }
}

export interface Table {
  readonly columns: Column[];
  readonly rows: SqlValue[][];
}

export function tableOf(columns: fc.Arbitrary<Column[]>, nulls = true): fc.Arbitrary<Table> {
  return columns.chain((list) =>
    fc.record({
      columns: fc.constant(list),
      rows: fc.array(fc.tuple(...list.map((column) => valueOf(column.type, nulls))), { minLength: 1, maxLength: 4 }),
    }),
  );
}

/** JSON's numbers are read as decimals, which have no negative zero. */
export function withoutNegativeZero(value: SqlValue): SqlValue {
  if (typeof value === 'number') return value + 0;
  if (value instanceof Map) return new Map([...entriesOf(value)].map(([key, item]) => [key, withoutNegativeZero(item)]));
  return Array.isArray(value) ? itemsOf(value).map(withoutNegativeZero) : value;
}
