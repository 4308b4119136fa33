import type { Source } from '../../catalog/index.js';
import type { ComparisonOperator, Expression } from '../../parser/index.js';

/** One comparison with the column on the left. */
export interface ColumnComparison {
  readonly column: string;
  readonly operator: ComparisonOperator;
  readonly other: Expression;
  readonly reference: Expression;
}

/** The comparison of a conjunct with a plain column on either side. */
export function comparisonOf(conjunct: Expression, source: Pick<Source, 'keyColumns'> | null): ColumnComparison | null {
  if (conjunct.kind !== 'comparison') return null;
  const { left, right, operator } = conjunct;
  const preferRight = right.kind === 'column' && (left.kind !== 'column' || source?.keyColumns.some((column) => column.name === right.name) === true);
  if (preferRight) return { column: right.name, operator: FLIPPED[operator], other: left, reference: right };
  return left.kind === 'column' ? { column: left.name, operator, other: right, reference: left } : null;
}

const FLIPPED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=', 'IS DISTINCT FROM': 'IS DISTINCT FROM',
};
