import { schemaForColumns, type ByteSink, type Format, type FormatName, type RowWriter, type SchemaSource } from '../../serde/index.js';
import type { FormatInfo, Formats } from '../../plan/index.js';
import type { Column, Key, Row, RowSchema, WindowInfo } from '../../types/index.js';
import { RecordError } from '../../errors/index.js';

/** What is needed to bind formats to layouts. */
export interface SerdeContext {
  readonly formats: (name: FormatName) => Format;
  readonly schemas: SchemaSource;
}

/** A growable buffer that is written again and again. */
export class Scratch implements ByteSink {
  buffer = Buffer.allocUnsafe(4096);
  position = 0;
  reserve(bytes: number): void {
    const needed = this.position + bytes;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.position);
    this.buffer = grown;
  }
}

/** Bytes that a windowed key carries after the inner key. */
export function windowBytes(window: WindowInfo | null): number {
  if (window === null) return 0;
  return window.type === 'SESSION' ? 16 : 8;
}

export function keyWriter(serde: SerdeContext, format: FormatInfo, subject: string, columns: readonly Column[], window: WindowInfo | null): RowWriter {
  return serde.formats(format.name).compileWriter({ format, isKey: true, columns, window, subject, schemas: serde.schemas });
}

/**
 * Keys as they are written to topics, but under no schema that is registered: for orders that follow from the bytes. All of them
 * have one schema, so its id decides nothing.
 */
export function orderingKeyWriter(serde: SerdeContext, format: FormatInfo, columns: readonly Column[]): RowWriter {
  const { schemaId: _, ...properties } = format.properties;
  const layout = { format: { ...format, properties }, isKey: true, columns, window: null, subject: '', schemas: serde.schemas };
  const schema = schemaForColumns(layout);
  if (schema === null) return keyWriter(serde, format, '', columns, null);
  const schemas: SchemaSource = { byId: (id) => ({ ...schema, id, references: [] }), idForWriting: () => 0, latest: () => null };
  return serde.formats(format.name).compileWriter({ ...layout, schemas });
}

export function valueWriter(serde: SerdeContext, formats: Formats, topic: string, columns: readonly Column[]): RowWriter {
  return serde.formats(formats.value.name).compileWriter({
    format: formats.value, isKey: false, columns, window: null, subject: `${topic}-value`, schemas: serde.schemas,
  });
}

/** A row that could not be encoded. The query fails on it; the processing log tells which side. */
export class EncodeError extends RecordError {
  constructor(
    readonly side: 'key' | 'value',
    readonly topic: string,
    readonly reason: unknown,
  ) {
    const message = `Unable to serialize record for topic ${topic}: ${reason instanceof Error ? reason.message : String(reason)}`;
    super('Exception caught in process', { cause: new RecordError(message, { cause: reason }) });
  }
}

/** Encodes records one after the other into one scratch buffer: the key first, then the value. */
export class RecordEncoder {
  readonly scratch = new Scratch();
  /** −1: null. */
  keyLength = -1;
  valuePosition = 0;
  valueLength = -1;
  private readonly keys: RowWriter;
  private readonly values: RowWriter;
  readonly windowBytes: number;

  constructor(serde: SerdeContext, formats: Formats, readonly topic: string, schema: RowSchema, keySubject = `${topic}-key`) {
    this.keys = keyWriter(serde, formats.key, keySubject, schema.key, schema.window);
    this.values = valueWriter(serde, formats, topic, schema.value);
    this.windowBytes = windowBytes(schema.window);
  }

  encodeKey(key: Key | null): void {
    const scratch = this.scratch;
    scratch.position = 0;
    try {
      this.keyLength = key !== null && this.keys.write(key, scratch) ? scratch.position : -1;
    } catch (error) {
      throw new EncodeError('key', this.topic, error);
    }
    if (this.keyLength < 0) scratch.position = 0;
    this.valuePosition = scratch.position;
    this.valueLength = -1;
  }

  encode(key: Key | null, row: Row | null): void {
    this.encodeKey(key);
    if (row !== null && this.appendValue(row)) this.valueLength = this.scratch.position - this.valuePosition;
  }

  /** Writes value bytes behind what is there; false where the encoding is "no bytes". */
  protected appendValue(row: Row): boolean {
    try {
      return this.values.write(row, this.scratch);
    } catch (error) {
      throw new EncodeError('value', this.topic, error);
    }
  }
}
