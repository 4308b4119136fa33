import { BindError } from '../errors/index.js';
import {
  array, canImplicitlyCast, castFunction, decimalTypeOf, formatType, isNumeric, map, parseDecimalText, struct, stringOf, trimJava, typesEqual,
  BIGINT, INTEGER, textToInteger, textToLong, widerType, type Field, type SqlType,
} from '../types/index.js';
import { literalOf, literalValue } from './literal-codec.js';
import type { BoundExpression, BoundLiteral } from './nodes.js';
import { render } from './render.js';
import { isNullLiteral, typeOf } from './type-of.js';

/**
 * The common type of the elements of a list (IN, ARRAY, MAP keys, MAP values), taken left to right from the first that is not
 * NULL; null when all are. Literals convert more freely than other expressions (types reference §5).
 */
export function commonType(elements: readonly BoundExpression[]): SqlType | null {
  let common: SqlType | null = null;
  for (const element of elements) {
    const type = typeOf(element);
    if (type === null) continue;
    common = common === null ? type : merge(common, element, type);
  }
  return common;
}

/** The elements converted to the type. A NULL literal gets the type. */
export function coerceAll(elements: readonly BoundExpression[], type: SqlType): readonly BoundExpression[] {
  return elements.map((element) => coerceTo(element, type));
}

/** One expression converted to the type by the list rules; literals are converted now. */
export function coerceTo(expression: BoundExpression, type: SqlType): BoundExpression {
  const from = typeOf(expression);
  if (from === null || isNullLiteral(expression) || isTypedNull(expression)) return literalOf(type, null);
  if (typesEqual(from, type)) return expression;
  if (expression.kind === 'literal') return convertLiteral(expression, from, type);
  if (expression.kind === 'array' && type.kind === 'ARRAY') return { ...expression, type, items: coerceAll(expression.items, type.item) };
  if (expression.kind === 'map' && type.kind === 'MAP') {
    const entries = expression.entries.map((entry) => ({ key: coerceTo(entry.key, type.key), value: coerceTo(entry.value, type.value) }));
    return { ...expression, type, entries };
  }
  return { kind: 'cast', type, operand: expression, implicit: true };
}

/** A NULL that a constructor has already given the type of its other elements; it fits any other type as well. */
function isTypedNull(expression: BoundExpression): boolean {
  return expression.kind === 'literal' && expression.value === null;
}

function convertLiteral(literal: BoundLiteral, from: SqlType, to: SqlType): BoundLiteral {
  const conversion = castFunction(from, to);
  if (conversion === null) throw noOperator(to, literal, from);
  try {
    return literalOf(to, conversion(literalValue(literal)));
  } catch (cause) {
    const shown = from.kind === 'STRING' ? `"${stringOf(literalValue(literal))}"` : render(literal);
    throw new BindError(`invalid input syntax for type ${to.kind}: ${shown}.`, { cause, hint: 'Write a value of that type, or cast the other side.' });
  }
}

/** ksqlDB's text, which clients match on; the cast hint is part of it. */
function noOperator(common: SqlType, element: BoundExpression, type: SqlType): BindError {
  return new BindError(
    `operator does not exist: ${formatType(common)} = ${formatType(type)} (${render(element)})\nHint: You might need to add explicit type casts.`, { hint: 'Cast one of the two to the type of the other.' });
}

function merge(common: SqlType, element: BoundExpression, type: SqlType): SqlType {
  if (isTypedNull(element)) return common;
  const merged =
    element.kind === 'literal' ? mergeLiteral(common, element, type) : isConstructor(element) ? mergeConstructor(common, element) : mergeTypes(common, type);
  if (merged === null) throw noOperator(common, element, type);
  return merged;
}

type Constructor = Extract<BoundExpression, { kind: 'array' | 'map' | 'struct' }>;
function isConstructor(expression: BoundExpression): expression is Constructor {
  return expression.kind === 'array' || expression.kind === 'map' || expression.kind === 'struct';
}

