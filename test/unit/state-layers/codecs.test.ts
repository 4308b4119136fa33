import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/state/layers/byte-writer.js';
import { keyBytes, keyCodec } from '../../../src/state/layers/key-codec.js';
import { rowCodec } from '../../../src/state/layers/row-codec.js';
import {
  array, BIGINT, BOOLEAN, BYTES, canonicalLong, compareValues, DATE, decimal, DOUBLE, INTEGER, map, STRING, struct, TIME, TIMESTAMP,
  entriesOf, itemsOf, stringOf, type SqlType, type SqlValue,
} from '../../../src/types/index.js';

const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(canonicalLong);
const plain: readonly (readonly [SqlType, fc.Arbitrary<SqlValue>])[] = [
  [BOOLEAN, fc.boolean()],
  [INTEGER, fc.integer()],
  [BIGINT, fc.oneof(long, fc.integer())],
  [DOUBLE, fc.double({ noNaN: true })],
  [STRING, fc.string({ unit: 'grapheme' })],
  [BYTES, fc.uint8Array()],
  [DATE, fc.integer({ min: -1_000_000, max: 1_000_000 })],
  [TIME, fc.integer({ min: 0, max: 86_399_999 })],
  [TIMESTAMP, fc.integer({ min: -(2 ** 45), max: 2 ** 45 })],
  [decimal(40, 3), fc.bigInt({ min: -(10n ** 39n), max: 10n ** 39n }).map(canonicalLong)],
];
const maybe = (value: fc.Arbitrary<SqlValue>): fc.Arbitrary<SqlValue> => fc.option(value, { freq: 5 });
const nested: readonly (readonly [SqlType, fc.Arbitrary<SqlValue>])[] = plain.flatMap(([type, value]): (readonly [SqlType, fc.Arbitrary<SqlValue>])[] => [
  [array(type), fc.array(maybe(value), { maxLength: 4 })],
  [struct([{ name: '__proto__', type }, { name: 'b', type: STRING }]), fc.tuple(maybe(value), maybe(fc.string()))],
  [map(STRING, type), fc.array(fc.tuple(fc.string(), maybe(value)), { maxLength: 4 }).map((entries) => new Map(entries))],
]);
const typed = fc.constantFrom(...plain, ...nested).chain(([type, value]) => maybe(value).map((each) => ({ type, value: each })));

describe('row codec', () => {
  it('gives back what it was given, of every type', () => {
    fc.assert(
      fc.property(fc.array(typed, { maxLength: 6 }), fc.integer({ min: 0 }), (columns, timestamp) => {
        const codec = rowCodec(columns.map(({ type }) => type));
        const row = columns.map(({ value }) => value);
        expect(codec.decode(codec.encode(row, timestamp))).toEqual({ row, timestamp });
      }),
    );
  });
});

describe('key codec', () => {
  it('gives back what it was given, of every type', () => {
    fc.assert(
      fc.property(fc.array(typed, { maxLength: 4 }), (columns) => {
        const codec = keyCodec(columns.map(({ type }) => type));
        const writer = new ByteWriter();
        const key = columns.map(({ value }) => value);
        codec.write(writer, key);
        expect(sorted(codec.read(new ByteReader(writer.finish())))).toEqual(sorted(key));
      }),
    );
  });
  it.each(plain.map(([type, value]) => ({ name: type.kind, type, value })))('keeps the order of $name', ({ type, value }) => {
    const encode = keyBytes([type, STRING]);
    fc.assert(
      fc.property(value, value, fc.string(), fc.string(), (a, b, x, y) => {
        const order = Math.sign(Buffer.compare(encode([a, x]), encode([b, y])));
        const expected = orderOf(type, a, b);
        // Zeros of both signs are neighbours.
        if (Object.is(a, b) || (expected !== 0 && a !== b)) expect(order).toBe(Math.sign(expected) || Math.sign(Buffer.compare(Buffer.from(x), Buffer.from(y))));
      }),
    );
  });
  it('encodes equal maps alike and nulls first', () => {
    const encode = keyBytes([map(STRING, INTEGER)]);
    expect(encode([new Map([['a', 1], ['b', 2]])])).toEqual(encode([new Map([['b', 2], ['a', 1]])]));
    expect(Buffer.compare(keyBytes([INTEGER])([null]), keyBytes([INTEGER])([-5]))).toBeLessThan(0);
  });
});

/** SQL's order, except for texts and bytes: those are in the order of their (unsigned) bytes, as serialized keys are. */
function orderOf(type: SqlType, a: SqlValue, b: SqlValue): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return compareValues(type, a, b);
}

/** Maps come back in key order. */
function sorted(value: SqlValue): unknown {
  if (value instanceof Map) {
    const entries = [...entriesOf(value)].map(([k, v]) => ({ k: stringOf(k), v: sorted(v) }));
    return entries.sort((a, b) => (a.k < b.k ? -1 : 1));
  }
  return Array.isArray(value) ? itemsOf(value).map(sorted) : value;
}
