import { assertNever, RecordError } from '../errors/index.js';
import { castToBigint, castToDecimal, castToDouble, castToInteger } from './cast-to-number.js';
import { castToDate, castToTime, castToTimestamp } from './cast-to-time.js';
import type { Rounding } from './decimal.js';
import { typesEqual } from './format-type.js';
import { entriesOf, itemsOf, stringOf } from './narrow.js';
import { textToBytes, trimJava } from './number-text.js';
import type { SqlType, StructType } from './sql-type.js';
import { valueToText } from './value-text.js';
import type { SqlValue } from './value.js';

type Convert = (value: SqlValue) => SqlValue;

/**
 * The explicit CAST matrix (types reference §5). Null: the cast is not supported. The function gives null for null and
 * throws RecordError for values that cannot be converted.
 */
export function castFunction(from: SqlType, to: SqlType): Convert | null {
  return keepNull(convert(from, to, 'HALF_UP'));
}

/** The same conversions for values being stored (INSERT VALUES, implicit casts): a DECIMAL must fit without rounding. */
export function coerceFunction(from: SqlType, to: SqlType): Convert | null {
  return keepNull(convert(from, to, 'UNNECESSARY'));
}

const identity: Convert = (value) => value;

function keepNull(conversion: Convert | null): Convert | null {
  if (conversion === null || conversion === identity) return conversion;
  return (value) => (value === null ? null : conversion(value));
}

function convert(from: SqlType, to: SqlType, rounding: Rounding): Convert | null {
  if (typesEqual(from, to)) return identity;
  switch (to.kind) {
    case 'BOOLEAN':
      return from.kind === 'STRING' ? textToBoolean : null;
    case 'INTEGER':
      return castToInteger(from);
    case 'BIGINT':
      return castToBigint(from);
    case 'DECIMAL':
      return castToDecimal(from, to, rounding);
    case 'DOUBLE':
      return castToDouble(from);
    case 'STRING':
      return from.kind === 'BYTES' ? null : valueToText(from);
    case 'DATE':
      return castToDate(from);
    case 'TIME':
      return castToTime(from);
    case 'TIMESTAMP':
      return castToTimestamp(from);
    case 'BYTES':
      return from.kind === 'STRING' ? base64ToBytes : null;
    case 'ARRAY':
      return from.kind === 'ARRAY' ? convertItems(keepNull(convert(from.item, to.item, rounding))) : null;
    case 'MAP':
      return from.kind === 'MAP'
        ? convertEntries(keepNull(convert(from.key, to.key, rounding)), keepNull(convert(from.value, to.value, rounding)))
        : null;
    case 'STRUCT':
      return from.kind === 'STRUCT' ? convertFields(from, to, rounding) : null;
    default:
      return assertNever(to);
  }
}

/** Never fails: true for a non-empty prefix of `true` or `yes` in any case, else false. */
function textToBoolean(value: SqlValue): boolean {
  const text = trimJava(stringOf(value)).toLowerCase();
  return text !== '' && ('true'.startsWith(text) || 'yes'.startsWith(text));
}

function base64ToBytes(value: SqlValue): Uint8Array {
  const text = stringOf(value);
  const bytes = textToBytes(trimJava(text));
  if (bytes === null) throw new RecordError(`Invalid input syntax for type BYTES: "${text}" is not base64`);
  return bytes;
}

function convertItems(item: Convert | null): Convert | null {
  return item === null ? null : (value) => itemsOf(value).map((each) => item(each));
}

function convertEntries(key: Convert | null, item: Convert | null): Convert | null {
  if (key === null || item === null) return null;
  return (value) => new Map([...entriesOf(value)].map(([k, v]) => [key(k), item(v)]));
}

/** Fields of the same name are converted; the target's other fields are null. */
function convertFields(from: StructType, to: StructType, rounding: Rounding): Convert | null {
  const plan: { readonly index: number; readonly conversion: Convert }[] = [];
  for (const field of to.fields) {
    const index = from.fields.findIndex((each) => each.name === field.name);
    const source = from.fields[index];
    if (source === undefined) {
      plan.push({ index: -1, conversion: identity });
      continue;
    }
    const conversion = keepNull(convert(source.type, field.type, rounding));
    if (conversion === null) return null;
    plan.push({ index, conversion });
  }
  return (value) => {
    const items = itemsOf(value);
    return plan.map((field) => (field.index < 0 ? null : field.conversion(items[field.index] ?? null)));
  };
}
