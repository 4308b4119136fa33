import { typesEqual } from './format-type.js';
import { decimal, type DecimalType, type SqlType } from './sql-type.js';

const NUMBER_RANKS: Readonly<Partial<Record<SqlType['kind'], number>>> = { INTEGER: 1, BIGINT: 2, DECIMAL: 3, DOUBLE: 4 };

/** Position in INTEGER < BIGINT < DECIMAL < DOUBLE; 0 for types that are no numbers. */
export function numberRank(type: SqlType): number {
  return NUMBER_RANKS[type.kind] ?? 0;
}
export function isNumeric(type: SqlType): boolean {
  return numberRank(type) > 0;
}

/** Widening of numbers, STRING to the time types and BYTES, composites by their parts. A DECIMAL target must not cut a DECIMAL. */
export function canImplicitlyCast(from: SqlType, to: SqlType): boolean {
  if (typesEqual(from, to)) return true;
  switch (from.kind) {
    case 'INTEGER':
    case 'BIGINT':
      return numberRank(to) > numberRank(from);
    case 'DECIMAL':
      if (to.kind === 'DOUBLE') return true;
      return to.kind === 'DECIMAL' && from.scale <= to.scale && from.precision - from.scale <= to.precision - to.scale;
    case 'STRING':
      return to.kind === 'DATE' || to.kind === 'TIME' || to.kind === 'TIMESTAMP' || to.kind === 'BYTES';
    case 'ARRAY':
      return to.kind === 'ARRAY' && canImplicitlyCast(from.item, to.item);
    case 'MAP':
      return to.kind === 'MAP' && canImplicitlyCast(from.key, to.key) && canImplicitlyCast(from.value, to.value);
    case 'STRUCT':
      return (
        to.kind === 'STRUCT' &&
        from.fields.every((field) => {
          const target = to.fields.find((each) => each.name === field.name);
          return target === undefined || canImplicitlyCast(field.type, target.type);
        })
      );
    default:
      return false;
  }
}

/** An integer type as the DECIMAL that holds all of it; a DECIMAL as itself. */
export function asDecimal(type: SqlType): DecimalType | null {
  switch (type.kind) {
    case 'INTEGER':
      return decimal(10, 0);
    case 'BIGINT':
      return decimal(19, 0);
    case 'DECIMAL':
      return type;
    default:
      return null;
  }
}

/** The DECIMAL with the most whole digits and the most places of the two. */
export function widerDecimal(a: DecimalType, b: DecimalType): DecimalType {
  const scale = Math.max(a.scale, b.scale);
  return decimal(Math.max(a.precision - a.scale, b.precision - b.scale) + scale, scale);
}

/** The type that both fit into: equal types, or the wider number (DECIMALs are widened); null when there is none. */
export function widerType(a: SqlType, b: SqlType): SqlType | null {
  if (typesEqual(a, b)) return a;
  const rankA = numberRank(a);
  const rankB = numberRank(b);
  if (rankA === 0 || rankB === 0) return null;
  if (rankA < 3 && rankB < 3) return rankA > rankB ? a : b;
  const left = asDecimal(a);
  const right = asDecimal(b);
  if (left === null || right === null) return rankA > rankB ? a : b;
  return widerDecimal(left, right);
}
