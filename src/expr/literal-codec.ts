import { InternalError } from '../errors/index.js';
import { bytesToText, entriesOf, formatType, textToBytes, type SqlType, type SqlValue } from '../types/index.js';
import type { BoundLiteral, JsonValue } from './nodes.js';

/** SqlValue → the JSON-safe form that literals have inside plans. */
export function toJsonValue(value: SqlValue): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return numberToJson(value);
  if (typeof value === 'bigint') return { big: value.toString() };
  if (value instanceof Uint8Array) return { base64: bytesToText(value) };
  if (value instanceof Map) return { entries: [...entriesOf(value)].map(([key, item]) => [toJsonValue(key), toJsonValue(item)] as const) };
  if (isItems(value)) return value.map(toJsonValue);
  throw new InternalError('A value is outside the table of representations');
}

/** JSON has no NaN and no infinities, and loses the sign of zero. */
function numberToJson(value: number): JsonValue {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return { double: Object.is(value, -0) ? '-0' : String(value) };
}

function isItems(value: SqlValue): value is readonly SqlValue[] {
  return Array.isArray(value);
}
function isJsonItems(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The value of a literal in a plan. */
export function fromJsonValue(value: JsonValue): SqlValue {
  if (value === null || typeof value !== 'object') return value;
  if (isJsonItems(value)) return value.map(fromJsonValue);
  if ('big' in value) return BigInt(value.big);
  if ('double' in value) return Number(value.double);
  if ('base64' in value) return textToBytes(value.base64) ?? new Uint8Array(0);
  return new Map(value.entries.map(([key, item]) => [fromJsonValue(key), fromJsonValue(item)]));
}

export function literalOf(type: SqlType | null, value: SqlValue): BoundLiteral {
  return { kind: 'literal', type, value: toJsonValue(value) };
}

/** The value of a literal node. */
export function literalValue(literal: BoundLiteral): SqlValue {
  return fromJsonValue(literal.value);
}

/** For messages: the type, or `null` for the untyped NULL. */
export function typeText(type: SqlType | null): string {
  return type === null ? 'null' : formatType(type);
}
