import { assertNever, RecordError } from '../../errors/index.js';
import type { FormatInfo } from '../../plan/index.js';
import type { ColumnReader, RowWriter } from '../../serde/index.js';
import { numberOf, type Column, type Key, type Row, type SqlType, type SqlValue } from '../../types/index.js';
import type { TableSpec } from '../operators/table-specs.js';
import { Scratch, type SerdeContext } from './record-encoder.js';

/**
 * Bytes of changelog records, laid out as Kafka Streams does. Key bytes are the key's own columns, then
 * - window stores: start (8), sequence number (4, always 0);
 * - session stores: end (8), start (8);
 * - join stores: timestamp (8), [side (1),] sequence number (4);
 * - subscriptions: length of the foreign key (4), foreign key, left key;
 * - tables over windowed topics: start (8), end (8).
 * The timestamp is the record's. Columns are written in KAFKA or JSON whatever the query's own formats are: state must come
 * back as it was, and other formats lose nulls or need schemas in a registry.
 */
export interface ChangelogRecord {
  readonly key: Key;
  readonly row: Row | null;
}

export class ChangelogCodec {
  readonly scratch = new Scratch();
  keyLength = 0;
  /** −1: a delete. */
  valueLength = -1;
  private readonly parts: readonly KeyPart[];
  /** Of join stores as version 0.1.0 wrote them: sequence numbers of 8 bytes. */
  private readonly wideParts: readonly KeyPart[] | null;
  private readonly value: RowSide;

  constructor(
    serde: SerdeContext,
    private readonly spec: TableSpec,
  ) {
    this.parts = keyParts(serde, spec, int32());
    const isJoin = spec.layout.kind === 'events' || spec.layout.kind === 'pending';
    this.wideParts = isJoin ? keyParts(serde, spec, int64()) : null;
    this.value = new RowSide(serde, JSON_FORMAT, spec.valueTypes, false);
  }

  encode(key: Key, row: Row | null): void {
    const { scratch } = this;
    scratch.position = 0;
    let column = 0;
    for (const part of this.parts) column = part.write(scratch, key, column);
    this.keyLength = scratch.position;
    this.valueLength = -1;
    if (row === null) return;
    this.value.writer.write(row, scratch);
    this.valueLength = scratch.position - this.keyLength;
  }

  /** `timestamp`: the record's. */
  decodeKey(buffer: Buffer, position: number, length: number, timestamp: number): Key {
    const reader = new KeyReader(buffer, position, position + length);
    const key: SqlValue[] = [];
    const parts = this.partsOf(reader, timestamp);
    // Parts of fixed size stand behind the columns, so those end where these begin.
    let fixed = fixedBytes(parts);
    for (const part of parts) {
      fixed -= part.bytes;
      part.read(reader, key, reader.end - fixed);
    }
    if (this.spec.layout.kind === 'windowed') key.push(numberOf(key[key.length - 1] ?? null) + this.spec.layout.sizeMs);
    if (this.spec.layout.kind === 'session') key.push(...key.splice(-2).reverse());
    return key;
  }

  /** In keys of join stores the timestamp is the record's, so where it stands tells how they are laid out. */
  private partsOf({ buffer, position, end }: KeyReader, timestamp: number): readonly KeyPart[] {
    const { parts, wideParts } = this;
    if (wideParts === null) return parts;
    const at = end - fixedBytes(parts);
    return at >= position && readInt64(new KeyReader(buffer, at, end)) === timestamp ? parts : wideParts;
  }

  decodeValue(buffer: Buffer, position: number, length: number): Row {
    return this.value.read(buffer, position, length);
  }
}

const JSON_FORMAT: FormatInfo = { name: 'JSON', properties: {}, features: ['WRAP_SINGLES'] };
const KAFKA_FORMAT: FormatInfo = { name: 'KAFKA', properties: {}, features: [] };

interface KeyPart {
  /** Fixed size, or 0. */
  readonly bytes: number;
  write(scratch: Scratch, key: Key, column: number): number;
  read(reader: KeyReader, key: SqlValue[], end: number): void;
}

class KeyReader {
  constructor(
    readonly buffer: Buffer,
    public position: number,
    readonly end: number,
  ) {}
}

function fixedBytes(parts: readonly KeyPart[]): number {
  return parts.reduce((sum, part) => sum + part.bytes, 0);
}

function keyParts(serde: SerdeContext, spec: TableSpec, sequence: KeyPart): readonly KeyPart[] {
  const { layout, keyTypes } = spec;
  switch (layout.kind) {
    case 'keyed': {
      const own = spec.store.keyColumns.length;
      const bounds = keyTypes.length - own;
      return [columns(serde, spec, keyTypes.slice(0, own)), ...Array.from({ length: Math.max(0, bounds) }, () => int64())];
    }
    case 'windowed':
      return [columns(serde, spec, keyTypes), int64(), zeros(4, 1)];
    case 'session':
      return [columns(serde, spec, keyTypes), swappedBounds()];
    case 'events':
      return [columns(serde, spec, keyTypes), int64(), sequence];
    case 'pending':
      return [columns(serde, spec, keyTypes), int64(), int8(), sequence];
    case 'subscription':
      return [
        prefixed(columns(serde, spec, keyTypes.slice(0, layout.prefixColumns))),
        columns(serde, spec, keyTypes.slice(layout.prefixColumns)),
      ];
    default:
      return assertNever(layout);
  }
}

