import { RecordError } from '../../errors/index.js';
import {
  canonicalLong, decimalToText, doubleToText, fitsDecimal, formatType, rescaleDecimal, type Long, type SqlType, type SqlValue, type StructType,
} from '../../types/index.js';
import { ShortStrings } from '../short-strings.js';
import { avroName } from './names.js';
import { branchName, type AvroDecimal, type AvroRecord, type AvroType } from './schema.js';
import { compileSkip } from './skip.js';
import type { AvroSource } from './source.js';

/** Reads the next value of the record. */
export type Decode = (source: AvroSource) => SqlValue;

/** What was written as `from`, read into a column of type `to`. A pair that does not fit fails when a record is read. */
export function compileDecode(from: AvroType, to: SqlType): Decode {
  if (from.kind === 'null') return () => null;
  if (from.kind === 'union') return unionDecode(from.branches, to);
  return fittingDecode(from, to) ?? ((): never => {
    throw new RecordError(`Avro ${from.kind} cannot be read as ${formatType(to)}`);
  });
}

function unionDecode(branches: readonly AvroType[], to: SqlType): Decode {
  const isStructOfBranches = to.kind === 'STRUCT' && branches.filter((branch) => branch.kind !== 'null').length > 1;
  const decodes = branches.map((branch) => (isStructOfBranches ? branchOfStruct(branch, to) : compileDecode(branch, to)));
  return (source) => {
    const decode = decodes[source.int()];
    if (decode === undefined) throw new RecordError('The Avro record has a union branch that the schema lacks');
    return decode(source);
  };
}

/** A union of several types is a struct of which one field is set. */
function branchOfStruct(branch: AvroType, to: StructType): Decode {
  if (branch.kind === 'null') return () => null;
  const name = branchName(branch);
  const index = indexOfField(to.fields.map((field) => field.name), name);
  const field = to.fields[index];
  if (field === undefined) {
    const skip = compileSkip(branch);
    return (source) => {
      skip(source);
      return to.fields.map(() => null);
    };
  }
  const decode = compileDecode(branch, field.type);
  return (source) => {
    const value = decode(source);
    return to.fields.map((_, at) => (at === index ? value : null));
  };
}

/** The column or field that a name in the schema fills: exactly, else in upper case. −1: none. */
export function indexOfField(names: readonly string[], schemaName: string): number {
  const exact = names.findIndex((name) => avroName(name) === schemaName);
  return exact >= 0 ? exact : names.findIndex((name) => avroName(name) === schemaName.toUpperCase());
}

function fittingDecode(from: AvroType, to: SqlType): Decode | null {
  switch (to.kind) {
    case 'BOOLEAN': return from.kind === 'boolean' ? (source) => source.byte() !== 0 : null;
    case 'INTEGER': return from.kind === 'int' ? (source) => source.int() : null;
    case 'BIGINT': return from.kind === 'int' || from.kind === 'long' ? (source) => source.long() : null;
    case 'DOUBLE': return from.kind === 'float' ? readFloat : from.kind === 'double' ? readDouble : null;
    case 'STRING': return textDecode(from);
    case 'BYTES': return bytesDecode(from);
    case 'DECIMAL': {
      if ((from.kind !== 'bytes' && from.kind !== 'fixed') || from.decimal === null) return null;
      const size = from.kind === 'fixed' ? from.size : null;
      const { scale } = from.decimal;
      return (source) => {
        const rescaled = rescaleDecimal(readUnscaled(source, size), scale, to.scale, 'UNNECESSARY');
        if (rescaled === null || !fitsDecimal(rescaled, to)) throw new RecordError(`A decimal does not fit ${formatType(to)}`);
        return rescaled;
      };
    }
    case 'DATE': return from.kind === 'int' && from.logical === 'date' ? (source) => source.int() : null;
    case 'TIME': return timeDecode(from);
    case 'TIMESTAMP': return timestampDecode(from);
    case 'ARRAY': return from.kind === 'array' ? arrayDecode(compileDecode(from.items, to.item)) : null;
    case 'MAP': return from.kind === 'map' ? mapDecode(compileDecode(from.values, to.value)) : null;
    case 'STRUCT': return from.kind === 'record' ? recordDecode(from, to) : null;
  }
}

const readFloat: Decode = (source) => source.bytes.readFloatLE(source.take(4));
const readDouble: Decode = (source) => source.bytes.readDoubleLE(source.take(8));

function timeDecode(from: AvroType): Decode | null {
  if (from.kind === 'int' && from.logical === 'time-millis') return (source) => source.int();
  return from.kind === 'long' && from.logical === 'time-micros' ? (source) => Math.floor(Number(source.long()) / 1000) : null;
}

function timestampDecode(from: AvroType): Decode | null {
  if (from.kind !== 'long') return null;
  if (from.logical === 'timestamp-millis') return (source) => source.long();
  return from.logical === 'timestamp-micros' ? (source) => Math.floor(Number(source.long()) / 1000) : null;
}

