import type { RecordHeader } from '../../broker/index.js';
import type { Source } from '../../catalog/index.js';
import { GrowableSink, formatOf, inferColumns, isWrapped, type SideLayout } from '../../serde/index.js';
import { struct, type Column, type SqlType, type SqlValue } from '../../types/index.js';
import type { Schemas } from '../../engine/index.js';
import { isObject, parseLiteralJson, printLiteralJson, type LiteralJson, type LiteralObject } from '../literal-json.js';
import { object, number } from './case-file.js';
import type { Actual, ActualRecord } from './actual.js';
import { fieldOf, jsonToActual, toActual, toSqlValue } from './sql-values.js';

export interface RawRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp: number;
  readonly headers: readonly RecordHeader[];
}

const REGISTRY_FORMATS: ReadonlySet<string> = new Set(['AVRO', 'PROTOBUF', 'JSON_SR']);

/** Bytes of a topic to and from the values of the cases, by the source that is declared on it. */
export class TopicCodec {
  constructor(
    private readonly source: Source,
    private readonly schemas: Schemas,
  ) {}

  async encode(record: LiteralObject): Promise<RawRecord> {
    const key = await this.side(true, record.get('key') ?? null);
    const headers = record.get('headers');
    return {
      key: key === null ? null : Buffer.concat([key, this.windowBytes(record)]),
      value: await this.side(false, record.get('value') ?? null),
      timestamp: number(record, 'timestamp') ?? 0,
      headers: Array.isArray(headers) ? (headers as readonly LiteralJson[]).filter(isObject).map(headerOf) : [],
    };
  }

  async decode(record: RawRecord): Promise<ActualRecord> {
    const window = this.source.window;
    const tail = window === null || record.key === null ? 0 : window.type === 'SESSION' ? 16 : 8;
    const key = record.key === null ? null : record.key.subarray(0, record.key.length - tail);
    return {
      key: await this.actual(true, key),
      value: await this.actual(false, record.value),
      timestamp: record.timestamp,
      window: tail === 0 || record.key === null ? null : this.windowOf(record.key),
      headers: record.headers.map((header) => ({ key: header.key, value: header.value === null ? null : header.value.toString('base64') })),
    };
  }

  private windowOf(key: Buffer): ActualRecord['window'] {
    const start = Number(key.readBigInt64BE(key.length - 8));
    if (this.source.window?.type === 'SESSION') return { type: 'SESSION', start, end: Number(key.readBigInt64BE(key.length - 16)) };
    return { type: 'TIME', start, end: start + (this.source.window?.sizeMs ?? 0) };
  }

  private windowBytes(record: LiteralObject): Buffer {
    const window = object(record, 'window');
    if (this.source.window === null || window === null) return Buffer.alloc(0);
    const start = BigInt(number(window, 'start') ?? 0);
    const end = BigInt(number(window, 'end') ?? 0);
    const bytes = Buffer.alloc(this.source.window.type === 'SESSION' ? 16 : 8);
    if (this.source.window.type === 'SESSION') bytes.writeBigInt64BE(end, 0);
    bytes.writeBigInt64BE(start, bytes.length - 8);
    return bytes;
  }

  private declared(isKey: boolean): readonly Column[] {
    return isKey ? this.source.keyColumns : this.source.valueColumns;
  }

  // Registry formats carry the fields of the registered schema, which may be more than the declared columns.
  private async layout(isKey: boolean): Promise<SideLayout> {
    const format = isKey ? this.source.keyFormat : this.source.valueFormat;
    const subject = `${this.source.topic}-${isKey ? 'key' : 'value'}`;
    const inferred = REGISTRY_FORMATS.has(format.name) ? await this.inferred(isKey) : null;
    return { format, isKey, columns: inferred ?? this.declared(isKey), window: null, subject, schemas: this.schemas };
  }

