import { RecordError } from '../../errors/index.js';
import {
  booleanOf, bytesOf, entriesOf, formatType, itemsOf, longOf, multiplyLong, longToBigInt, numberOf, rescaleDecimal, stringOf, type Long, type SqlType, type SqlValue,
  type StructType,
} from '../../types/index.js';
import { appendBytes, appendText } from '../byte-sink.js';
import type { ByteSink } from '../format.js';
import type { JsonDocument } from '../json-document.js';
import { indexOfField } from './decode.js';
import type { AvroField, AvroRecord, AvroType } from './schema.js';

export type Encode = (sink: ByteSink, value: SqlValue) => void;

/** Writes a value of the column's type as the schema's type; null where the two do not fit. */
export function compileEncode(from: SqlType, to: AvroType): Encode | null {
  if (to.kind === 'union') return unionEncode(from, to.branches);
  const encode = nonNullEncode(from, to);
  if (encode === null) return null;
  return (sink, value) => {
    if (value === null) throw new RecordError(`The Avro schema does not allow a null for ${formatType(from)}`);
    encode(sink, value);
  };
}

function unionEncode(from: SqlType, branches: readonly AvroType[]): Encode | null {
  const nullBranch = branches.findIndex((branch) => branch.kind === 'null');
  const encodes = branches.map((branch) => (branch.kind === 'null' ? null : nonNullEncode(from, branch)));
  const index = encodes.findIndex((candidate) => candidate !== null);
  const encode = encodes[index] ?? null;
  if (encode === null) return null;
  return (sink, value) => {
    if (value === null) {
      if (nullBranch < 0) throw new RecordError(`The Avro schema does not allow a null for ${formatType(from)}`);
      writeLong(sink, nullBranch);
      return;
    }
    writeLong(sink, index);
    encode(sink, value);
  };
}

function nonNullEncode(from: SqlType, to: AvroType): Encode | null {
  switch (from.kind) {
    case 'BOOLEAN': return to.kind === 'boolean' ? (sink, value) => appendByte(sink, booleanOf(value) ? 1 : 0) : null;
    case 'INTEGER':
    case 'BIGINT': return wholeEncode(from.kind, to);
    case 'DOUBLE': return floatEncode(to);
    case 'STRING': return textEncode(to);
    case 'BYTES': return bytesEncode(to);
    case 'DECIMAL': return decimalEncode(from.scale, to);
    case 'DATE': return to.kind === 'int' ? (sink, value) => writeLong(sink, numberOf(value)) : null;
    case 'TIME': return scaledEncode(to, 'time-micros');
    case 'TIMESTAMP': return scaledEncode(to, 'timestamp-micros');
    case 'ARRAY': return to.kind === 'array' ? arrayEncode(compileEncode(from.item, to.items)) : null;
    case 'MAP': return to.kind === 'map' ? mapEncode(compileEncode(from.value, to.values)) : null;
    case 'STRUCT': return to.kind === 'record' ? structEncode(from, to) : null;
  }
}

function wholeEncode(kind: 'INTEGER' | 'BIGINT', to: AvroType): Encode | null {
  if (to.kind === 'long' || (to.kind === 'int' && kind === 'INTEGER')) return (sink, value) => writeLong(sink, longOf(value));
  return to.kind === 'float' || to.kind === 'double' ? floatEncode(to) : null;
}

function scaledEncode(to: AvroType, micros: string): Encode | null {
  if (to.kind !== 'int' && to.kind !== 'long') return null;
  const factor = to.kind === 'long' && to.logical === micros ? 1000 : 1;
  return (sink, value) => writeLong(sink, factor === 1 ? longOf(value) : multiplyLong(longOf(value), factor));
}

