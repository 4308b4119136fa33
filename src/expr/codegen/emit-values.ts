import { castFunction, entriesOf, itemsOf, mapKeyOf, numberOf, type SqlType, type SqlValue } from '../../types/index.js';
import { literalValue } from '../literal-codec.js';
import type { BoundArray, BoundCast, BoundDereference, BoundLiteral, BoundMap, BoundStruct, BoundSubscript } from '../nodes.js';
import { render } from '../render.js';
import { requireType } from '../type-of.js';
import { atomOf, computed, emitAtom, emitNested, emitThrowing, failIfNull, NULL, type EmitContext, type Operand } from './emission.js';

/** Small whole numbers and booleans are written out; everything else is a bound constant. */
export function emitLiteral(node: BoundLiteral, context: EmitContext): Operand {
  const value = literalValue(node);
  if (value === null) return NULL;
  if (typeof value === 'boolean') return atomOf(value ? 'true' : 'false', false);
  if (typeof value === 'number' && value === (value | 0) && !Object.is(value, -0)) return atomOf(value < 0 ? `(${value})` : `${value}`, false);
  const constant = context.builder.constant(value);
  // Functions leave marks on the buffers they have read: each use has its own.
  return value instanceof Uint8Array ? computed(`${constant}.slice()`) : atomOf(constant, false);
}

/** An explicit CAST is a nested guard around its operand and itself; an implicit one is not. */
export function emitCast(node: BoundCast, context: EmitContext): Operand {
  return node.implicit ? emitConversion(node, context) : emitNested(context, (inner) => emitConversion(node, inner));
}

function emitConversion(node: BoundCast, context: EmitContext): Operand {
  const operand = context.emit(node.operand, { ...context, keepsScale: node.type.kind === 'STRING' });
  const from = requireType(node.operand);
  const conversion = castFunction(from, node.type);
  if (conversion === null || isRepresentedAlike(from, node.type)) return operand;
  const constant = context.builder.constant(conversion);
  if (node.type.kind === 'STRING' && !node.implicit && !context.builder.environment.castPreservesNulls && operand.isNullable) {
    const nullText = context.builder.constant('null');
    return computed(`(${constant}(${operand.code}) ?? ${nullText})`);
  }
  const code = `${constant}(${operand.code})`;
  return castMayFail(from, node.type) ? emitThrowing(code, operand.isNullable, context) : computed(code, operand.isNullable);
}

/** Same form in memory, so nothing has to be done. */
function isRepresentedAlike(from: SqlType, to: SqlType): boolean {
  return from.kind === 'INTEGER' && (to.kind === 'BIGINT' || to.kind === 'DOUBLE' || (to.kind === 'DECIMAL' && to.scale === 0 && to.precision >= 10));
}

function castMayFail(from: SqlType, to: SqlType): boolean {
  if (to.kind === 'STRING' || to.kind === 'BOOLEAN') return false;
  if (to.kind === 'DECIMAL') return !(from.kind === 'BIGINT' && to.precision - to.scale >= 19) && !(from.kind === 'INTEGER' && to.precision - to.scale >= 10);
  return from.kind === 'STRING' || from.kind === 'ARRAY' || from.kind === 'MAP' || from.kind === 'STRUCT';
}

export function emitArray(node: BoundArray, context: EmitContext): Operand {
  const items = node.items.map((item) => emitNested(context, (inner) => inner.emit(item, inner)).code);
  return computed(`[${items.join(', ')}]`);
}

/** Keys and values in turn → Map; the last of equal keys wins. */
function mapBuilder(keyType: SqlType): (parts: readonly SqlValue[]) => ReadonlyMap<SqlValue, SqlValue> {
  const identity = mapKeyOf(keyType);
  const isOwnKey = !['BYTES', 'ARRAY', 'MAP', 'STRUCT'].includes(keyType.kind);
  return (parts) => {
    const map = new Map<SqlValue, SqlValue>();
    const known = new Map<unknown, SqlValue>();
    for (let index = 0; index < parts.length; index += 2) {
      let key = parts[index] ?? null;
      if (!isOwnKey && key !== null) {
        const id = identity(key);
        key = known.get(id) ?? key;
        known.set(id, key);
      }
      map.set(key, parts[index + 1] ?? null);
    }
    return map;
  };
}

export function emitMap(node: BoundMap, context: EmitContext): Operand {
  const parts = node.entries.flatMap((entry) => [
    emitNested(context, (inner) => inner.emit(entry.key, inner)).code,
    emitNested(context, (inner) => inner.emit(entry.value, inner)).code,
  ]);
  const keyType = node.type.kind === 'MAP' ? node.type.key : node.type;
  return computed(`${context.builder.constant(mapBuilder(keyType))}([${parts.join(', ')}])`);
}

export function emitStruct(node: BoundStruct, context: EmitContext): Operand {
  const fields = node.fields.map((field) => emitNested(context, (inner) => inner.emit(field, inner)).code);
  return computed(`[${fields.join(', ')}]`);
}

/** 1-based; −1 is the last; 0 and out of range give null, and so does a null array. */
function arrayItem(base: SqlValue, index: SqlValue): SqlValue {
  if (base === null) return null;
  const items = itemsOf(base);
  const position = numberOf(index);
  return items[position > 0 ? position - 1 : position < 0 ? items.length + position : -1] ?? null;
}

function plainMapItem(base: SqlValue, key: SqlValue): SqlValue {
  return base === null ? null : (entriesOf(base).get(key) ?? null);
}

/** Lookup by a key that JavaScript compares by identity. */
function compositeMapItem(keyType: SqlType): (base: SqlValue, key: SqlValue) => SqlValue {
  const identity = mapKeyOf(keyType);
  return (base, key) => {
    if (base === null || key === null) return base === null ? null : (entriesOf(base).get(null) ?? null);
    const wanted = identity(key);
    for (const [each, value] of entriesOf(base)) if (each !== null && identity(each) === wanted) return value;
    return null;
  };
}

/** A null array index is a failure, a null map key is looked up like any other. */
export function emitSubscript(node: BoundSubscript, context: EmitContext): Operand {
  const base = emitAtom(node.base, context);
  const index = emitAtom(node.index, context);
  const baseType = requireType(node.base);
  const lookup = context.builder.constant(lookupFor(baseType));
  if (baseType.kind === 'ARRAY') failIfNull([index], `Array index is null: ${render(node)}`, context);
  return computed(`${lookup}(${base.code}, ${index.code})`, true);
}

function lookupFor(baseType: SqlType): (base: SqlValue, index: SqlValue) => SqlValue {
  if (baseType.kind !== 'MAP') return arrayItem;
  return ['BYTES', 'ARRAY', 'MAP', 'STRUCT'].includes(baseType.key.kind) ? compositeMapItem(baseType.key) : plainMapItem;
}

/** A null struct has null fields. */
export function emitDereference(node: BoundDereference, context: EmitContext): Operand {
  const base = emitAtom(node.base, context);
  if (!base.isNullable) return computed(`${base.code}[${node.index}]`, true);
  return computed(`(${base.code} === null ? null : ${base.code}[${node.index}])`, true);
}