  private async inferred(isKey: boolean): Promise<readonly Column[] | null> {
    const format = isKey ? this.source.keyFormat : this.source.valueFormat;
    const schemaId = format.properties.schemaId;
    const subject = `${this.source.topic}-${isKey ? 'key' : 'value'}`;
    const schema = await this.schemas.whenLoaded(() => (schemaId === undefined ? this.schemas.latest(subject) : this.schemas.byId(Number(schemaId))));
    return schema === null ? null : inferColumns(schema, { isKey, format, topic: this.source.topic, keepsCase: true });
  }

  private async side(isKey: boolean, value: LiteralJson): Promise<Buffer | null> {
    const format = isKey ? this.source.keyFormat.name : this.source.valueFormat.name;
    const columns = this.declared(isKey);
    if (value === null || format === 'NONE') return null;
    if (format === 'JSON') return Buffer.from(printLiteralJson(value));
    if (format === 'DELIMITED') return Buffer.from(typeof value === 'string' ? value : printLiteralJson(value));
    if (format === 'KAFKA' && (columns.length === 0 || columns[0]?.type.kind === 'BYTES')) return Buffer.from(typeof value === 'string' ? value : printLiteralJson(value));
    const layout = await this.layout(isKey);
    const sink = new GrowableSink(256);
    const row = this.row(layout, value);
    const written = await this.schemas.whenLoaded(() => formatOf(format).compileWriter(layout).write(row, sink));
    return written ? sink.bytesSince(0) : null;
  }

  private row(layout: SideLayout, value: LiteralJson): SqlValue[] {
    const [only] = layout.columns;
    const bare = only !== undefined && isBare(layout);
    if (bare) {
      const names = isObject(value) && value.size === 1 && only.type.kind !== 'STRUCT' && only.type.kind !== 'MAP';
      return [toSqlValue(only.type, names && isObject(value) ? fieldOf(value, only.name) : value)];
    }
    const whole = toSqlValue(struct(layout.columns), value);
    return Array.isArray(whole) ? [...(whole as readonly SqlValue[])] : [];
  }

  private async actual(isKey: boolean, bytes: Buffer | null): Promise<Actual> {
    const format = isKey ? this.source.keyFormat.name : this.source.valueFormat.name;
    if (bytes === null || format === 'NONE') return null;
    if (format === 'DELIMITED') return bytes.toString('utf8');
    const columns = this.declared(isKey);
    const [only] = columns;
    if (format === 'JSON') {
      const layout = await this.layout(isKey);
      const bare = only !== undefined && isBare(layout);
      return jsonToActual(bare ? only.type : struct(columns), parseLiteralJson(bytes.toString('utf8')));
    }
    if (format === 'KAFKA' && columns.length === 0) return bytes.toString('utf8');
    if (format === 'KAFKA' && only?.type.kind === 'BYTES') return bytes.toString('utf8');
    return this.decoded(await this.layout(isKey), bytes);
  }

  private async decoded(layout: SideLayout, bytes: Buffer): Promise<Actual> {
    const used = layout.columns.map(() => true);
    const reader = await this.schemas.whenLoaded(() => {
      const compiled = formatOf(layout.format.name).compileReader(layout, used);
      compiled.scan(bytes, 0, bytes.length);
      return compiled;
    });
    const values = layout.columns.map((_column, index) => reader.columns[index]?.() ?? null);
    const [only] = layout.columns;
    const how = { emptyBytesAreNull: layout.format.name !== 'KAFKA', notFiniteIsZero: layout.format.name === 'JSON_SR' };
    if (only !== undefined && isBare(layout)) return toActual(only.type, values[0] ?? null, how);
    const type: SqlType = struct(layout.columns);
    return toActual(type, values, how);
  }
}

function headerOf(header: LiteralObject): RecordHeader {
  const value = header.get('value');
  const key = header.get('key');
  return { key: typeof key === 'string' ? key : '', value: typeof value === 'string' ? Buffer.from(value, 'base64') : null };
}

/** Whether the bytes hold the one column's value itself. */
function isBare(layout: SideLayout): boolean {
  return layout.columns.length === 1 && (layout.format.name === 'KAFKA' || !isWrapped(layout));
}
