import { assertNever } from '../errors/index.js';
import { dateToText, decimalToText, timeToText, timestampToText, type SqlType, type SqlValue } from '../types/index.js';

/** Gives the JSON text of a non-null value. Compiled once per column: nothing inspects types per row. */
export type JsonWriter = (value: SqlValue) => string;

const asNumber = (value: SqlValue): number => (typeof value === 'number' ? value : Number(value));
const asLong = (value: SqlValue): number | bigint => (typeof value === 'bigint' ? value : asNumber(value));

function doubleJson(value: SqlValue): string {
  const number = asNumber(value);
  if (!Number.isFinite(number)) return `"${number}"`;
  return Number.isInteger(number) && Math.abs(number) < 1e21 ? `${number}.0` : String(number);
}

const isItems = (value: SqlValue): value is readonly SqlValue[] => Array.isArray(value);
const isEntries = (value: SqlValue): value is ReadonlyMap<SqlValue, SqlValue> => value instanceof Map;

function listWriter(item: JsonWriter): JsonWriter {
  return (value) => (isItems(value) ? `[${value.map(item).join(',')}]` : 'null');
}

function keyText(key: SqlValue): string {
  return typeof key === 'object' ? 'null' : String(key);
}

function mapWriter(item: JsonWriter): JsonWriter {
  return (value) => (isEntries(value) ? `{${[...value].map(([key, each]) => `${JSON.stringify(keyText(key))}:${item(each)}`).join(',')}}` : 'null');
}

function structWriter(names: readonly string[], items: readonly JsonWriter[]): JsonWriter {
  const prefixes = names.map((name, index) => `${index === 0 ? '' : ','}${JSON.stringify(name)}:`);
  return (value) => {
    if (!isItems(value)) return 'null';
    return `{${items.map((item, index) => (prefixes[index] ?? '') + item(value[index] ?? null)).join('')}}`;
  };
}

function nonNullWriter(type: SqlType): JsonWriter {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
      return String;
    case 'DOUBLE':
      return doubleJson;
    case 'STRING':
      return JSON.stringify;
    case 'BYTES':
      return (value) => (value instanceof Uint8Array ? `"${Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64')}"` : 'null');
    case 'DECIMAL':
      return (value) => decimalToText(asLong(value), type.scale);
    case 'DATE':
      return (value) => `"${dateToText(asNumber(value))}"`;
    case 'TIME':
      return (value) => `"${timeToText(asNumber(value))}"`;
    case 'TIMESTAMP':
      return (value) => `"${timestampToText(asLong(value))}"`;
    case 'ARRAY':
      return listWriter(jsonWriter(type.item));
    case 'MAP':
      return mapWriter(jsonWriter(type.value));
    case 'STRUCT':
      return structWriter(type.fields.map((field) => field.name), type.fields.map((field) => jsonWriter(field.type)));
    default:
      return assertNever(type);
  }
}

/** JSON text of a value of a type, null included. */
export function jsonWriter(type: SqlType): JsonWriter {
  const write = nonNullWriter(type);
  return (value) => (value === null ? 'null' : write(value));
}

/** JSON text of a row: an array of its values. */
export function rowWriter(types: readonly SqlType[]): (values: readonly SqlValue[]) => string {
  const writers = types.map(jsonWriter);
  return (values) => {
    let text = '[';
    for (let index = 0; index < writers.length; index += 1) {
      if (index > 0) text += ',';
      text += writers[index]?.(values[index] ?? null) ?? 'null';
    }
    return `${text}]`;
  };
}
