import { assertNever } from '../../errors/index.js';
import {
  bytesOf, canonicalLong, entriesOf, itemsOf, numberOf, stringOf,
  type Row, type SqlType, type SqlValue,
} from '../../types/index.js';
import type { StoredRow } from '../table.js';
import { ByteReader, ByteWriter } from './byte-writer.js';

/**
 * Rows in a store: timestamp, then the columns in order, each by its type with no names and no type tags. Only this
 * process's version of the code reads them (a changelog has its own encoding), so there is no schema evolution in here.
 */
export interface RowCodec {
  encode(row: Row, timestamp: number): Uint8Array;
  decode(bytes: Uint8Array): StoredRow;
}

export interface ValueCodec {
  readonly write: (writer: ByteWriter, value: SqlValue) => void;
  readonly read: (reader: ByteReader) => SqlValue;
}

/** The columns alone, among other things. */
export interface ColumnsCodec {
  write(writer: ByteWriter, row: Row): void;
  read(reader: ByteReader): Row;
}

export function columnsCodec(types: readonly SqlType[]): ColumnsCodec {
  const columns = types.map((type) => nullable(valueCodec(type)));
  return {
    write(writer, row) {
      for (let i = 0; i < columns.length; i++) columns[i]?.write(writer, row[i] ?? null);
    },
    read: (reader) => columns.map((column) => column.read(reader)),
  };
}

export function rowCodec(types: readonly SqlType[]): RowCodec {
  const columns = columnsCodec(types);
  const writer = new ByteWriter();
  return {
    encode(row, timestamp) {
      writer.double(timestamp);
      columns.write(writer, row);
      return writer.finish();
    },
    decode(bytes) {
      const reader = new ByteReader(bytes);
      const timestamp = reader.double();
      return { row: columns.read(reader), timestamp };
    },
  };
}

function nullable(codec: ValueCodec): ValueCodec {
  return {
    write(writer, value) {
      if (value === null) return writer.byte(0);
      writer.byte(1);
      codec.write(writer, value);
    },
    read: (reader) => (reader.byte() === 0 ? null : codec.read(reader)),
  };
}

/** Long: the zigzag of a safe integer below 2^52, else a marker and the bytes of a bigint. */
const LONG: ValueCodec = {
  write(writer, value) {
    if (typeof value === 'number' && Math.abs(value) < 2 ** 51) {
      writer.byte(0);
      writer.varint(value < 0 ? -value * 2 - 1 : value * 2);
      return;
    }
    const big = typeof value === 'bigint' ? value : BigInt(numberOf(value));
    writer.byte(big < 0n ? 2 : 1);
    const hex = (big < 0n ? -big : big).toString(16);
    writer.bytes(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
  },
  read(reader) {
    const marker = reader.byte();
    if (marker === 0) {
      const zigzag = reader.varint();
      return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    }
    const magnitude = BigInt(`0x${Buffer.from(reader.bytes()).toString('hex')}`);
    return canonicalLong(marker === 2 ? -magnitude : magnitude);
  },
};
const BOOLEAN_CODEC: ValueCodec = {
  write: (writer, value) => writer.byte(value === true ? 1 : 0),
  read: (reader) => reader.byte() === 1,
};
const DOUBLE_CODEC: ValueCodec = { write: (writer, value) => writer.double(numberOf(value)), read: (reader) => reader.double() };
const STRING_CODEC: ValueCodec = { write: (writer, value) => writer.text(stringOf(value)), read: (reader) => reader.text() };
const BYTES_CODEC: ValueCodec = { write: (writer, value) => writer.bytes(bytesOf(value)), read: (reader) => reader.bytes() };

export function valueCodec(type: SqlType): ValueCodec {
  switch (type.kind) {
    case 'BOOLEAN':
      return BOOLEAN_CODEC;
    case 'INTEGER': case 'BIGINT': case 'DECIMAL': case 'DATE': case 'TIME': case 'TIMESTAMP':
      return LONG;
    case 'DOUBLE':
      return DOUBLE_CODEC;
    case 'STRING':
      return STRING_CODEC;
    case 'BYTES':
      return BYTES_CODEC;
    case 'ARRAY':
      return arrayCodec(nullable(valueCodec(type.item)));
    case 'STRUCT':
      return structCodec(type.fields.map((field) => nullable(valueCodec(field.type))));
    case 'MAP':
      return mapCodec(nullable(valueCodec(type.key)), nullable(valueCodec(type.value)));
    default:
      return assertNever(type);
  }
}

function arrayCodec(item: ValueCodec): ValueCodec {
  return {
    write(writer, value) {
      const items = itemsOf(value);
      writer.varint(items.length);
      for (const each of items) item.write(writer, each);
    },
    read(reader) {
      const items: SqlValue[] = [];
      for (let left = reader.varint(); left > 0; left--) items.push(item.read(reader));
      return items;
    },
  };
}

function structCodec(fields: readonly ValueCodec[]): ValueCodec {
  return {
    write(writer, value) {
      const values = itemsOf(value);
      fields.forEach((field, index) => field.write(writer, values[index] ?? null));
    },
    read: (reader) => fields.map((field) => field.read(reader)),
  };
}

function mapCodec(key: ValueCodec, value: ValueCodec): ValueCodec {
  return {
    write(writer, map) {
      const entries = entriesOf(map);
      writer.varint(entries.size);
      for (const [k, v] of entries) {
        key.write(writer, k);
        value.write(writer, v);
      }
    },
    read(reader) {
      const entries = new Map<SqlValue, SqlValue>();
      for (let left = reader.varint(); left > 0; left--) {
        const k = key.read(reader);
        entries.set(k, value.read(reader));
      }
      return entries;
    },
  };
}
