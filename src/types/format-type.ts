import { assertNever } from '../errors/index.js';
import type { SqlType } from './sql-type.js';

/** A name in back-quotes, as ksqlDB shows names inside types and schemas. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** SQL text of a type as ksqlDB shows it: ``STRUCT<`F` INTEGER>``, `DECIMAL(4, 2)`, `MAP<STRING, BIGINT>`. `showName` writes field names. */
export function formatType(type: SqlType, showName: (name: string) => string = quoteName): string {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'DOUBLE':
    case 'STRING':
    case 'BYTES':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return type.kind;
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'ARRAY':
      return `ARRAY<${formatType(type.item, showName)}>`;
    case 'MAP':
      return `MAP<${formatType(type.key, showName)}, ${formatType(type.value, showName)}>`;
    case 'STRUCT':
      return type.fields.length === 0
        ? 'STRUCT< >'
        : `STRUCT<${type.fields.map((field) => `${showName(field.name)} ${formatType(field.type, showName)}`).join(', ')}>`;
    default:
      return assertNever(type);
  }
}

/** Structural equality; struct fields by name (case-sensitive), type and order. */
export function typesEqual(a: SqlType, b: SqlType): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case 'DECIMAL':
      return b.kind === 'DECIMAL' && a.precision === b.precision && a.scale === b.scale;
    case 'ARRAY':
      return b.kind === 'ARRAY' && typesEqual(a.item, b.item);
    case 'MAP':
      return b.kind === 'MAP' && typesEqual(a.key, b.key) && typesEqual(a.value, b.value);
    case 'STRUCT':
      return (
        b.kind === 'STRUCT' &&
        a.fields.length === b.fields.length &&
        a.fields.every((field, index) => {
          const other = b.fields[index];
          return other !== undefined && field.name === other.name && typesEqual(field.type, other.type);
        })
      );
    default:
      return a.kind === b.kind;
  }
}