/** Some columns of a row as one side of a record. */
class RowSide {
  readonly writer: RowWriter;
  private readonly reader: ColumnReader;
  constructor(serde: SerdeContext, format: FormatInfo, types: readonly SqlType[], isKey: boolean) {
    const layout = { format, isKey, columns: types.map((type, index): Column => ({ name: `C${index}`, type })), window: null, subject: '', schemas: serde.schemas };
    const compiled = serde.formats(format.name);
    this.writer = compiled.compileWriter(layout);
    this.reader = compiled.compileReader(layout, types.map(() => true));
  }
  read(buffer: Buffer, position: number, length: number): SqlValue[] {
    this.reader.scan(buffer, position, length);
    return this.reader.columns.map((column) => column());
  }
}

function columns(serde: SerdeContext, spec: TableSpec, types: readonly SqlType[]): KeyPart {
  const plain = types.length === 1 && spec.store.formats.key.name === 'KAFKA' && spec.layout.kind !== 'subscription';
  const side = new RowSide(serde, plain ? KAFKA_FORMAT : { ...JSON_FORMAT, features: [] }, types, true);
  return {
    bytes: 0,
    write(scratch, key, column) {
      side.writer.write(key.slice(column, column + types.length), scratch);
      return column + types.length;
    },
    read(reader, key, end) {
      key.push(...side.read(reader.buffer, reader.position, end - reader.position));
      reader.position = end;
    },
  };
}

function writeInt64(scratch: Scratch, value: number): void {
  scratch.reserve(8);
  scratch.buffer.writeInt32BE(Math.floor(value / 2 ** 32), scratch.position);
  scratch.buffer.writeUInt32BE(value - Math.floor(value / 2 ** 32) * 2 ** 32, scratch.position + 4);
  scratch.position += 8;
}

function readInt64(reader: KeyReader): number {
  const value = reader.buffer.readInt32BE(reader.position) * 2 ** 32 + reader.buffer.readUInt32BE(reader.position + 4);
  reader.position += 8;
  return value;
}

function int64(): KeyPart {
  return {
    bytes: 8,
    write(scratch, key, column) {
      writeInt64(scratch, numberOf(key[column] ?? null));
      return column + 1;
    },
    read: (reader, key) => void key.push(readInt64(reader)),
  };
}

function int32(): KeyPart {
  return {
    bytes: 4,
    write(scratch, key, column) {
      scratch.reserve(4);
      scratch.buffer.writeInt32BE(numberOf(key[column] ?? null), scratch.position);
      scratch.position += 4;
      return column + 1;
    },
    read(reader, key) {
      key.push(reader.buffer.readInt32BE(reader.position));
      reader.position += 4;
    },
  };
}

/** Sessions are written end first, and read so that the caller turns them round. */
function swappedBounds(): KeyPart {
  return {
    bytes: 16,
    write(scratch, key, column) {
      writeInt64(scratch, numberOf(key[column + 1] ?? null));
      writeInt64(scratch, numberOf(key[column] ?? null));
      return column + 2;
    },
    read: (reader, key) => void key.push(readInt64(reader), readInt64(reader)),
  };
}

function int8(): KeyPart {
  return {
    bytes: 1,
    write(scratch, key, column) {
      scratch.reserve(1);
      scratch.buffer[scratch.position++] = numberOf(key[column] ?? null);
      return column + 1;
    },
    read: (reader, key) => void key.push(reader.buffer.readUInt8(reader.position++)),
  };
}

/** Bytes without meaning; `skipped` key entries are not written because they follow from others. */
function zeros(bytes: number, skipped: number): KeyPart {
  return {
    bytes,
    write(scratch, _key, column) {
      scratch.reserve(bytes);
      for (let i = 0; i < bytes; i++) scratch.buffer[scratch.position++] = 0;
      return column + skipped;
    },
    read(reader) {
      reader.position += bytes;
    },
  };
}

/** Columns behind their length. */
function prefixed(part: KeyPart): KeyPart {
  return {
    bytes: 0,
    write(scratch, key, column) {
      const start = scratch.position;
      scratch.reserve(4);
      scratch.position += 4;
      const next = part.write(scratch, key, column);
      scratch.buffer.writeUInt32BE(scratch.position - start - 4, start);
      return next;
    },
    read(reader, key, end) {
      const length = reader.buffer.readUInt32BE(reader.position);
      reader.position += 4;
      if (reader.position + length > end) throw new RecordError('A changelog key is shorter than its parts');
      part.read(reader, key, reader.position + length);
    },
  };
}
