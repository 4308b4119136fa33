import { BindError, assertNever } from '../../errors/index.js';
import type { TypeNode } from '../../parser/index.js';
import { array, decimal, map, struct, type SqlType } from '../../types/index.js';
import { PREPARE } from './located.js';

/** The type that a written type stands for; names of custom types are looked up here, so dropping one later changes nothing. */
export function resolveType(node: TypeNode, types: ReadonlyMap<string, SqlType>): SqlType {
  switch (node.kind) {
    case 'primitiveType':
      return node.type;
    case 'decimalType':
      return checkedDecimal(node.precision, node.scale);
    case 'arrayType':
      return array(resolveType(node.item, types));
    case 'mapType':
      return map(resolveType(node.key, types), resolveType(node.value, types));
    case 'structType': {
      const names = node.fields.map((field) => field.name);
      const repeated = names.find((name, index) => names.indexOf(name) !== index);
      if (repeated !== undefined) {
        throw new BindError(`${PREPARE}Duplicate field names found in STRUCT: '${repeated}'`, { span: node.span, hint: 'Give each field a name of its own.' });
      }
      return struct(node.fields.map((field) => ({ name: field.name, type: resolveType(field.type, types) })));
    }
    case 'namedType': {
      const type = types.get(node.name) ?? types.get(node.name.toUpperCase());
      if (type === undefined) {
        throw new BindError(`${PREPARE}Cannot resolve unknown type: ${node.name}`, {
          span: node.span,
          hint: 'SHOW TYPES lists the types that CREATE TYPE has made.',
        });
      }
      return type;
    }
    default:
      return assertNever(node);
  }
}

function checkedDecimal(precision: number, scale: number): SqlType {
  const text = `DECIMAL(${String(precision)},${String(scale)})`;
  if (precision < 1) throw new BindError(`${PREPARE}DECIMAL precision must be >= 1: ${text}`, { hint: 'Write DECIMAL(precision, scale) with a precision of 1 to 38.' });
  if (scale < 0) throw new BindError(`${PREPARE}DECIMAL scale must be >= 0: ${text}`, { hint: 'Write DECIMAL(precision, scale) with a scale from 0 on.' });
  if (precision < scale) throw new BindError(`${PREPARE}DECIMAL precision must be >= scale: ${text}`, { hint: 'Write DECIMAL(precision, scale) with a scale up to the precision.' });
  return decimal(precision, scale);
}

/** Whether a MAP stands anywhere in a type: such columns cannot be keys, since equal maps may have different bytes. */
export function containsMap(type: SqlType): boolean {
  switch (type.kind) {
    case 'MAP':
      return true;
    case 'ARRAY':
      return containsMap(type.item);
    case 'STRUCT':
      return type.fields.some((field) => containsMap(field.type));
    default:
      return false;
  }
}
