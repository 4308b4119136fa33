import { decimalPrecision, decimalToText, rescaleDecimal, roundToPrecision } from './decimal.js';
import { canonicalLong } from './long.js';
import { longOf, numberOf } from './narrow.js';
import type { DecimalType } from './sql-type.js';
import type { Long, SqlValue } from './value.js';

/**
 * In ksqlDB a DECIMAL carries a scale of its own. Nearly always it is the type's, but GREATEST and LEAST over several scales
 * give an argument as it was, and a negation that has to cut digits leaves fewer places. Only texts show it. Such a value
 * is `[unscaled at the type's scale, own scale]`; `longOf` gives the first. It is made only where a text comes next (the
 * columns of a JSON or DELIMITED sink, a CAST to STRING).
 */
export function atOwnScale(unscaled: Long, ownScale: number, type: DecimalType): SqlValue {
  return ownScale === type.scale ? unscaled : [unscaled, ownScale];
}

export function ownScaleOf(value: SqlValue, scale: number): number {
  return typeof value === 'object' && value !== null && 0 in value ? numberOf(value[1] ?? null) : scale;
}

/** Plain notation with the places of the value's own scale. */
export function ownDecimalText(value: SqlValue, scale: number): string {
  const own = ownScaleOf(value, scale);
  return decimalToText(rescaleDecimal(longOf(value), scale, own, 'DOWN') ?? 0, own);
}

/** Java's negate with a MathContext: at most as many digits as the type has. */
export function negateDecimal(value: SqlValue, type: DecimalType): SqlValue {
  const unscaled = longOf(value);
  if (typeof unscaled === 'number' && type.precision >= 16) return atOwnScale(0 - unscaled, ownScaleOf(value, type.scale), type);
  const places = type.scale - ownScaleOf(value, type.scale);
  const excess = decimalPrecision(unscaled) - places - type.precision;
  if (excess <= 0) return atOwnScale(canonicalLong(-BigInt(unscaled)), type.scale - places, type);
  const rounded = roundToPrecision(-BigInt(unscaled), type.scale, type.precision + places);
  return atOwnScale(rescaleDecimal(canonicalLong(rounded.unscaled), rounded.scale, type.scale, 'UNNECESSARY') ?? 0, type.scale - places - excess, type);
}
