import { present } from '../../errors/index.js';
import { STRING, type Column, type SqlValue } from '../../types/index.js';
import type { ColumnReader, Format, RowWriter, SideLayout } from '../format.js';
import { compileJsonReader } from '../json/reader.js';
import { bareJsonWriter, wrappedJsonWriter } from '../json/writer.js';
import { noColumnsReader, noColumnsWriter } from '../no-columns.js';
import { FRAME_BYTES, readSchemaId, writeFrame, writerSchema } from '../registry-frame.js';
import { isWrapped } from '../wrapping.js';
import { typeOfJsonSchema } from './schema-types.js';

/** JSON behind the registry's frame. The text says all; the schema only matters to others and to inference. */
export const jsonSrFormat: Format = {
  name: 'JSON_SR',
  supportsSchemaInference: true,
  compileReader: (layout, used) => (layout.columns.length === 0 ? noColumnsReader : jsonSrReader(layout, used)),
  compileWriter: (layout) => (layout.columns.length === 0 ? noColumnsWriter : jsonSrWriter(layout)),
};

function jsonSrReader(layout: SideLayout, used: readonly boolean[]): ColumnReader {
  const inner = compileJsonReader({ columns: layout.columns, used, isWrapped: isWrapped(layout) });
  return {
    scan: (buffer, position, length) => {
      readSchemaId(buffer, position, length, 'JSON');
      inner.scan(buffer, position + FRAME_BYTES, length - FRAME_BYTES);
    },
    columns: inner.columns,
  };
}

function jsonSrWriter(layout: SideLayout): RowWriter {
  // Bound when the first row is written: by then the statement has registered its schema.
  let bound: { readonly id: number; readonly inner: RowWriter } | null = null;
  return {
    write: (values, sink) => {
      bound ??= bindWriter(layout);
      const start = sink.position;
      writeFrame(sink, bound.id);
      if (bound.inner.write(values, sink)) return true;
      sink.position = start;
      return false;
    },
  };
}

function bindWriter(layout: SideLayout): { readonly id: number; readonly inner: RowWriter } {
  const schema = writerSchema(layout);
  if (!isWrapped(layout)) return { id: schema.id, inner: bareJsonWriter(present(layout.columns[0], 'single column')) };
  if (layout.format.properties.schemaId === undefined) return { id: schema.id, inner: wrappedJsonWriter(layout.columns) };
  const type = typeOfJsonSchema(schema);
  return { id: schema.id, inner: type?.kind === 'STRUCT' ? writerInShape(layout.columns, type.fields) : wrappedJsonWriter(layout.columns) };
}

/** With a given schema every field of it is written, in its order; what is no column is null. */
function writerInShape(columns: readonly Column[], fields: readonly Column[]): RowWriter {
  const sources = fields.map((field) => columns.findIndex((column) => column.name === field.name));
  const shape = fields.map(({ name }, index): Column => ({ name, type: columns[sources[index] ?? -1]?.type ?? STRING }));
  const others = columns.filter((column) => !fields.some((field) => field.name === column.name));
  const inner = wrappedJsonWriter([...shape, ...others]);
  const order = [...sources, ...others.map((column) => columns.indexOf(column))];
  return { write: (values, sink) => inner.write(order.map((index): SqlValue => values[index] ?? null), sink) };
}
