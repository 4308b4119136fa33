import { PlanError } from '../../errors/index.js';
import { literalOf, requireType, typeOf, type BoundLiteral } from '../../expr/index.js';
import { printExpression, type Expression } from '../../parser/index.js';
import { coerceFunction, formatType, isNumeric, numberRank, type Column, type SqlValue } from '../../types/index.js';
import { bindExpression, type BindScope } from '../bind/expression.js';
import { constantValue } from '../bind/constant-value.js';
import { epochOperand } from '../bind/magic-timestamp.js';
import { columnText } from '../bind/schema-text.js';
import { walkExpression } from '../bind/walk-expression.js';
import type { PlannerContext } from '../context.js';

/** Whether no row is needed to know the value. */
export function isResolvable(expression: Expression): boolean {
  let resolvable = true;
  walkExpression(expression, (part) => {
    if (part.kind === 'column') resolvable = false;
  });
  return resolvable;
}

const NO_ROW: BindScope['layout'] = { schema: { key: [], value: [], window: null }, entries: [] };

/**
 * The value of a key column that a condition asks for, in the column's type. Null: the number cannot be a key of that type
 * without loss, so the rows have to be compared one by one.
 */
export function keyConstant(column: Column, expression: Expression, context: PlannerContext): BoundLiteral | null {
  const scope: BindScope = { layout: NO_ROW, evaluation: context.evaluation, types: context.catalog.types, substitutes: new Map() };
  const bound = bindExpression(expression, scope);
  const from = typeOf(bound);
  const comparisonText = `(${column.name} = ${expression.kind === 'null' ? 'null' : printExpression(expression)})`;
  const value = from === null ? null : evaluate(() => constantValue(bound, context));
  if (from === null || value === null) throw new PlanError(`Primary key columns can not be NULL: ${comparisonText}`, { span: expression.span, hint: 'Leave the comparison with NULL out: keys are never null.' });
  if (isNumeric(from) && isNumeric(column.type) && numberRank(from) > numberRank(column.type)) return null;
  const convert = isNumeric(from) === isNumeric(column.type) ? coerceFunction(from, column.type) : null;
  const refused = (cause?: unknown): PlanError =>
    new PlanError(`'${shownValue(value)}' can not be converted to the type of the key column: ${columnText(column, true).replaceAll('`', '')}`, {
      span: expression.span, cause, hint: `The key is ${formatType(column.type)}.`,
    });
  if (convert === null) throw refused();
  try {
    return literalOf(column.type, convert(value));
  } catch (error) {
    if (isNumeric(from)) return null;
    throw refused(error);
  }
}

function evaluate(run: () => SqlValue): SqlValue {
  try {
    return run();
  } catch (error) {
    throw new PlanError(`Failed to evaluate a value: ${error instanceof Error ? error.message : String(error)}`, { cause: error, hint: 'Check the value that the key is compared with.' });
  }
}

function shownValue(value: SqlValue): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** Epoch milliseconds that a window bound is compared with; null where it is not one whole number. */
export function boundConstant(expression: Expression, bound: Expression, context: PlannerContext): number | null {
  const scope: BindScope = { layout: NO_ROW, evaluation: context.evaluation, types: context.catalog.types, substitutes: new Map() };
  const node = epochOperand(expression, bound) ?? bindExpression(expression, scope);
  if (typeOf(node) === null) return null;
  const { kind } = requireType(node);
  if (kind !== 'INTEGER' && kind !== 'BIGINT') return null;
  const value = evaluate(() => constantValue(node, context));
  return typeof value === 'number' ? value : null;
}
