import { assertNever } from '../errors/index.js';
import { ownDecimalText } from './off-scale.js';
import { doubleToText } from './double-text.js';
import { bytesOf, entriesOf, itemsOf, longOf, numberOf, stringOf } from './narrow.js';
import { bytesToText } from './number-text.js';
import type { SqlType } from './sql-type.js';
import { dateToText, hybridDateToText, timestampToText, timeToText } from './time-text.js';
import type { SqlValue } from './value.js';

/**
 * The CAST AS STRING form of non-null values: `1.0E10`, plain decimals, `[a, b]`, `{k=v}`, `Struct{F=1,G=x}` (null fields
 * left out). BYTES, which CAST refuses, show as base64.
 */
export function valueToText(type: SqlType): (value: SqlValue) => string {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
      return String;
    case 'DOUBLE':
      return (value) => doubleToText(numberOf(value));
    case 'DECIMAL':
      return (value) => ownDecimalText(value, type.scale);
    case 'STRING':
      return stringOf;
    case 'BYTES':
      return (value) => bytesToText(bytesOf(value));
    case 'DATE':
      return (value) => dateToText(numberOf(value));
    case 'TIME':
      return (value) => timeToText(numberOf(value));
    case 'TIMESTAMP':
      return (value) => timestampToText(longOf(value));
    case 'ARRAY': {
      const item = nullable(nestedToText(type.item));
      return (value) => `[${itemsOf(value).map(item).join(', ')}]`;
    }
    case 'MAP': {
      const key = nullable(nestedToText(type.key));
      const item = nullable(nestedToText(type.value));
      return (value) => `{${[...entriesOf(value)].map(([k, v]) => `${key(k)}=${item(v)}`).join(', ')}}`;
    }
    case 'STRUCT': {
      const fields = type.fields.map((field) => ({ name: field.name, write: nestedToText(field.type) }));
      return (value) => {
        const items = itemsOf(value);
        const present = fields.flatMap((field, index) => {
          const item = items[index] ?? null;
          return item === null ? [] : [`${field.name}=${field.write(item)}`];
        });
        return `Struct{${present.join(',')}}`;
      };
    }
    default:
      return assertNever(type);
  }
}

/** A date inside a container prints as java.sql.Date does: by the Julian calendar before 1582-10-15. */
function nestedToText(type: SqlType): (value: SqlValue) => string {
  return type.kind === 'DATE' ? (value) => hybridDateToText(numberOf(value)) : valueToText(type);
}

function nullable(write: (value: SqlValue) => string): (value: SqlValue) => string {
  return (value) => (value === null ? 'null' : write(value));
}
