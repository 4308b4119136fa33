import { BindError } from '../../errors/index.js';
import { INTEGER, array, castFunction, formatType, map, quoteName, struct, typesEqual, type Field, type SqlType } from '../../types/index.js';
import { coerceAll, commonType } from '../common-type.js';
import type { BoundExpression } from '../nodes.js';
import { render } from '../render.js';
import { requireType, typeOf } from '../type-of.js';

const ISSUE = '(see https://github.com/confluentinc/ksql/issues/4239)';
const WORKAROUND = `${ISSUE}. As a workaround, you may cast a NULL value to the desired type.`;

/** `ARRAY[…]`: elements take their common type. */
export function arrayOf(items: readonly BoundExpression[]): BoundExpression {
  if (items.length === 0) throw new BindError(`Array constructor cannot be empty. Please supply at least one element ${ISSUE}.`, { hint: 'Write its first element, such as ARRAY[CAST(NULL AS INT)].' });
  const item = commonType(items);
  if (item === null) throw new BindError(`Cannot construct an array with all NULL elements ${WORKAROUND}`, { hint: 'Give one of them a type: ARRAY[CAST(NULL AS INT)].' });
  return { kind: 'array', type: array(item), items: coerceAll(items, item) };
}

/** `MAP(k := v, …)`: keys and values each take their common type. */
export function mapOf(entries: readonly { readonly key: BoundExpression; readonly value: BoundExpression }[]): BoundExpression {
  if (entries.length === 0) throw new BindError(`Map constructor cannot be empty. Please supply at least one key value pair ${ISSUE}.`, { hint: "Write its first entry, such as MAP('a' := 1)." });
  const keyType = commonType(entries.map((entry) => entry.key));
  if (keyType === null) throw new BindError(`Cannot construct a map with all NULL keys ${WORKAROUND}`, { hint: 'Give one of them a type: CAST(NULL AS VARCHAR).' });
  const valueType = commonType(entries.map((entry) => entry.value));
  if (valueType === null) throw new BindError(`Cannot construct a map with all NULL values ${WORKAROUND}`, { hint: 'Give one of them a type: CAST(NULL AS INT).' });
  const keys = coerceAll(entries.map((entry) => entry.key), keyType);
  const values = coerceAll(entries.map((entry) => entry.value), valueType);
  return {
    kind: 'map',
    type: map(keyType, valueType),
    entries: entries.map((entry, index) => ({ key: keys[index] ?? entry.key, value: values[index] ?? entry.value })),
  };
}

/** `STRUCT(f := e, …)`: the fields have the types of their values. */
export function structOf(fields: readonly { readonly name: string; readonly value: BoundExpression }[]): BoundExpression {
  const types: Field[] = [];
  for (const { name, value } of fields) {
    const type = typeOf(value);
    if (type === null) {
      throw new BindError(`The type of the STRUCT field ${quoteName(name)} cannot be inferred from NULL.`, { hint: 'Write CAST(NULL AS <type>).' });
    }
    const twin = types.find((each) => each.name === name);
    if (twin !== undefined) {
      throw new BindError(
        `Duplicate field names found in STRUCT: '${quoteName(name)} ${formatType(twin.type)}' and '${quoteName(name)} ${formatType(type)}'`, { hint: 'Give each field a name of its own.' });
    }
    types.push({ name, type });
  }
  return { kind: 'struct', type: struct(types), fields: fields.map((field) => field.value) };
}

/** `base[index]` on an array (1-based, negative from the end) or a map. */
export function subscript(base: BoundExpression, index: BoundExpression): BoundExpression {
  const type = requireType(base);
  switch (type.kind) {
    case 'ARRAY':
      return { kind: 'subscript', type: type.item, base, index: arrayIndex(index) };
    case 'MAP':
      return { kind: 'subscript', type: type.value, base, index: mapIndex(index, type.key) };
    case 'STRUCT':
      throw new BindError(`A struct cannot be indexed: ${render(base)}[${render(index)}].`, { hint: `Write ${render(base)}->field.` });
    default:
      throw new BindError(`${render(base)} cannot be indexed: it is ${formatType(type)}, not an array or a map.`, { hint: 'Fields of a STRUCT are reached with ->.' });
  }
}

function arrayIndex(index: BoundExpression): BoundExpression {
  const type = requireType(index);
  if (type.kind === 'INTEGER') return index;
  if (type.kind !== 'BIGINT') throw new BindError(`An array index must be INTEGER, but ${render(index)} is ${formatType(type)}.`, { hint: 'Write a whole number, or CAST it AS INT.' });
  return { kind: 'cast', type: INTEGER, operand: index, implicit: true };
}

function mapIndex(index: BoundExpression, keyType: SqlType): BoundExpression {
  const type = requireType(index);
  if (typesEqual(type, keyType)) return index;
  if (castFunction(type, keyType) === null || type.kind === 'STRING' || keyType.kind === 'STRING') {
    throw new BindError(`The map's keys are ${formatType(keyType)}, but ${render(index)} is ${formatType(type)}.`, {
      hint: `Write CAST(… AS ${formatType(keyType)}).`,
    });
  }
  return { kind: 'cast', type: keyType, operand: index, implicit: true };
}

/** `base->field`; the name is already folded as identifiers are. */
export function dereference(base: BoundExpression, field: string): BoundExpression {
  const type = requireType(base);
  if (type.kind !== 'STRUCT') throw new BindError(`Expected STRUCT type, got: ${formatType(type)}`, { hint: 'The operator -> reads fields of a STRUCT only.' });
  const index = type.fields.findIndex((each) => each.name === field);
  const found = type.fields[index];
  if (found === undefined) {
    throw new BindError(`No such field '${field}' in struct ${render(base)} of type ${formatType(type)}.`, {
      hint: `Fields: ${type.fields.map((each) => each.name).join(', ')}.`,
    });
  }
  return { kind: 'dereference', type: found.type, base, field, index };
}
