import type { PersistentPlan } from '../../plan/index.js';
import { GrowableSink, type SchemaSource, type SideLayout } from '../../serde/index.js';
import type { Row } from '../../types/index.js';
import type { SerdeContext } from '../task/record-encoder.js';

/** ksqlDB keeps tables in the format of their values, and proto3 has no nulls: they are read as defaults. Null: rows stay as they are. */
export function asStored(owner: PersistentPlan, serde: SerdeContext): ((row: Row) => Row) | null {
  const { root } = owner;
  if (root.kind !== 'tableSink') return null;
  const { value } = root.formats;
  const losesNulls = (value.name === 'PROTOBUF' || value.name === 'PROTOBUF_NOSR') && value.properties.nullableRepresentation === undefined;
  if (!losesNulls || root.schema.value.length === 0) return null;
  const columns = root.schema.value;
  const layout: SideLayout = { format: { name: 'PROTOBUF_NOSR', properties: {}, features: [] }, isKey: false, columns, window: null, subject: '', schemas: noSchemas };
  const format = serde.formats('PROTOBUF_NOSR');
  const writer = format.compileWriter(layout);
  const reader = format.compileReader(layout, columns.map(() => true));
  return (row) => {
    const sink = new GrowableSink(256);
    writer.write(row, sink);
    reader.scan(sink.buffer, 0, sink.position);
    return columns.map((_, index) => reader.columns[index]?.() ?? null);
  };
}

const noSchemas: SchemaSource = { byId: unregistered, idForWriting: unregistered, latest: () => null };

function unregistered(): never {
  throw new TypeError('Rows without a registry have no schema id');
}
