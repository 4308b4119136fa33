import { MillraceError } from '../errors/index.js';
import { formatOf, inferColumns, type ColumnReader, type RegisteredSchema, type SideLayout } from '../serde/index.js';
import { dateToText, decimalToText, doubleToText, struct, timeToText, type SqlType, type SqlValue } from '../types/index.js';
import type { FormatCandidate } from './guess-format.js';
import { SchemaNotLoaded, type Schemas } from './schemas.js';

type Render = (type: SqlType, value: SqlValue) => string;
const isItems = (value: SqlValue): value is readonly SqlValue[] => Array.isArray(value);
const isEntries = (value: SqlValue): value is ReadonlyMap<SqlValue, SqlValue> => value instanceof Map;

/** A value without parts. */
function scalar(type: SqlType, value: SqlValue): string {
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('latin1'));
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (type.kind === 'DOUBLE') return doubleToText(Number(value));
    if (type.kind === 'DECIMAL') return decimalToText(value, type.scale);
    if (type.kind === 'DATE') return JSON.stringify(dateToText(Number(value)));
    if (type.kind === 'TIME') return JSON.stringify(timeToText(Number(value)));
  }
  return typeof value === 'object' ? 'null' : String(value);
}

/** As Avro shows its records: JSON with a blank behind `:` and `,`. */
const avroText: Render = (type, value) => {
  if (type.kind === 'ARRAY' && isItems(value)) return `[${value.map((item) => avroText(type.item, item)).join(', ')}]`;
  if (type.kind === 'MAP' && isEntries(value)) return `{${[...value].map(([key, item]) => `${scalar(type.key, key)}: ${avroText(type.value, item)}`).join(', ')}}`;
  if (type.kind === 'STRUCT' && isItems(value)) return `{${type.fields.map((field, index) => `${JSON.stringify(field.name)}: ${avroText(field.type, value[index] ?? null)}`).join(', ')}}`;
  return scalar(type, value);
};

/** As protobuf shows messages in one line; fields that are not set, and defaults, are left out. */
function messageFields(type: Extract<SqlType, { kind: 'STRUCT' }>, values: readonly SqlValue[]): string {
  return type.fields.flatMap((field, index) => messageField(field.name, field.type, values[index] ?? null)).join(' ');
}

function messageField(name: string, type: SqlType, value: SqlValue): readonly string[] {
  if (value === null || value === 0 || value === '' || value === false) return [];
  if (type.kind === 'ARRAY' && isItems(value)) return value.flatMap((item) => messageField(name, type.item, item));
  if (type.kind === 'STRUCT' && isItems(value)) return [`${name} { ${messageFields(type, value)} }`];
  if (type.kind === 'MAP' && isEntries(value)) return [...value].map(([key, item]) => `${name} { ${[...messageField('key', type.key, key), ...messageField('value', type.value, item)].join(' ')} }`);
  return [`${name}: ${scalar(type, value)}`];
}

const protobufText: Render = (type, value) => (type.kind === 'STRUCT' && isItems(value) ? messageFields(type, value) : scalar(type, value));

interface Decoder {
  readonly columns: SideLayout['columns'];
  readonly reader: ColumnReader;
  readonly isRecord: boolean;
}

function decoder(name: 'AVRO' | 'PROTOBUF', schema: RegisteredSchema, schemas: Schemas): Decoder {
  const format = { name, properties: {}, features: [] } as const;
  const isRecord = name === 'PROTOBUF' || /"type"\s*:\s*"record"/.test(schema.text);
  // Only keys may be bare values.
  const isKey = !isRecord;
  const columns = inferColumns(schema, { isKey, format, topic: '', keepsCase: true });
  const features = isRecord ? (['WRAP_SINGLES'] as const) : (['UNWRAP_SINGLES'] as const);
  const layout: SideLayout = { format: { ...format, features: columns.length === 1 ? features : [] }, isKey, columns, window: null, subject: '', schemas };
  return { columns, reader: formatOf(name).compileReader(layout, columns.map(() => true)), isRecord };
}

function candidate(name: 'AVRO' | 'PROTOBUF', show: Render, schemas: Schemas): FormatCandidate {
  const decoders = new Map<number, Decoder>();
  return {
    name,
    listed: true,
    render: (bytes) => {
      if (bytes.length < 6 || bytes[0] !== 0) return null;
      const id = bytes.readInt32BE(1);
      try {
        const schema = schemas.byId(id);
        if (schema.kind !== name) return null;
        const { columns, reader, isRecord } = decoders.get(id) ?? decoder(name, schema, schemas);
        decoders.set(id, { columns, reader, isRecord });
        reader.scan(bytes, 0, bytes.length);
        const values = columns.map((_column, index) => reader.columns[index]?.() ?? null);
        const [only] = columns;
        return isRecord || only === undefined ? show(struct(columns), values) : show(only.type, values[0] ?? null);
      } catch (error) {
        if (error instanceof SchemaNotLoaded || !(error instanceof MillraceError)) throw error;
        return null;
      }
    },
  };
}

/** Formats whose records name a registered schema. They throw SchemaNotLoaded until that is fetched. */
export function registryCandidates(schemas: Schemas): readonly FormatCandidate[] {
  return [candidate('AVRO', avroText, schemas), candidate('PROTOBUF', protobufText, schemas)];
}
