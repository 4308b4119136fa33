import { RequestError, assertNever } from '../errors/index.js';
import {
  canonicalLong, formatType, parseDecimalText, rescaleDecimal, textToDate, textToTime, textToTimestamp, type SqlType, type SqlValue,
} from '../types/index.js';
import { LongNumber, type JsonLine } from './json-line.js';

type JsonObject = { readonly [name: string]: JsonLine };

export function isJsonObject(value: JsonLine | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LongNumber);
}

function shown(value: JsonLine): string {
  return value instanceof LongNumber ? value.text : JSON.stringify(value);
}

function refuse(type: SqlType, value: JsonLine): never {
  throw new RequestError('BAD_REQUEST', `Can't coerce a field of ${shown(value).slice(0, 200)} into type ${formatType(type)}`);
}

/** A field by a name as SQL reads it: case does not count, unless the name is quoted. */
export function fieldNamed(object: JsonObject, name: string): JsonLine | undefined {
  for (const [given, value] of Object.entries(object)) {
    const quoted = /^"(.*)"$|^`(.*)`$/s.exec(given);
    if ((quoted === null ? given.toUpperCase() : (quoted[1] ?? quoted[2])) === name) return value;
  }
  return undefined;
}

function integer(type: SqlType, value: JsonLine, bits: number): SqlValue {
  const text = value instanceof LongNumber ? value.text : typeof value === 'number' && Number.isInteger(value) ? String(value) : refuse(type, value);
  if (!/^-?\d+$/.test(text)) return refuse(type, value);
  const exact = BigInt(text);
  return BigInt.asIntN(bits, exact) === exact ? canonicalLong(exact) : refuse(type, value);
}

// A text that is no number at all is a fault of the server in ksqlDB, which clients may know.
function decimal(type: Extract<SqlType, { kind: 'DECIMAL' }>, value: JsonLine): SqlValue {
  if (typeof value !== 'string' && typeof value !== 'number' && !(value instanceof LongNumber)) return refuse(type, value);
  const parsed = parseDecimalText(value instanceof LongNumber ? value.text : String(value));
  if (parsed === null) throw new RequestError('SERVER', `${shown(value)} is not a ${formatType(type)}`);
  const digits = rescaleDecimal(canonicalLong(parsed.unscaled), parsed.scale, type.scale, 'UNNECESSARY');
  if (digits === null || String(digits).replace('-', '').length > type.precision) return refuse(type, value);
  return digits;
}

function time(type: SqlType, value: JsonLine): SqlValue {
  if (typeof value !== 'string') return refuse(type, value);
  const read = type.kind === 'DATE' ? textToDate : type.kind === 'TIME' ? textToTime : textToTimestamp;
  return read(value) ?? refuse(type, value);
}

function bytes(type: SqlType, value: JsonLine): SqlValue {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) return refuse(type, value);
  return Buffer.from(value, 'base64');
}

/** The value of a column from JSON, as strict as INSERT VALUES. Throws RequestError. */
export function fromJson(type: SqlType, value: JsonLine | undefined): SqlValue {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'BOOLEAN':
      return typeof value === 'boolean' ? value : refuse(type, value);
    case 'INTEGER':
      return integer(type, value, 32);
    case 'BIGINT':
      return integer(type, value, 64);
    case 'DOUBLE':
      if (value instanceof LongNumber) return Number(value.text);
      return typeof value === 'number' ? value : refuse(type, value);
    case 'STRING':
      return typeof value === 'string' ? value : refuse(type, value);
    case 'DECIMAL':
      return decimal(type, value);
    case 'BYTES':
      return bytes(type, value);
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return time(type, value);
    case 'ARRAY': {
      const items: readonly JsonLine[] = Array.isArray(value) ? value : refuse(type, value);
      return items.map((item) => fromJson(type.item, item));
    }
    case 'MAP':
      return isJsonObject(value) ? new Map(Object.entries(value).map(([key, item]) => [mapKey(type.key, key), fromJson(type.value, item)])) : refuse(type, value);
    case 'STRUCT':
      return isJsonObject(value) ? type.fields.map((field) => fromJson(field.type, fieldNamed(value, field.name))) : refuse(type, value);
    default:
      return assertNever(type);
  }
}

function mapKey(type: SqlType, key: string): SqlValue {
  return type.kind === 'STRING' ? key : fromJson(type, new LongNumber(key));
}
