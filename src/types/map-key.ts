import { assertNever } from '../errors/index.js';
import type { SqlType } from './sql-type.js';
import { bytesOf, entriesOf, itemsOf, longOf, numberOf } from './narrow.js';
import type { SqlValue } from './value.js';

export type MapKey = string | number | bigint | boolean;

/**
 * A JavaScript Map key that identifies a non-null value of the type: two values have the same key exactly when they are
 * equal (`valuesEqual`). Plain types are their own key, without allocation; composite ones become an injective text.
 */
export function mapKeyOf(type: SqlType): (value: SqlValue) => MapKey {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'DECIMAL':
    case 'STRING':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return plainKey;
    case 'DOUBLE':
      // A JavaScript Map takes −0 and 0 for one key; Java's Double.equals does not.
      return (value) => (Object.is(value, -0) ? '-0' : numberOf(value));
    case 'BYTES':
      return (value) => latin1(bytesOf(value));
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
      return identityText(type);
    default:
      return assertNever(type);
  }
}

function plainKey(value: SqlValue): MapKey {
  return typeof value === 'string' || typeof value === 'boolean' ? value : longOf(value);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Every part is written with its length or a closing mark, so different values have different texts; `~` is null. */
function identityText(type: SqlType): (value: SqlValue) => string {
  switch (type.kind) {
    case 'ARRAY': {
      const item = nullable(identityText(type.item));
      return (value) => {
        let text = '[';
        for (const each of itemsOf(value)) text += item(each);
        return `${text}]`;
      };
    }
    case 'STRUCT': {
      const fields = type.fields.map((field) => nullable(identityText(field.type)));
      return (value) => {
        let text = '(';
        itemsOf(value).forEach((each, index) => (text += fields[index]?.(each) ?? ''));
        return `${text})`;
      };
    }
    case 'MAP': {
      const key = nullable(identityText(type.key));
      const item = nullable(identityText(type.value));
      return (value) => `{${[...entriesOf(value)].map(([k, v]) => key(k) + item(v)).toSorted(byCodeUnit).join('')}}`;
    }
    default: {
      const plain = mapKeyOf(type);
      return (value) => {
        const text = String(plain(value));
        return `${text.length}:${text}`;
      };
    }
  }
}

function nullable(write: (value: SqlValue) => string): (value: SqlValue) => string {
  return (value) => (value === null ? '~' : write(value));
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
