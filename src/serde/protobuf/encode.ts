import { RecordError } from '../../errors/index.js';
import {
  booleanOf, bytesOf, civilFromDays, entriesOf, formatType, itemsOf, longOf, longToBigInt, numberOf, splitTimestamp, stringOf, type SqlType, type SqlValue,
} from '../../types/index.js';
import { unscaledBytes } from '../avro/encode.js';
import { appendBytes, appendText, GrowableSink } from '../byte-sink.js';
import type { ByteSink } from '../format.js';
import { wireOf } from './scalars.js';
import { DATE, DECIMAL, scalarField, TIME, TIMESTAMP, wrappedScalar, type ProtoField, type ProtoMessage, type Scalar } from './schema.js';
import { LENGTH } from './source.js';

interface NamedField {
  readonly name: string;
  readonly type: SqlType;
}
type FieldEncode = (sink: ByteSink, value: SqlValue) => void;
export type MessageEncode = (sink: ByteSink, values: readonly SqlValue[]) => void;

/** Writes values into the fields of their names; fields without a column stay unset. Throws RecordError where types do not fit. */
export function compileMessageEncode(message: ProtoMessage, columns: readonly NamedField[]): MessageEncode {
  const steps = columns.flatMap((column, index) => {
    const field =
      message.fields.find((candidate) => candidate.name === column.name) ??
      message.fields.find((candidate) => candidate.name.toUpperCase() === column.name.toUpperCase());
    return field === undefined ? [] : [{ index, number: field.number, encode: fieldEncode(field, column.type) }];
  });
  steps.sort((a, b) => a.number - b.number);
  return (sink, values) => {
    for (const step of steps) step.encode(sink, values[step.index] ?? null);
  };
}

function fieldEncode(field: ProtoField, type: SqlType): FieldEncode {
  if (!field.isRepeated) return singleEncode(field, type);
  if (type.kind === 'MAP' && field.type.kind === 'message') return mapEncode(field, field.type.message, type.value);
  if (type.kind !== 'ARRAY') return mismatch(field, type);
  if (field.type.kind === 'scalar' && wireOf(field.type.scalar) !== LENGTH) return packedEncode(field.number, field.type.scalar, type.item);
  // An item is always written: leaving out a default would shorten the list.
  const item = singleEncode({ ...field, isRepeated: false, hasPresence: true }, type.item);
  const missing = missingItem(type.item);
  return (sink, value) => {
    if (value === null) return;
    for (const entry of itemsOf(value)) item(sink, entry ?? missing);
  };
}

/** What stands for a null in a list, which has no other way to write it. */
function missingItem(type: SqlType): SqlValue {
  switch (type.kind) {
    case 'STRING': return '';
    case 'BOOLEAN': return false;
    case 'BYTES': return new Uint8Array();
    case 'ARRAY': return [];
    case 'MAP': return new Map<SqlValue, SqlValue>();
    case 'STRUCT': return type.fields.map(() => null);
    default: return 0;
  }
}

function packedEncode(number: number, scalar: Scalar, type: SqlType): FieldEncode {
  const scratch = new GrowableSink(64);
  const write = scalarEncode(scalar, type);
  return (sink, value) => {
    if (value === null) return;
    const items = itemsOf(value);
    if (items.length === 0) return;
    scratch.position = 0;
    for (const item of items) write(scratch, item ?? missingItem(type));
    writeTag(sink, number, LENGTH);
    writeVarint(sink, BigInt(scratch.position));
    appendBytes(sink, scratch.buffer.subarray(0, scratch.position));
  };
}

function mismatch(field: ProtoField, type: SqlType): never {
  throw new RecordError(`${formatType(type)} cannot be written to the protobuf field ${field.name}`);
}

function singleEncode(field: ProtoField, type: SqlType): FieldEncode {
  if (field.type.kind === 'enum') return enumEncode(field, field.type.symbols, type);
  if (field.type.kind === 'scalar') {
    const { scalar } = field.type;
    const write = scalarEncode(scalar, type);
    const wire = wireOf(scalar);
    return (sink, value) => {
      // Without presence a default is not written: it reads back as itself.
      if (value === null || (!field.hasPresence && isDefault(value))) return;
      writeTag(sink, field.number, wire);
      write(sink, value);
    };
  }
  const write = messageEncode(field.type.message, type) ?? mismatch(field, type);
  // Nested messages are written aside, because their length comes first.
  const scratch = new GrowableSink(64);
  return (sink, value) => {
    if (value === null) return;
    scratch.position = 0;
    write(scratch, value);
    writeTag(sink, field.number, LENGTH);
    writeVarint(sink, BigInt(scratch.position));
    appendBytes(sink, scratch.buffer.subarray(0, scratch.position));
  };
}

function enumEncode(field: ProtoField, symbols: ReadonlyMap<number, string>, type: SqlType): FieldEncode {
  if (type.kind !== 'STRING') return mismatch(field, type);
  return (sink, value) => {
    if (value === null) return;
    const found = [...symbols].find(([, name]) => name === value);
    if (found === undefined) throw new RecordError(`The protobuf enum of field ${field.name} lacks a text`);
    if (found[0] === 0 && !field.hasPresence) return;
    writeTag(sink, field.number, 0);
    writeVarint(sink, BigInt(found[0]));
  };
}

function isDefault(value: SqlValue): boolean {
  return value === false || value === '' || Object.is(value, 0) || (value instanceof Uint8Array && value.length === 0);
}