/** Any primitive reads as text. */
function textDecode(from: AvroType): Decode | null {
  switch (from.kind) {
    case 'string': return stringDecode();
    case 'boolean': return (source) => (source.byte() !== 0 ? 'true' : 'false');
    case 'int': return (source) => source.int().toString();
    case 'long': return (source) => source.long().toString();
    case 'double': return (source) => doubleToText(source.bytes.readDoubleLE(source.take(8)));
    case 'float': return (source) => floatText(source.bytes.readFloatLE(source.take(4)));
    case 'enum':
      return (source) => {
        const symbol = from.symbols[source.int()];
        if (symbol === undefined) throw new RecordError('The Avro record has an enum number that the schema lacks');
        return symbol;
      };
    case 'bytes':
    case 'fixed': {
      if (from.decimal === null) return null;
      const { scale }: AvroDecimal = from.decimal;
      const size = from.kind === 'fixed' ? from.size : null;
      return (source) => decimalToText(readUnscaled(source, size), scale);
    }
    default: return null;
  }
}

/** The fewest digits that give the same 32-bit float. */
function floatText(value: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return doubleToText(shorter);
  }
  return doubleToText(value);
}

export function stringDecode(): (source: AvroSource) => string {
  const strings = new ShortStrings();
  return (source) => {
    const length = source.long();
    const start = source.take(length);
    const end = source.at;
    for (let at = start; at < end; at++) {
      if ((source.bytes[at] ?? 0) >= 0x80) return source.bytes.utf8Slice(start, end);
    }
    return strings.ascii(source.bytes, start, end);
  };
}

function bytesDecode(from: AvroType): Decode | null {
  if (from.kind !== 'bytes' && from.kind !== 'fixed') return null;
  const size = from.kind === 'fixed' ? from.size : null;
  return (source) => {
    const start = source.take(size ?? source.long());
    return new Uint8Array(source.bytes.subarray(start, source.at));
  };
}

/** Two's complement, big-endian. `size` is null where the bytes carry their length. */
function readUnscaled(source: AvroSource, size: number | null): Long {
  const start = source.take(size ?? source.long());
  return unscaledOf(source.bytes, start, source.at);
}

/** A hostile length costs no more than the bytes it stands for. */
export function unscaledOf(bytes: Buffer, start: number, end: number): Long {
  const length = end - start;
  if (length === 0) return 0;
  if (length <= 6) return bytes.readIntBE(start, length);
  if (length > 4096) throw new RecordError(`A decimal of ${length} bytes is too long`);
  const magnitude = BigInt(`0x${bytes.toString('hex', start, end)}`);
  return canonicalLong(BigInt.asIntN(length * 8, magnitude));
}

function arrayDecode(decodeItem: Decode): Decode {
  return (source) => {
    source.enter();
    const items: SqlValue[] = [];
    for (let count = source.blockCount(); count > 0; count = source.blockCount()) {
      for (; count > 0; count--) items.push(decodeItem(source));
    }
    source.depth--;
    return items;
  };
}

function mapDecode(decodeValue: Decode): Decode {
  const key = stringDecode();
  return (source) => {
    source.enter();
    const entries = new Map<SqlValue, SqlValue>();
    for (let count = source.blockCount(); count > 0; count = source.blockCount()) {
      for (; count > 0; count--) {
        const name = key(source);
        entries.set(name, decodeValue(source));
      }
    }
    source.depth--;
    return entries;
  };
}

/** Decodes fields in the schema's order into `values`, in the order of the names. */
export function recordFieldsDecode(
  from: AvroRecord,
  names: readonly string[],
  decodeOf: (index: number, type: AvroType) => Decode | null,
): (source: AvroSource, values: SqlValue[]) => void {
  const targets = fieldTargets(from, names);
  const steps = from.fields.map((field, position) => {
    const index = targets[position] ?? -1;
    const decode = index < 0 ? null : decodeOf(index, field.type);
    return { index, decode, skip: compileSkip(field.type) };
  });
  return (source, values) => {
    for (const step of steps) {
      if (step.decode === null) step.skip(source);
      else values[step.index] = step.decode(source);
    }
  };
}

/** An exact name wins over one that only matches in upper case, wherever they stand. */
export function fieldTargets(from: AvroRecord, names: readonly string[]): number[] {
  const isExact = (index: number, schemaName: string): boolean => avroName(names[index] ?? '') === schemaName;
  const exact = new Set(from.fields.map((field) => field.name));
  return from.fields.map((field) => {
    const index = indexOfField(names, field.name);
    return index >= 0 && !isExact(index, field.name) && exact.has(avroName(names[index] ?? '')) ? -1 : index;
  });
}

function recordDecode(from: AvroRecord, to: StructType): Decode {
  const read = recordFieldsDecode(from, to.fields.map((field) => field.name), (index, type) => {
    const field = to.fields[index];
    return field === undefined ? null : compileDecode(type, field.type);
  });
  return (source) => {
    source.enter();
    const values: SqlValue[] = to.fields.map(() => null);
    read(source, values);
    source.depth--;
    return values;
  };
}
