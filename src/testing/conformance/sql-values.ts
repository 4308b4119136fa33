import { RecordError, assertNever } from '../../errors/index.js';
import {
  canonicalLong, decimalToText, doubleToText, parseDecimalText, rescaleDecimal, textToDouble, textToLong, type SqlType, type SqlValue,
} from '../../types/index.js';
import { isList, isObject, JsonNumber, printLiteralJson, type LiteralJson, type LiteralObject } from '../literal-json.js';
import { ActualBytes, ActualNumber, ActualStruct, type Actual } from './actual.js';

function refuse(type: SqlType, value: LiteralJson): never {
  throw new RecordError(`${printLiteralJson(value)} is no ${type.kind}`);
}

function numberText(value: LiteralJson): string | null {
  return value instanceof JsonNumber ? value.text : typeof value === 'string' ? value : null;
}

/** A field by name: exact first, else without regard to case. */
export function fieldOf(object: LiteralObject, name: string): LiteralJson {
  if (object.has(name)) return object.get(name) ?? null;
  for (const [key, value] of object) if (key.toUpperCase() === name.toUpperCase()) return value;
  return null;
}

function decimalValue(type: Extract<SqlType, { kind: 'DECIMAL' }>, value: LiteralJson): SqlValue {
  const parsed = parseDecimalText(numberText(value) ?? '');
  const unscaled = parsed === null ? null : rescaleDecimal(canonicalLong(parsed.unscaled), parsed.scale, type.scale, 'HALF_UP');
  return unscaled ?? refuse(type, value);
}

/** The value that a case's JSON stands for, in the formats that are encoded from columns. */
export function toSqlValue(type: SqlType, value: LiteralJson): SqlValue {
  if (value === null) return null;
  switch (type.kind) {
    case 'BOOLEAN':
      return typeof value === 'boolean' ? value : refuse(type, value);
    case 'INTEGER':
    case 'BIGINT':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return textToLong((numberText(value) ?? '').replace(/\.0+$/, '')) ?? refuse(type, value);
    case 'DOUBLE':
      return textToDouble(numberText(value) ?? '') ?? refuse(type, value);
    case 'DECIMAL':
      return decimalValue(type, value);
    case 'STRING':
      return typeof value === 'string' ? value : printLiteralJson(value);
    case 'BYTES':
      return typeof value === 'string' ? Buffer.from(value, 'base64') : refuse(type, value);
    case 'ARRAY':
      return isList(value) ? value.map((item) => toSqlValue(type.item, item)) : refuse(type, value);
    case 'MAP':
      return isObject(value) ? new Map([...value].map(([key, item]) => [toSqlValue(type.key, key), toSqlValue(type.value, item)])) : refuse(type, value);
    case 'STRUCT':
      return isObject(value) ? type.fields.map((field) => toSqlValue(field.type, fieldOf(value, field.name))) : refuse(type, value);
    default:
      return assertNever(type);
  }
}

const isItems = (value: SqlValue): value is readonly SqlValue[] => Array.isArray(value);
const numeric = (value: SqlValue): number | bigint => (typeof value === 'number' || typeof value === 'bigint' ? value : Number.NaN);

/** What reading back by the original's converters makes of some values. */
export interface ReadBack {
  readonly emptyBytesAreNull: boolean;
  /** NaN and the infinities are texts on the wire, and a text read as a number is 0. */
  readonly notFiniteIsZero: boolean;
}

/** A decoded value as judging sees it. */
export function toActual(type: SqlType, value: SqlValue, how: ReadBack): Actual {
  if (value === null) return null;
  const inner = (innerType: SqlType, item: SqlValue): Actual => toActual(innerType, item, how);
  switch (type.kind) {
    case 'BOOLEAN':
      return value === true;
    case 'STRING':
      return typeof value === 'string' ? value : null;
    case 'INTEGER':
    case 'BIGINT':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return new ActualNumber(String(value), 'integer');
    case 'DOUBLE':
      if (Number.isFinite(value)) return new ActualNumber(doubleToText(Number(value)), 'double');
      return how.notFiniteIsZero ? new ActualNumber('0.0', 'double') : String(value);
    case 'DECIMAL':
      return new ActualNumber(decimalToText(numeric(value), type.scale), 'decimal');
    case 'BYTES':
      return value instanceof Uint8Array ? new ActualBytes(Buffer.from(value).toString('base64'), how.emptyBytesAreNull) : null;
    case 'ARRAY':
      return isItems(value) ? value.map((item) => inner(type.item, item)) : null;
    case 'MAP':
      return value instanceof Map ? new ActualStruct(new Map([...value].map(([key, item]: [SqlValue, SqlValue]) => [String(key), inner(type.value, item)]))) : null;
    case 'STRUCT':
      return isItems(value) ? new ActualStruct(new Map(type.fields.map((field, index) => [field.name, inner(field.type, value[index] ?? null)]))) : null;
    default:
      return assertNever(type);
  }
}

/** JSON from the wire: the kinds of numbers follow the column's type where it is known, else the text. */
export function jsonToActual(type: SqlType | null, value: LiteralJson): Actual {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return type?.kind === 'BYTES' ? new ActualBytes(value, false) : value;
  if (value instanceof JsonNumber) {
    if (type?.kind === 'DOUBLE') return new ActualNumber(value.text, 'double');
    const integer = type !== null && ['INTEGER', 'BIGINT', 'DATE', 'TIME', 'TIMESTAMP'].includes(type.kind);
    return new ActualNumber(value.text, integer ? 'integer' : 'decimal');
  }
  if (isList(value)) return value.map((item) => jsonToActual(type?.kind === 'ARRAY' ? type.item : null, item));
  const typeOf = (name: string): SqlType | null => {
    if (type?.kind === 'MAP') return type.value;
    if (type?.kind === 'STRUCT') return type.fields.find((field) => field.name === name)?.type ?? null;
    return null;
  };
  return new ActualStruct(new Map([...value].map(([name, item]) => [name, jsonToActual(typeOf(name), item)])));
}
