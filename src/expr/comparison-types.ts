import { DAY_MS, isNumeric, numberOf, stringOf, textReader, type SqlType, type SqlValue } from '../types/index.js';
import type { BoundComparison } from './nodes.js';

export type ComparisonOperator = BoundComparison['operator'];

/** Types as which the operands are read when they are compared; numbers keep their own. */
export interface ComparisonTypes {
  readonly left: SqlType;
  readonly right: SqlType;
}

const isEquality = (operator: ComparisonOperator): boolean => operator === '=' || operator === '<>' || operator === 'IS DISTINCT FROM';
/** TIME beats TIMESTAMP beats DATE for choosing how a string is read. */
const TIME_KINDS: readonly SqlType['kind'][] = ['DATE', 'TIMESTAMP', 'TIME'];

/** Null: the operator is not defined for these types (types reference §4). Composite types need not match inside. */
export function comparisonTypes(operator: ComparisonOperator, left: SqlType, right: SqlType): ComparisonTypes | null {
  if (isNumeric(left)) return isNumeric(right) ? { left, right } : null;
  switch (left.kind) {
    case 'BOOLEAN':
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
      return left.kind === right.kind && isEquality(operator) ? { left, right } : null;
    case 'BYTES':
      return right.kind === 'BYTES' ? { left, right } : null;
    case 'STRING':
      if (right.kind === 'STRING') return { left, right };
      return TIME_KINDS.includes(right.kind) ? { left: right, right } : null;
    default:
      return timeTypes(left, right);
  }
}

function timeTypes(left: SqlType, right: SqlType): ComparisonTypes | null {
  if (right.kind === 'STRING' || left.kind === right.kind) return { left, right: left };
  if (left.kind === 'TIME' || right.kind === 'TIME' || !TIME_KINDS.includes(right.kind)) return null;
  // DATE with TIMESTAMP: the date is its midnight.
  const wider = left.kind === 'TIMESTAMP' ? left : right;
  return { left: wider, right: wider };
}

export const COMPARISON_NAMES: Readonly<Record<ComparisonOperator, string>> = {
  '=': 'EQUAL',
  '<>': 'NOT_EQUAL',
  '<': 'LESS_THAN',
  '<=': 'LESS_THAN_OR_EQUAL',
  '>': 'GREATER_THAN',
  '>=': 'GREATER_THAN_OR_EQUAL',
  'IS DISTINCT FROM': 'IS_DISTINCT_FROM',
};

/**
 * How an operand that is not null is read as the type it is compared as; null: as it is. Strings are read only when the other
 * side is not null, and a string that cannot be read is a failure (RecordError).
 */
export function operandReader(from: SqlType, to: SqlType): ((value: SqlValue) => SqlValue) | null {
  if (from.kind === to.kind) return null;
  if (from.kind === 'DATE' && to.kind === 'TIMESTAMP') return (value) => numberOf(value) * DAY_MS;
  if (from.kind !== 'STRING') return null;
  if (to.kind !== 'DATE' && to.kind !== 'TIME' && to.kind !== 'TIMESTAMP') return null;
  const read = textReader(to.kind);
  return (value) => read(stringOf(value));
}
