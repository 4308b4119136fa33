import { RecordError, assertNever } from '../errors/index.js';
import { dateToText, textToDate, textToTime, timeToText } from './time-text.js';
import { decimalToText, parseDecimalText, rescaleDecimal } from './decimal.js';
import { canonicalLong } from './long.js';
import type { SqlType } from './sql-type.js';
import type { SqlValue } from './value.js';

/**
 * A value as programs see it: TIMESTAMP is a Date, DATE and TIME are ISO text, DECIMAL is its exact text, STRUCT an object
 * without prototype, MAP a Map, BYTES a Uint8Array, BIGINT a number while it is a safe integer, else a bigint.
 */
export type JsValue = null | boolean | number | bigint | string | Date | Uint8Array | readonly JsValue[] | ReadonlyMap<JsValue, JsValue> | JsObject;
export interface JsObject {
  readonly [name: string]: JsValue;
}

const isEntries = (value: SqlValue): value is ReadonlyMap<SqlValue, SqlValue> => value instanceof Map;
const isList = (value: SqlValue): value is readonly SqlValue[] => Array.isArray(value);

/** An object whose properties are exactly the given names, whatever they are called. */
function objectOf(names: readonly string[], values: readonly JsValue[]): JsObject {
  // Null-prototype objects have no special names: `__proto__` is a property like any other there.
  const object = Object.create(null) as Record<string, JsValue>;
  names.forEach((name, index) => {
    object[name] = values[index] ?? null;
  });
  return object;
}

/** From the in-memory form to the form of programs. */
export function toJs(type: SqlType, value: SqlValue): JsValue {
  if (value === null) return null;
  switch (type.kind) {
    case 'DECIMAL':
      return typeof value === 'number' || typeof value === 'bigint' ? decimalToText(value, type.scale) : null;
    case 'DATE':
      return typeof value === 'number' ? dateToText(value) : null;
    case 'TIME':
      return typeof value === 'number' ? timeToText(value) : null;
    case 'TIMESTAMP':
      return typeof value === 'number' || typeof value === 'bigint' ? new Date(Number(value)) : null;
    case 'ARRAY':
      return isList(value) ? value.map((item) => toJs(type.item, item)) : null;
    case 'MAP':
      return isEntries(value) ? new Map([...value].map(([key, item]) => [toJs(type.key, key), toJs(type.value, item)])) : null;
    case 'STRUCT':
      return isList(value) ? objectOf(type.fields.map((field) => field.name), type.fields.map((field, index) => toJs(field.type, value[index] ?? null))) : null;
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'DOUBLE':
    case 'STRING':
    case 'BYTES':
      return isList(value) || value instanceof Map ? null : (value as Exclude<SqlValue, readonly SqlValue[] | ReadonlyMap<SqlValue, SqlValue>>);
    default:
      return assertNever(type);
  }
}

/** A row as an object by column name. */
export function rowObject(columns: readonly { readonly name: string; readonly type: SqlType }[], values: readonly SqlValue[]): JsObject {
  return objectOf(columns.map((column) => column.name), columns.map((column, index) => toJs(column.type, values[index] ?? null)));
}

function refuse(type: SqlType, value: JsValue): never {
  throw new RecordError(`A value of type ${type.kind} was expected, not ${typeof value}`);
}

function scalarFromJs(type: SqlType, value: JsValue): SqlValue {
  switch (type.kind) {
    case 'BOOLEAN':
      return typeof value === 'boolean' ? value : refuse(type, value);
    case 'INTEGER':
      return typeof value === 'number' && Number.isInteger(value) && (value | 0) === value ? value : refuse(type, value);
    case 'BIGINT':
      if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? canonicalLong(value) : refuse(type, value);
      return typeof value === 'number' && Number.isSafeInteger(value) ? value : refuse(type, value);
    case 'DOUBLE':
      return typeof value === 'number' ? value : refuse(type, value);
    case 'STRING':
      return typeof value === 'string' ? value : refuse(type, value);
    case 'BYTES':
      return value instanceof Uint8Array ? value : refuse(type, value);
    default:
      return refuse(type, value);
  }
}

function decimalFromJs(type: Extract<SqlType, { kind: 'DECIMAL' }>, value: JsValue): SqlValue {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return refuse(type, value);
  const parsed = parseDecimalText(String(value));
  const unscaled = parsed === null ? null : rescaleDecimal(canonicalLong(parsed.unscaled), parsed.scale, type.scale, 'UNNECESSARY');
  return unscaled ?? refuse(type, value);
}

function timeFromJs(type: SqlType, value: JsValue): SqlValue {
  if (type.kind === 'TIMESTAMP') {
    if (value instanceof Date) return value.getTime();
    return typeof value === 'number' ? value : refuse(type, value);
  }
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return refuse(type, value);
  return (type.kind === 'DATE' ? textToDate(value) : textToTime(value)) ?? refuse(type, value);
}

/** From the form of programs to the in-memory form. Throws RecordError where the value does not fit the type. */
export function fromJs(type: SqlType, value: JsValue | undefined): SqlValue {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'DECIMAL':
      return decimalFromJs(type, value);
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return timeFromJs(type, value);
    case 'ARRAY':
      return Array.isArray(value) ? (value as readonly JsValue[]).map((item) => fromJs(type.item, item)) : refuse(type, value);
    case 'MAP': {
      const entries: Iterable<readonly [JsValue, JsValue]> = value instanceof Map ? (value as ReadonlyMap<JsValue, JsValue>) : typeof value === 'object' ? Object.entries(value as JsObject) : refuse(type, value);
      return new Map([...entries].map(([key, item]) => [fromJs(type.key, key), fromJs(type.value, item)]));
    }
    case 'STRUCT': {
      if (typeof value !== 'object' || Array.isArray(value) || value instanceof Map || value instanceof Date || value instanceof Uint8Array) return refuse(type, value);
      const object = value as JsObject;
      return type.fields.map((field) => fromJs(field.type, Object.hasOwn(object, field.name) ? object[field.name] : null));
    }
    default:
      return scalarFromJs(type, value);
  }
}
