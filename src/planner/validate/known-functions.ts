import { PlanError } from '../../errors/index.js';
import { walkExpression } from '../bind/walk-expression.js';
import type { Rule } from './checked-query.js';

/** With GROUP BY a function that does not exist would pass for a missing aggregate; its name says more. */
export const knownFunctions: Rule = ({ analysis, items }, context) => {
  if (analysis.groupBy === null) return null;
  let error: PlanError | null = null;
  for (const { expression } of items) {
    walkExpression(expression, (part) => {
      if (part.kind !== 'call' || context.functions.find(part.name.toUpperCase()) !== null) return;
      error ??= new PlanError(`Can't find any functions with the name '${part.name}'`, { span: part.span, hint: 'SHOW FUNCTIONS lists all functions.' });
    });
  }
  return error;
};
