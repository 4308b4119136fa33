import { assertNever } from '../../errors/index.js';
import {
  bytesOf, canonicalLong, entriesOf, itemsOf, longToBigInt, numberOf, stringOf,
  type Key, type SqlType, type SqlValue,
} from '../../types/index.js';
import { ByteWriter, type ByteReader } from './byte-writer.js';
import { compareKeys } from './compare-keys.js';
import type { ValueCodec } from './row-codec.js';

/**
 * Order-preserving bytes of keys: comparing the bytes compares the columns one after the other, nulls first. No encoding
 * is a prefix of another one of the same types, so more may follow it and a prefix of columns is a prefix of bytes.
 */
export interface KeyCodec {
  /** May be given the first columns only. */
  write(writer: ByteWriter, key: Key): void;
  read(reader: ByteReader): SqlValue[];
}

export function keyCodec(types: readonly SqlType[]): KeyCodec {
  const columns = types.map((type) => ordered(orderedCodec(type)));
  return {
    write(writer, key) {
      const count = Math.min(columns.length, key.length);
      for (let i = 0; i < count; i++) columns[i]?.write(writer, key[i] ?? null);
    },
    read: (reader) => columns.map((column) => column.read(reader)),
  };
}

/** Encodes whole keys (or rows: equal values have equal bytes, whatever order a MAP was built in). */
export function keyBytes(types: readonly SqlType[]): (key: Key) => Uint8Array {
  const codec = keyCodec(types);
  const writer = new ByteWriter();
  return (key) => {
    codec.write(writer, key);
    return writer.finish();
  };
}

const ABSENT = 0x01;
const PRESENT = 0x02;
/** Below ABSENT and PRESENT: a shorter list sorts first. */
const END = 0x00;

function ordered(codec: ValueCodec): ValueCodec {
  return {
    write(writer, value) {
      if (value === null) return writer.byte(ABSENT);
      writer.byte(PRESENT);
      codec.write(writer, value);
    },
    read: (reader) => (reader.byte() === ABSENT ? null : codec.read(reader)),
  };
}

/** Zero bytes are escaped, two zero-like bytes end it: order as of the plain bytes. */
export function writeEscaped(writer: ByteWriter, bytes: Uint8Array): void {
  writer.escaped(bytes);
}
export function readEscaped(reader: ByteReader): Uint8Array {
  const bytes: number[] = [];
  for (;;) {
    const byte = reader.byte();
    if (byte === 0 && reader.byte() === 1) return Uint8Array.from(bytes);
    bytes.push(byte);
  }
}

const SIGN = 1n << 63n;
export function writeInt64(writer: ByteWriter, value: number): void {
  // Two halves: no bigint on the way of window bounds and timestamps.
  const high = Math.floor(value / 4294967296);
  writer.uint32((high ^ 0x80000000) >>> 0);
  writer.uint32(value - high * 4294967296);
}
export function readInt64(reader: ByteReader): number {
  const high = (reader.uint32() ^ 0x80000000) | 0;
  return high * 4294967296 + reader.uint32();
}

const BOOLEAN_CODEC: ValueCodec = {
  write: (writer, value) => writer.byte(value === true ? 1 : 0),
  read: (reader) => reader.byte() === 1,
};
const INTEGER_CODEC: ValueCodec = {
  write: (writer, value) => writer.uint32((numberOf(value) ^ 0x80000000) >>> 0),
  read: (reader) => (reader.uint32() ^ 0x80000000) | 0,
};
const BIGINT_CODEC: ValueCodec = {
  write(writer, value) {
    if (typeof value === 'number') writeInt64(writer, value);
    else writer.bigUint64(longToBigInt(typeof value === 'bigint' ? value : 0n) + SIGN);
  },
  read: (reader) => canonicalLong(BigInt.asIntN(64, reader.bigUint64() - SIGN)),
};
const doubleBits = new DataView(new ArrayBuffer(8));
const DOUBLE_CODEC: ValueCodec = {
  write(writer, value) {
    doubleBits.setFloat64(0, numberOf(value));
    const bits = doubleBits.getBigUint64(0);
    writer.bigUint64((bits & SIGN) === 0n ? bits | SIGN : ~bits);
  },
  read(reader) {
    const bits = reader.bigUint64();
    doubleBits.setBigUint64(0, (bits & SIGN) === 0n ? BigInt.asUintN(64, ~bits) : bits & ~SIGN);
    return doubleBits.getFloat64(0);
  },
};
const STRING_CODEC: ValueCodec = {
  write: (writer, value) => writer.escapedText(stringOf(value)),
  read: (reader) => Buffer.from(readEscaped(reader)).toString('utf8'),
};
const BYTES_CODEC: ValueCodec = { write: (writer, value) => writeEscaped(writer, bytesOf(value)), read: readEscaped };

