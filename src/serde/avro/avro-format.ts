import { RecordError } from '../../errors/index.js';
import type { SqlValue } from '../../types/index.js';
import type { FastRead } from '../binary-code.js';
import { ColumnValues } from '../column-values.js';
import type { ColumnReader, Format, RowWriter, SideLayout } from '../format.js';
import { noColumnsReader, noColumnsWriter } from '../no-columns.js';
import { BySchemaId, FRAME_BYTES, readSchemaId, writeFrame, writerSchema } from '../registry-frame.js';
import { isWrapped } from '../wrapping.js';
import { compileDecode, recordFieldsDecode } from './decode.js';
import { compileEncode, recordEncode, type Encode } from './encode.js';
import { compileRecordCode } from './record-code.js';
import { parseAvroSchema, withoutNull, type AvroType } from './schema.js';
import { AvroSource } from './source.js';

/** Avro behind the registry's frame: read by the schema a record was written with, written by the registered one. */
export const avroFormat: Format = {
  name: 'AVRO',
  supportsSchemaInference: true,
  compileReader: (layout, used) => (layout.columns.length === 0 ? noColumnsReader : avroReader(layout, used)),
  compileWriter: (layout) => (layout.columns.length === 0 ? noColumnsWriter : avroWriter(layout)),
};

type ReadRow = (source: AvroSource, values: SqlValue[]) => void;

/** Two readers of records written with one schema: the fast one for those as they should be, the general one decides about errors. */
interface RowReaders {
  readonly fast: FastRead<AvroSource> | null;
  readonly general: ReadRow;
}

function avroReader(layout: SideLayout, used: readonly boolean[]): ColumnReader {
  const source = new AvroSource();
  const slots = new ColumnValues(layout.columns);
  const rows = new BySchemaId((id) => compileRow(parseAvroSchema(layout.schemas.byId(id)), layout, used, slots));
  const readGeneral = (read: ReadRow): void => {
    slots.clear();
    read(source, slots.values);
    if (source.at !== source.end) throw new RecordError(`The Avro record goes on for ${source.end - source.at} bytes after its end`);
  };
  return {
    scan: (buffer, position, length) => {
      const { fast, general } = rows.get(readSchemaId(buffer, position, length, 'another one'));
      source.begin(buffer, position + FRAME_BYTES, position + length);
      slots.bytes = buffer;
      if (fast !== null && fast(source)) return;
      source.begin(buffer, position + FRAME_BYTES, position + length);
      readGeneral(general);
    },
    columns: slots.getters,
  };
}

function compileRow(schema: AvroType, layout: SideLayout, used: readonly boolean[], slots: ColumnValues): RowReaders {
  const { columns } = layout;
  const single = columns[0];
  if (!isWrapped(layout) && single !== undefined) {
    const decode = compileDecode(schema, single.type);
    const general: ReadRow = (source, values) => {
      values[0] = decode(source);
    };
    return { fast: null, general };
  }
  const record = withoutNull(schema);
  if (record.kind !== 'record') throw new RecordError(`The record was written as Avro ${record.kind}, not as a record with the columns as fields`);
  const readFields = recordFieldsDecode(record, columns.map((column) => column.name), (index, type) => {
    const column = columns[index];
    // A column nobody reads is decoded too, unless that cannot fail: a bad value makes the whole record bad.
    const isUnchecked = used[index] !== true && column?.type.kind === 'STRING' && withoutNull(type).kind === 'string';
    return column === undefined || isUnchecked ? null : compileDecode(type, column.type);
  });
  if (schema.kind === 'union') return { fast: null, general: nullableRow(schema.branches, readFields) };
  return { fast: compileRecordCode(record, columns, used, slots), general: readFields };
}

function nullableRow(branches: readonly AvroType[], readFields: ReadRow): ReadRow {
  return (source, values) => {
    const branch = branches[source.int()];
    if (branch === undefined) throw new RecordError('The Avro record has a union branch that the schema lacks');
    if (branch.kind === 'null') throw new RecordError('The Avro record is a null, not a record with the columns as fields');
    readFields(source, values);
  };
}

function avroWriter(layout: SideLayout): RowWriter {
  // Bound when the first row is written: by then the statement has registered its schema.
  let bound: BoundWriter | null = null;
  const wrapped = isWrapped(layout);
  return {
    write: (values, sink) => {
      if (!wrapped && (values[0] ?? null) === null) return false;
      bound ??= bindWriter(layout, wrapped);
      const start = sink.position;
      try {
        writeFrame(sink, bound.id);
        bound.encode(sink, values);
      } catch (error) {
        sink.position = start;
        throw error;
      }
      return true;
    },
  };
}

interface BoundWriter {
  readonly id: number;
  readonly encode: (sink: Parameters<Encode>[0], values: readonly SqlValue[]) => void;
}

function bindWriter(layout: SideLayout, wrapped: boolean): BoundWriter {
  const registered = writerSchema(layout);
  const schema = parseAvroSchema(registered);
  const encode = wrapped ? wrappedEncode(layout, schema) : bareEncode(layout, schema);
  if (encode === null) throw new RecordError(`The columns do not fit the Avro schema with id ${registered.id}`);
  return { id: registered.id, encode };
}

function wrappedEncode(layout: SideLayout, schema: AvroType): BoundWriter['encode'] | null {
  const record = withoutNull(schema);
  const encode = record.kind === 'record' ? recordEncode(layout.columns, record) : null;
  if (encode === null || schema.kind !== 'union') return encode;
  const branch = schema.branches.indexOf(record);
  return (sink, values) => {
    writeBranch(sink, branch);
    encode(sink, values);
  };
}

function writeBranch(sink: Parameters<Encode>[0], branch: number): void {
  sink.reserve(1);
  sink.buffer[sink.position++] = branch * 2;
}

function bareEncode(layout: SideLayout, schema: AvroType): BoundWriter['encode'] | null {
  const column = layout.columns[0];
  const encode: Encode | null = column === undefined ? null : compileEncode(column.type, schema);
  return encode === null ? null : (sink, values) => encode(sink, values[0] ?? null);
}

