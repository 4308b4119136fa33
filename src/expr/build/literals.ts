import { BindError } from '../../errors/index.js';
import { BIGINT, BOOLEAN, DOUBLE, INTEGER, STRING, canonicalLong, decimalTypeOf, parseDecimalText, type Column } from '../../types/index.js';
import { literalOf } from '../literal-codec.js';
import type { BoundColumn, BoundLiteral, BoundUnit, BoundVariable } from '../nodes.js';

/** Leaves of bound expressions. The binder resolves names and calls these. */
export const nullLiteral = (): BoundLiteral => literalOf(null, null);
export const booleanLiteral = (value: boolean): BoundLiteral => literalOf(BOOLEAN, value);
export const stringLiteral = (value: string): BoundLiteral => literalOf(STRING, value);
export const doubleLiteral = (value: number): BoundLiteral => literalOf(DOUBLE, value);

/** INTEGER, or BIGINT when it does not fit 32 bits. */
export function integerLiteral(value: bigint): BoundLiteral {
  return literalOf(BigInt.asIntN(32, value) === value ? INTEGER : BIGINT, canonicalLong(value));
}

/** Scale = digits after the point, precision = number of digits (one more than the scale when |value| < 1). */
export function decimalLiteral(text: string): BoundLiteral {
  const parsed = parseDecimalText(text);
  if (parsed === null || Math.abs(parsed.scale) > 10_000) throw new BindError(`Invalid numeric literal: ${text}`, { hint: 'Write a number such as 1, 1.5 or 1E3.' });
  const { type, value } = decimalTypeOf(parsed.unscaled, parsed.scale);
  return literalOf(type, value);
}

/** A column of the input row. `name` is what messages show, quoted by the caller where the name needs it. */
export function columnReference(side: 'key' | 'value', index: number, column: Column): BoundColumn {
  return { kind: 'column', type: column.type, side, index, name: column.name };
}

/** A lambda parameter; `depth` 0 is the innermost lambda around the place of use. */
export function lambdaVariable(depth: number, index: number, column: Column): BoundVariable {
  return { kind: 'variable', type: column.type, depth, index, name: column.name };
}

export const unitWord = (unit: BoundUnit['unit']): BoundUnit => ({ kind: 'unit', unit });
