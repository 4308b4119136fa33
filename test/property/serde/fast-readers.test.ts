import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordError } from '../../../src/errors/index.js';
import { recordFieldsDecode, compileDecode } from '../../../src/serde/avro/decode.js';
import { compileRecordCode } from '../../../src/serde/avro/record-code.js';
import { parseAvroSchema } from '../../../src/serde/avro/schema.js';
import { AvroSource } from '../../../src/serde/avro/source.js';
import { ColumnValues } from '../../../src/serde/column-values.js';
import { formatOf, GrowableSink, type SideLayout } from '../../../src/serde/index.js';
import { compileMessageDecode } from '../../../src/serde/protobuf/decode.js';
import { compileMessageCode } from '../../../src/serde/protobuf/message-code.js';
import { impliedMessage } from '../../../src/serde/protobuf/protobuf-format.js';
import { ProtoSource } from '../../../src/serde/protobuf/source.js';
import type { Column, SqlValue } from '../../../src/types/index.js';
import { registered } from '../../unit/serde/registry.js';
import { side } from '../../unit/serde/sides.js';
import { anyType, columnsOf, plainName, tableOf } from './arbitraries.js';

// Straight-line code reads records as they should be; the general readers decide about all others. Wherever the code says that it
// has read a record, the general reader must have read the same.

interface Readers {
  readonly layout: SideLayout;
  /** What the code made of the record; null: it leaves it to the general reader. */
  readonly fast: (bytes: Buffer, start: number, end: number) => readonly SqlValue[] | null;
  /** The used columns. */
  readonly general: (bytes: Buffer, start: number, end: number) => readonly SqlValue[];
}

const onlyUsed = (values: readonly SqlValue[], used: readonly boolean[]): SqlValue[] => values.map((value, i) => (used[i] === true ? value : null));

function avro(columns: readonly Column[], used: readonly boolean[]): Readers {
  const layout = registered(side('AVRO', columns.map(({ name, type }) => [name, type] as const), { features: ['WRAP_SINGLES'] }));
  const record = parseAvroSchema(layout.schemas.byId(7));
  if (record.kind !== 'record') throw new Error('columns are a record');
  const slots = new ColumnValues(columns);
  const read = compileRecordCode(record, columns, used, slots);
  const decode = recordFieldsDecode(record, columns.map(({ name }) => name), (index, type) => compileDecode(type, columns[index]?.type ?? { kind: 'STRING' }));
  const source = new AvroSource();
  return {
    layout,
    fast: (bytes, start, end) => {
      source.begin(bytes, start + 5, end);
      slots.bytes = bytes;
      return read(source) ? onlyUsed(slots.getters.map((get) => get()), used) : null;
    },
    general: (bytes, start, end) => {
      source.begin(bytes, start + 5, end);
      const values: SqlValue[] = columns.map(() => null);
      decode(source, values);
      if (source.at !== source.end) throw new RecordError('there is more');
      return onlyUsed(values, used);
    },
  };
}

function protobuf(columns: readonly Column[], used: readonly boolean[]): Readers {
  const layout = side('PROTOBUF_NOSR', columns.map(({ name, type }) => [name, type] as const));
  const message = impliedMessage(layout);
  const slots = new ColumnValues(columns);
  const read = compileMessageCode(message, columns, used, slots);
  const decode = compileMessageDecode(message, columns);
  const source = new ProtoSource();
  return {
    layout,
    fast: (bytes, start, end) => {
      source.begin(bytes, start, end);
      slots.bytes = bytes;
      return read(source) ? onlyUsed(slots.getters.map((get) => get()), used) : null;
    },
    general: (bytes, start, end) => {
      source.begin(bytes, start, end);
      const values: SqlValue[] = columns.map(() => null);
      decode(source, values);
      return onlyUsed(values, used);
    },
  };
}

const attempt = (read: () => readonly SqlValue[] | null): readonly SqlValue[] | null | string => {
  try {
    return read();
  } catch (error) {
    if (error instanceof RecordError) return error.message;
    throw error;
  }
};

test.each([['AVRO', avro], ['PROTOBUF', protobuf]] as const)('%s: what the code reads the general reader reads too, whatever the bytes', (_name, readersOf) => {
  let read = 0;
  fc.assert(
    fc.property(
      tableOf(columnsOf(plainName, anyType(plainName)), false), fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), fc.option(fc.nat(), { freq: 3 }),
      ({ columns, rows }, used, changes, cut) => {
        const { layout, fast, general } = readersOf(columns, columns.map((_, i) => used[i % used.length] === true));
        const sink = new GrowableSink();
        formatOf(layout.format.name).compileWriter(layout).write(rows[0] ?? [], sink);
        const whole = sink.position;
        const end = cut === null ? whole : Math.min(whole, 5 + (cut % (whole + 1)));
        for (const [at, byte] of changes) if (end > 5) sink.buffer[5 + (at % (end - 5))] = byte;
        const made = attempt(() => fast(sink.buffer, 0, end));
        if (made === null) return;
        read++;
        expect(attempt(() => general(sink.buffer, 0, end))).toEqual(made);
      },
    ),
    { numRuns: 600 },
  );
  expect(read).toBeGreaterThan(100);
});
