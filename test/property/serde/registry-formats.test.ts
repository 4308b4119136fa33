import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordError } from '../../../src/errors/index.js';
import { formatOf, GrowableSink, type FormatInfo, type FormatName, type SideLayout } from '../../../src/serde/index.js';
import type { Column, SqlType, SqlValue } from '../../../src/types/index.js';
import { registered } from '../../unit/serde/registry.js';
import { side } from '../../unit/serde/sides.js';
import { anyType, columnsOf, hostileName, plainName, primitiveType, tableOf, valueOf, withoutNegativeZero } from './arbitraries.js';

interface Case {
  readonly name: FormatName;
  readonly properties: FormatInfo['properties'];
  readonly columns: fc.Arbitrary<Column[]>;
  /** What a written value reads back as. */
  readonly readBack: (type: SqlType, value: SqlValue) => SqlValue;
}

/** The best of a few tries when the first was slow: other work of the machine is not the reader's. */
function bestMilliseconds(run: () => void): number {
  let best = Infinity;
  for (let tries = 0; tries < 5 && best >= 50; tries++) {
    const began = process.hrtime.bigint();
    run();
    best = Math.min(best, Number(process.hrtime.bigint() - began) / 1e6);
  }
  return best;
}

const same = (_: SqlType, value: SqlValue): SqlValue => value;

/** proto3 has no nulls but for messages. */
function withDefaults(type: SqlType, value: SqlValue): SqlValue {
  switch (type.kind) {
    case 'BOOLEAN': return value ?? false;
    case 'INTEGER': case 'BIGINT': case 'DOUBLE': return value ?? 0;
    case 'STRING': return value ?? '';
    case 'BYTES': return value ?? new Uint8Array();
    default: return value;
  }
}

const cases: Case[] = [
  { name: 'AVRO', properties: {}, columns: columnsOf(plainName, anyType(plainName)), readBack: same },
  { name: 'JSON_SR', properties: {}, columns: columnsOf(hostileName, anyType(hostileName)), readBack: (_, value) => withoutNegativeZero(value) },
  { name: 'PROTOBUF', properties: {}, columns: columnsOf(plainName, primitiveType), readBack: withDefaults },
  { name: 'PROTOBUF', properties: { nullableRepresentation: 'OPTIONAL' }, columns: columnsOf(plainName, primitiveType), readBack: same },
  { name: 'PROTOBUF', properties: { nullableRepresentation: 'WRAPPER' }, columns: columnsOf(plainName, primitiveType), readBack: same },
  { name: 'PROTOBUF_NOSR', properties: { nullableRepresentation: 'OPTIONAL' }, columns: columnsOf(hostileName, primitiveType), readBack: same },
];

function roundTrip(layout: SideLayout, rows: readonly SqlValue[][], check: (read: SqlValue[], row: SqlValue[]) => void): void {
  const format = formatOf(layout.format.name);
  const writer = format.compileWriter(layout);
  const reader = format.compileReader(layout, layout.columns.map(() => true));
  const sink = new GrowableSink();
  for (const row of rows) {
    sink.position = 3;
    expect(writer.write(row, sink)).toBe(true);
    reader.scan(sink.buffer, 3, sink.position - 3);
    check(reader.columns.map((get) => get()), row);
  }
}

describe.each(cases)('$name $properties', ({ name, properties, columns, readBack }) => {
  test('random columns and rows round-trip', () => {
    fc.assert(
      fc.property(tableOf(columns), (table) => {
        const layout = registered(side(name, table.columns.map((column) => [column.name, column.type] as const), { properties, features: table.columns.length === 1 ? ['WRAP_SINGLES'] : [] }));
        roundTrip(layout, table.rows, (read, row) => {
          expect(read).toEqual(row.map((value, index) => readBack(table.columns[index]?.type ?? { kind: 'STRING' }, value)));
        });
      }),
      { numRuns: 150 },
    );
  });

  test('damaged bytes are a record error, and soon', () => {
    fc.assert(
      fc.property(tableOf(columns), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), fc.nat(), (table, changes, cut) => {
        const layout = registered(side(name, table.columns.map((column) => [column.name, column.type] as const), { properties, features: table.columns.length === 1 ? ['WRAP_SINGLES'] : [] }));
        const format = formatOf(name);
        const writer = format.compileWriter(layout);
        const reader = format.compileReader(layout, layout.columns.map(() => true));
        const sink = new GrowableSink();
        writer.write(table.rows[0] ?? [], sink);
        const start = name === 'PROTOBUF_NOSR' ? 0 : 5;
        const length = start + (cut % (sink.position - start + 1));
        for (const [at, byte] of changes) if (length > start) sink.buffer[start + (at % (length - start))] = byte;
        const read = (): void => {
          try {
            reader.scan(sink.buffer, 0, length);
            for (const get of reader.columns) get();
          } catch (error) {
            expect(error).toBeInstanceOf(RecordError);
          }
        };
        expect(bestMilliseconds(read)).toBeLessThan(50);
      }),
      { numRuns: 500 },
    );
  });
});

test('nested protobuf without nulls round-trips, hostile names too', () => {
  for (const [name, names] of [['PROTOBUF', plainName], ['PROTOBUF_NOSR', hostileName]] as const) {
    fc.assert(
      fc.property(tableOf(columnsOf(names, anyType(names)), false), (table) => {
        const layout = registered(side(name, table.columns.map((column) => [column.name, column.type] as const), { features: table.columns.length === 1 ? ['WRAP_SINGLES'] : [] }));
        roundTrip(layout, table.rows, (read, row) => expect(read).toEqual(row));
      }),
      { numRuns: 150 },
    );
  }
});

test('a single bare column round-trips', () => {
  fc.assert(
    fc.property(fc.constantFrom<FormatName>('AVRO', 'JSON_SR', 'JSON', 'PROTOBUF_NOSR', 'PROTOBUF'), anyType(plainName).chain((type) => fc.tuple(fc.constant(type), valueOf(type, false))), (name, [type, value]) => {
      const expected = name === 'JSON' || name === 'JSON_SR' ? withoutNegativeZero(value) : value;
      roundTrip(registered(side(name, [['K', type]], { isKey: true })), [[value]], (read) => expect(read).toEqual([expected]));
    }),
    { numRuns: 300 },
  );
});