function floatEncode(to: AvroType): Encode | null {
  if (to.kind === 'double') {
    return (sink, value) => {
      sink.reserve(8);
      sink.position = sink.buffer.writeDoubleLE(Number(longOf(value)), sink.position);
    };
  }
  if (to.kind !== 'float') return null;
  return (sink, value) => {
    sink.reserve(4);
    sink.position = sink.buffer.writeFloatLE(Number(longOf(value)), sink.position);
  };
}

function textEncode(to: AvroType): Encode | null {
  if (to.kind === 'string') return (sink, value) => writeText(sink, stringOf(value));
  if (to.kind !== 'enum') return null;
  return (sink, value) => {
    const index = to.symbols.indexOf(stringOf(value));
    if (index < 0) throw new RecordError('The Avro enum of the schema lacks a text');
    writeLong(sink, index);
  };
}

function bytesEncode(to: AvroType): Encode | null {
  if (to.kind === 'bytes' && to.decimal === null) {
    return (sink, value) => {
      const bytes = bytesOf(value);
      writeLong(sink, bytes.length);
      appendBytes(sink, bytes);
    };
  }
  if (to.kind !== 'fixed' || to.decimal !== null) return null;
  return (sink, value) => {
    const bytes = bytesOf(value);
    if (bytes.length !== to.size) throw new RecordError(`The Avro schema wants ${to.size} bytes, not ${bytes.length}`);
    appendBytes(sink, bytes);
  };
}

function decimalEncode(scale: number, to: AvroType): Encode | null {
  if ((to.kind !== 'bytes' && to.kind !== 'fixed') || to.decimal === null) return null;
  const { decimal } = to;
  return (sink, value) => {
    const unscaled = rescaleDecimal(longOf(value), scale, decimal.scale, 'UNNECESSARY');
    if (unscaled === null) throw new RecordError('A decimal has more decimals than the Avro schema');
    const bytes = unscaledBytes(unscaled);
    if (to.kind === 'bytes') writeLong(sink, bytes.length);
    else {
      if (bytes.length > to.size) throw new RecordError('A decimal is longer than the Avro schema allows');
      appendBytes(sink, Buffer.alloc(to.size - bytes.length, (bytes[0] ?? 0) >= 0x80 ? 0xff : 0));
    }
    appendBytes(sink, bytes);
  };
}

/** The shortest two's complement, as Java's `BigInteger.toByteArray`. */
export function unscaledBytes(unscaled: Long): Buffer {
  const value = longToBigInt(unscaled);
  const bits = (value < 0n ? -value - 1n : value).toString(2).replace(/^0$/, '').length;
  const length = Math.floor(bits / 8) + 1;
  return Buffer.from(BigInt.asUintN(length * 8, value).toString(16).padStart(length * 2, '0'), 'hex');
}

function arrayEncode(item: Encode | null): Encode | null {
  if (item === null) return null;
  return (sink, value) => {
    const items = itemsOf(value);
    if (items.length > 0) writeLong(sink, items.length);
    for (const entry of items) item(sink, entry);
    appendByte(sink, 0);
  };
}

function mapEncode(entry: Encode | null): Encode | null {
  if (entry === null) return null;
  return (sink, value) => {
    const entries = entriesOf(value);
    if (entries.size > 0) writeLong(sink, entries.size);
    for (const [key, item] of entries) {
      if (typeof key !== 'string') throw new RecordError('A map with a null key cannot be written as Avro');
      writeText(sink, key);
      entry(sink, item);
    }
    appendByte(sink, 0);
  };
}

function structEncode(from: StructType, to: AvroRecord): Encode | null {
  const encode = recordEncode(from.fields, to);
  return encode === null ? null : (sink, value) => encode(sink, itemsOf(value));
}

