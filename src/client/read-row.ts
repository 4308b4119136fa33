import { assertNever, BrokerError } from '../errors/index.js';
import type { SqlType } from '../types/index.js';

/** Values as programs see them, the same as those of an engine in the process. */
export type ClientValue = null | boolean | number | bigint | string | Date | Uint8Array | readonly ClientValue[] | ReadonlyMap<ClientValue, ClientValue> | ClientRow;
export interface ClientRow {
  readonly [name: string]: ClientValue;
}
export interface TypedColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** A number as it was written. */
class NumberText {
  constructor(readonly text: string) {}
}
type Exact = null | boolean | string | NumberText | readonly Exact[] | { readonly [name: string]: Exact };

const MARK = '\u0000number:';
/** A string, or a number; strings come first, so digits in them are left alone. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** JSON whose numbers keep their digits. */
function parseExact(text: string): Exact {
  const marked = text.replace(TOKEN, (token) => (token.startsWith('"') ? token : `"\\u0000number:${token}"`));
  // The reviver gives NumberText in place of marked strings; everything else is JSON without numbers.
  return JSON.parse(marked, (_name, value: unknown) => (typeof value === 'string' && value.startsWith(MARK) ? new NumberText(value.slice(MARK.length)) : value)) as Exact;
}

const isList = (value: Exact): value is readonly Exact[] => Array.isArray(value);
const isObject = (value: Exact): value is { readonly [name: string]: Exact } => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);

function unexpected(type: SqlType): never {
  throw new BrokerError(`The server sent a value that is no ${type.kind}`, { retriable: false });
}

function whole(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

/** Objects without prototype have no special names. */
function objectOf(entries: Iterable<readonly [string, ClientValue]>): ClientRow {
  const object = Object.create(null) as Record<string, ClientValue>;
  for (const [name, value] of entries) object[name] = value;
  return object;
}

function fromNumber(type: SqlType, text: string): ClientValue {
  switch (type.kind) {
    case 'INTEGER':
    case 'DOUBLE':
      return Number(text);
    case 'BIGINT':
      return whole(text);
    case 'DECIMAL':
      return text;
    default:
      return unexpected(type);
  }
}

function mapKey(type: SqlType, text: string): ClientValue {
  return type.kind === 'STRING' ? text : type.kind === 'BOOLEAN' ? text === 'true' : fromNumber(type, text);
}

function fromText(type: SqlType, text: string): ClientValue {
  switch (type.kind) {
    case 'STRING':
    case 'DECIMAL':
    case 'DATE':
    case 'TIME':
      return text;
    case 'DOUBLE':
      return Number(text);
    case 'TIMESTAMP':
      return new Date(`${text}Z`);
    case 'BYTES':
      return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    default:
      return unexpected(type);
  }
}

function valueOf(type: SqlType, value: Exact): ClientValue {
  if (value === null) return null;
  if (typeof value === 'boolean') return type.kind === 'BOOLEAN' ? value : unexpected(type);
  if (value instanceof NumberText) return fromNumber(type, value.text);
  if (typeof value === 'string') return fromText(type, value);
  switch (type.kind) {
    case 'ARRAY':
      return isList(value) ? value.map((item) => valueOf(type.item, item)) : unexpected(type);
    case 'MAP':
      return isObject(value) ? new Map(Object.entries(value).map(([key, item]) => [mapKey(type.key, key), valueOf(type.value, item)])) : unexpected(type);
    case 'STRUCT':
      return isObject(value) ? objectOf(type.fields.map((field) => [field.name, valueOf(field.type, Object.hasOwn(value, field.name) ? (value[field.name] ?? null) : null)] as const)) : unexpected(type);
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'DOUBLE':
    case 'STRING':
    case 'BYTES':
    case 'DECIMAL':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return unexpected(type);
    default:
      return assertNever(type);
  }
}

/** A row by column name from the JSON text of its values. */
export function readRow(columns: readonly TypedColumn[], json: string): ClientRow {
  const values = parseExact(json);
  if (!isList(values)) throw new BrokerError('The server sent something that is no row', { retriable: false });
  return objectOf(columns.map((column, index) => [column.name, valueOf(column.type, values[index] ?? null)] as const));
}

/** JSON text of a value, as inserts take it. */
export function valueJson(value: ClientValue): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return JSON.stringify(value.toISOString().replace('Z', ''));
  if (value instanceof Uint8Array) return JSON.stringify(btoa(String.fromCharCode(...value)));
  if (value instanceof Map) return `{${[...(value as ReadonlyMap<ClientValue, ClientValue>)].map(([key, item]) => `${JSON.stringify(String(key))}:${valueJson(item)}`).join(',')}}`;
  if (Array.isArray(value)) return `[${(value as readonly ClientValue[]).map(valueJson).join(',')}]`;
  return `{${Object.entries(value as ClientRow).map(([name, item]) => `${JSON.stringify(`\`${name}\``)}:${valueJson(item)}`).join(',')}}`;
}