function scalarEncode(scalar: Scalar, type: SqlType): FieldEncode {
  const { kind } = type;
  const isWhole = kind === 'INTEGER' || kind === 'BIGINT';
  const refuse = (): never => {
    throw new RecordError(`${formatType(type)} cannot be written as protobuf ${scalar}`);
  };
  switch (scalar) {
    case 'bool': return kind === 'BOOLEAN' ? (sink, value) => writeVarint(sink, booleanOf(value) ? 1n : 0n) : refuse();
    case 'string': return kind === 'STRING' ? (sink, value) => writeText(sink, stringOf(value)) : refuse();
    case 'bytes': return kind === 'BYTES' ? (sink, value) => writeBytes(sink, bytesOf(value)) : refuse();
    case 'double': return kind === 'DOUBLE' || isWhole ? (sink, value) => writeDouble(sink, Number(longOf(value))) : refuse();
    case 'float': return kind === 'DOUBLE' || isWhole ? (sink, value) => writeFloat(sink, Number(longOf(value))) : refuse();
    default: return isWhole ? (sink, value) => writeWhole(sink, scalar, longToBigInt(longOf(value))) : refuse();
  }
}

function writeWhole(sink: ByteSink, scalar: Scalar, value: bigint): void {
  switch (scalar) {
    case 'sint32':
    case 'sint64': return writeVarint(sink, BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
    case 'fixed32':
    case 'sfixed32':
      sink.reserve(4);
      sink.position = sink.buffer.writeInt32LE(Number(BigInt.asIntN(32, value)), sink.position);
      return;
    case 'fixed64':
    case 'sfixed64':
      sink.reserve(8);
      sink.position = sink.buffer.writeBigInt64LE(BigInt.asIntN(64, value), sink.position);
      return;
    default: return writeVarint(sink, BigInt.asUintN(64, value));
  }
}

function messageEncode(message: ProtoMessage, type: SqlType): FieldEncode | null {
  const scalar = wrappedScalar(message);
  if (scalar !== null) {
    const write = singleEncode(scalarField('value', 1, scalar), type);
    return (sink, value) => write(sink, value);
  }
  switch (type.kind) {
    case 'DECIMAL': return message.fullName === DECIMAL ? partsEncode(message, (value) => [unscaledBytes(longOf(value)), type.precision, type.scale]) : null;
    case 'TIMESTAMP': return message.fullName === TIMESTAMP ? partsEncode(message, timestampParts) : null;
    case 'DATE':
      return message.fullName === DATE
        ? partsEncode(message, (value) => {
            const { year, month, day } = civilFromDays(numberOf(value));
            return [year, month, day];
          })
        : null;
    case 'TIME': return message.fullName === TIME ? partsEncode(message, timeParts) : null;
    case 'STRUCT': {
      const encode = compileMessageEncode(message, type.fields);
      return (sink, value) => encode(sink, itemsOf(value));
    }
    case 'ARRAY':
    case 'MAP': {
      const only = message.fields.length === 1 ? message.fields[0] : undefined;
      return only === undefined || !only.isRepeated ? null : fieldEncode(only, type);
    }
    default: return null;
  }
}

function timestampParts(value: SqlValue): SqlValue[] {
  const { days, rest } = splitTimestamp(longOf(value));
  return [days * 86_400 + Math.floor(rest / 1000), (rest % 1000) * 1_000_000];
}

function timeParts(value: SqlValue): SqlValue[] {
  const milliseconds = numberOf(value);
  return [Math.floor(milliseconds / 3_600_000), Math.floor(milliseconds / 60_000) % 60, Math.floor(milliseconds / 1000) % 60, (milliseconds % 1000) * 1_000_000];
}

function partsEncode(message: ProtoMessage, split: (value: SqlValue) => readonly SqlValue[]): FieldEncode {
  const encode = compileMessageEncode(
    message,
    message.fields.map(({ name, type }) => ({ name, type: { kind: type.kind === 'scalar' && type.scalar === 'bytes' ? 'BYTES' : 'BIGINT' } })),
  );
  return (sink, value) => encode(sink, split(value));
}

function mapEncode(field: ProtoField, entry: ProtoMessage, value: SqlType): FieldEncode {
  const encode = compileMessageEncode(entry, [{ name: 'key', type: { kind: 'STRING' } }, { name: 'value', type: value }]);
  const scratch = new GrowableSink(64);
  return (sink, entries) => {
    if (entries === null) return;
    for (const [key, item] of entriesOf(entries)) {
      if (typeof key !== 'string') throw new RecordError('A map with a null key cannot be written as protobuf');
      scratch.position = 0;
      encode(scratch, [key, item]);
      writeTag(sink, field.number, LENGTH);
      writeVarint(sink, BigInt(scratch.position));
      appendBytes(sink, scratch.buffer.subarray(0, scratch.position));
    }
  };
}

function writeTag(sink: ByteSink, number: number, wire: number): void {
  writeVarint(sink, BigInt(number * 8 + wire));
}

function writeText(sink: ByteSink, text: string): void {
  writeVarint(sink, BigInt(Buffer.byteLength(text)));
  appendText(sink, text);
}

function writeBytes(sink: ByteSink, bytes: Uint8Array): void {
  writeVarint(sink, BigInt(bytes.length));
  appendBytes(sink, bytes);
}

function writeDouble(sink: ByteSink, value: number): void {
  sink.reserve(8);
  sink.position = sink.buffer.writeDoubleLE(value, sink.position);
}

function writeFloat(sink: ByteSink, value: number): void {
  sink.reserve(4);
  sink.position = sink.buffer.writeFloatLE(value, sink.position);
}

/** Unsigned. */
export function writeVarint(sink: ByteSink, value: bigint): void {
  sink.reserve(10);
  let rest = value;
  while (rest > 0x7fn) {
    sink.buffer[sink.position++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  sink.buffer[sink.position++] = Number(rest);
}