/** Writes values by name into a record of the schema; fields without a value take their default. */
export function recordEncode(
  fields: readonly { readonly name: string; readonly type: SqlType }[],
  to: AvroRecord,
): ((sink: ByteSink, values: readonly SqlValue[]) => void) | null {
  const names = fields.map((field) => field.name);
  const steps: { readonly index: number; readonly encode: Encode }[] = [];
  for (const target of to.fields) {
    const index = indexOfField(names, target.name);
    const source = fields[index];
    const encode = source === undefined ? defaultEncode(target) : fieldEncode(source.type, target);
    if (encode === null) return null;
    steps.push({ index, encode });
  }
  return (sink, values) => {
    for (const step of steps) step.encode(sink, step.index < 0 ? null : (values[step.index] ?? null));
  };
}

/** A null stands for the default of a field that cannot hold it. */
function fieldEncode(from: SqlType, { type, defaultValue }: AvroField): Encode | null {
  const encode = compileEncode(from, type);
  const holdsNull = type.kind === 'null' || (type.kind === 'union' && type.branches.some(({ kind }) => kind === 'null'));
  if (encode === null || holdsNull || defaultValue === undefined) return encode;
  return (sink, value) => {
    if (value === null) writeDefault(sink, type, defaultValue);
    else encode(sink, value);
  };
}

function defaultEncode(field: AvroField): Encode {
  const branch = field.type.kind === 'union' ? field.type.branches.findIndex(({ kind }) => kind === 'null') : -1;
  return (sink) => {
    if (field.defaultValue !== undefined) writeDefault(sink, field.type, field.defaultValue);
    else if (branch >= 0) writeLong(sink, branch);
    else throw new RecordError(`The Avro schema requires the field ${field.name}, which is no column`);
  };
}

/** A default stands for the first branch of a union. */
function writeDefault(sink: ByteSink, type: AvroType, value: JsonDocument): void {
  if (type.kind === 'union') {
    writeLong(sink, 0);
    const first = type.branches[0];
    if (first !== undefined) writeDefault(sink, first, value);
  } else if (type.kind === 'boolean' && typeof value === 'boolean') appendByte(sink, value ? 1 : 0);
  else if ((type.kind === 'int' || type.kind === 'long') && typeof value === 'number') writeLong(sink, value);
  else if ((type.kind === 'float' || type.kind === 'double') && typeof value === 'number') floatEncode(type)?.(sink, value);
  else if (type.kind === 'string' && typeof value === 'string') writeText(sink, value);
  else if (type.kind === 'bytes' && typeof value === 'string') {
    writeLong(sink, value.length);
    appendBytes(sink, Buffer.from(value, 'latin1'));
  } else if (type.kind === 'enum' && typeof value === 'string') writeLong(sink, Math.max(0, type.symbols.indexOf(value)));
  else if (type.kind === 'array' || type.kind === 'map') writeEmptyDefault(sink, value);
  else if (type.kind !== 'null') throw new RecordError(`A default of Avro type ${type.kind} is not supported`);
}

function writeEmptyDefault(sink: ByteSink, value: JsonDocument): void {
  const size = Array.isArray(value) ? value.length : value instanceof Map ? value.size : 1;
  if (size > 0) throw new RecordError('A default that is a filled Avro array or map is not supported');
  appendByte(sink, 0);
}

export function appendByte(sink: ByteSink, byte: number): void {
  sink.reserve(1);
  sink.buffer[sink.position++] = byte;
}

function writeText(sink: ByteSink, text: string): void {
  writeLong(sink, Buffer.byteLength(text));
  appendText(sink, text);
}

/** Zig-zag variable length. */
export function writeLong(sink: ByteSink, value: Long): void {
  sink.reserve(10);
  if (typeof value === 'number' && value >= -0x4000_0000 && value < 0x4000_0000) {
    let rest = (value << 1) ^ (value >> 31);
    while ((rest & ~0x7f) !== 0) {
      sink.buffer[sink.position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    sink.buffer[sink.position++] = rest;
    return;
  }
  const wide = longToBigInt(value);
  let rest = BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n));
  while (rest > 0x7fn) {
    sink.buffer[sink.position++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  sink.buffer[sink.position++] = Number(rest);
}