/** Length of the magnitude (negated below zero), then the magnitude (inverted below zero). At most 127 bytes: 300 digits. */
const DECIMAL_CODEC: ValueCodec = {
  write(writer, value) {
    const big = typeof value === 'bigint' ? value : BigInt(numberOf(value));
    const negative = big < 0n;
    const hex = (negative ? -big : big).toString(16);
    const magnitude = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
    writer.byte(negative ? 127 - magnitude.length : 128 + magnitude.length);
    for (const byte of magnitude) writer.byte(negative ? 255 - byte : byte);
  },
  read(reader) {
    const mark = reader.byte();
    const negative = mark < 128;
    const bytes = reader.raw(negative ? 127 - mark : mark - 128).map((byte) => (negative ? 255 - byte : byte));
    const magnitude = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
    return canonicalLong(negative ? -magnitude : magnitude);
  },
};

function orderedCodec(type: SqlType): ValueCodec {
  switch (type.kind) {
    case 'BOOLEAN':
      return BOOLEAN_CODEC;
    case 'INTEGER': case 'DATE': case 'TIME':
      return INTEGER_CODEC;
    case 'BIGINT': case 'TIMESTAMP':
      return BIGINT_CODEC;
    case 'DECIMAL':
      return DECIMAL_CODEC;
    case 'DOUBLE':
      return DOUBLE_CODEC;
    case 'STRING':
      return STRING_CODEC;
    case 'BYTES':
      return BYTES_CODEC;
    case 'ARRAY':
      return listCodec(orderedCodec(type.item));
    case 'STRUCT':
      return structCodec(type.fields.map((field) => ordered(orderedCodec(field.type))));
    case 'MAP':
      return mapCodec(ordered(orderedCodec(type.key)), ordered(orderedCodec(type.value)));
    default:
      return assertNever(type);
  }
}

function listCodec(item: ValueCodec): ValueCodec {
  return {
    write(writer, value) {
      for (const each of itemsOf(value)) {
        writer.byte(each === null ? ABSENT : PRESENT);
        if (each !== null) item.write(writer, each);
      }
      writer.byte(END);
    },
    read(reader) {
      const items: SqlValue[] = [];
      for (let mark = reader.byte(); mark !== END; mark = reader.byte()) items.push(mark === ABSENT ? null : item.read(reader));
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

/** Entries in the order of their encoded keys: equal maps have equal bytes whatever order they were built in. */
function mapCodec(key: ValueCodec, value: ValueCodec): ValueCodec {
  const scratch = new ByteWriter();
  return {
    write(writer, map) {
      const entries = [...entriesOf(map)].map(([k, v]) => {
        key.write(scratch, k);
        return { bytes: scratch.finish(), value: v };
      });
      entries.sort((a, b) => compareKeys(a.bytes, b.bytes));
      for (const entry of entries) {
        writer.raw(entry.bytes);
        value.write(writer, entry.value);
      }
      writer.byte(END);
    },
    read(reader) {
      const entries = new Map<SqlValue, SqlValue>();
      while (reader.peek() !== END) {
        const k = key.read(reader);
        entries.set(k, value.read(reader));
      }
      reader.byte();
      return entries;
    },
  };
}
