import { interpret, type BoundExpression } from '../../expr/index.js';
import type { SqlValue } from '../../types/index.js';
import type { PlannerContext } from '../context.js';

/** The value of an expression over no columns. Throws what its evaluation throws, or that its value has to be fetched first. */
export function constantValue(expression: BoundExpression, context: PlannerContext): SqlValue {
  const elsewhere = context.constants?.valueOf(expression) ?? null;
  return elsewhere === null ? interpret(expression, context.evaluation) : elsewhere.value;
}
