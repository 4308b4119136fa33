import { assertNever } from '../errors/index.js';
import type { TypeNode } from './ast.js';
import { formatIdentifier, formatPlainName } from './format-identifier.js';

/** A type as SQL. In messages the names of fields are always quoted. */
export function printType(type: TypeNode, quote: (name: string) => string = formatIdentifier): string {
  switch (type.kind) {
    case 'primitiveType':
      return type.type.kind;
    case 'decimalType':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'arrayType':
      return `ARRAY<${printType(type.item, quote)}>`;
    case 'mapType':
      return `MAP<${printType(type.key, quote)}, ${printType(type.value, quote)}>`;
    case 'structType':
      // With a space: `<>` would be the sign for "not equal".
      if (type.fields.length === 0) return 'STRUCT< >';
      return `STRUCT<${type.fields.map((field) => `${quote(field.name)} ${printType(field.type, quote)}`).join(', ')}>`;
    case 'namedType':
      return formatPlainName(type.name);
    default:
      return assertNever(type);
  }
}