/** Constructors merge element by element, so that literals inside them convert as literals do. */
function mergeConstructor(common: SqlType, element: Constructor): SqlType | null {
  try {
    switch (element.kind) {
      case 'array':
        return common.kind === 'ARRAY' ? array(mergeEach(common.item, element.items)) : null;
      case 'map':
        if (common.kind !== 'MAP') return null;
        return map(
          mergeEach(common.key, element.entries.map((entry) => entry.key)),
          mergeEach(common.value, element.entries.map((entry) => entry.value)),
        );
      case 'struct':
        return mergeTypes(common, element.type);
    }
  } catch (error) {
    // The message names the whole element, not the part that does not fit; bad number texts keep their own message.
    if (error instanceof BindError && error.message.startsWith('operator does not exist')) return null;
    throw error;
  }
}

function mergeEach(common: SqlType, elements: readonly BoundExpression[]): SqlType {
  let merged = common;
  for (const element of elements) {
    const type = typeOf(element);
    if (type !== null) merged = merge(merged, element, type);
  }
  return merged;
}

/** The rules for everything but literals: implicit casts in either direction. */
function mergeTypes(common: SqlType, type: SqlType): SqlType | null {
  if (typesEqual(common, type)) return common;
  if (common.kind === 'ARRAY' && type.kind === 'ARRAY') {
    const item = mergeTypes(common.item, type.item);
    return item === null ? null : array(item);
  }
  if (common.kind === 'MAP' && type.kind === 'MAP') {
    const key = mergeTypes(common.key, type.key);
    const value = mergeTypes(common.value, type.value);
    return key === null || value === null ? null : map(key, value);
  }
  if (common.kind === 'STRUCT' && type.kind === 'STRUCT') return mergeFields(common.fields, type.fields);
  if (isNumeric(common) && isNumeric(type)) return widerType(common, type);
  if (canImplicitlyCast(type, common)) return common;
  return canImplicitlyCast(common, type) ? type : null;
}

/** Union of the fields: those of the added struct in their order, then what only the common one has. Fields of the same name merge. */
function mergeFields(common: readonly Field[], added: readonly Field[]): SqlType | null {
  const fields: Field[] = [];
  for (const field of added) {
    const other = common.find((each) => each.name === field.name);
    const type = other === undefined ? field.type : mergeTypes(other.type, field.type);
    if (type === null) return null;
    fields.push({ name: field.name, type });
  }
  return struct([...fields, ...common.filter((field) => !added.some((each) => each.name === field.name))]);
}

function mergeLiteral(common: SqlType, literal: BoundLiteral, type: SqlType): SqlType | null {
  if (common.kind === 'STRING') return castFunction(type, common) === null ? null : common;
  if (type.kind !== 'STRING') return mergeTypes(common, type);
  const text = trimJava(stringOf(literalValue(literal)));
  if (isNumeric(common)) return widerType(common, numberTypeOf(text, common));
  if (common.kind === 'BOOLEAN') return isBooleanText(text) ? common : null;
  return canImplicitlyCast(type, common) ? common : null;
}

/** A quoted number: with point or exponent a DECIMAL of its own precision, else the smallest integer type that holds it. */
function numberTypeOf(text: string, common: SqlType): SqlType {
  const isInteger = !/[.eE]/.test(text);
  if (isInteger && textToInteger(text) !== null) return INTEGER;
  if (isInteger && textToLong(text) !== null) return BIGINT;
  const parsed = parseDecimalText(text);
  // A tiny text can name an enormous number: refuse it before its digits are written out.
  if (parsed === null || Math.abs(parsed.scale) > 10_000) throw new BindError(`invalid input syntax for type ${common.kind}: "${text}".`, { hint: 'Write a value of that type, or cast the other side.' });
  return decimalTypeOf(parsed.unscaled, parsed.scale).type;
}

function isBooleanText(text: string): boolean {
  const lower = text.toLowerCase();
  return lower !== '' && ['true', 'false', 'yes', 'no'].some((word) => word.startsWith(lower));
}
