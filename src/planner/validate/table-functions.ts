import { PlanError } from '../../errors/index.js';
import { quoteName } from '../../types/index.js';
import { callsOf } from '../bind/calls.js';
import { walkExpression } from '../bind/walk-expression.js';
import type { Rule } from './checked-query.js';

/** Table functions turn one row of a stream into many: not inside each other, not in CASE, not with GROUP BY, not on tables. */
export const tableFunctions: Rule = (query, context) => {
  const { tableFunctions: calls, analysis, aggregates, items } = query;
  if (calls.length === 0) return null;
  for (const call of calls) {
    const inner = call.arguments.flatMap((argument) => callsOf(argument, 'table', context.functions))[0];
    if (inner !== undefined) {
      return new PlanError(`Table functions cannot be nested: ${quoteName(call.name)}(${quoteName(inner.name)}())`, { span: inner.span, hint: 'Use the inner one in a query of its own.' });
    }
  }
  if (aggregates.length > 0 || analysis.groupBy !== null) return new PlanError('Table functions cannot be used with aggregations.', { span: calls[0]?.span, hint: 'Use the table function in a query of its own.' });
  if (query.readsTable) return new PlanError('Table source is not supported with table functions', { span: calls[0]?.span, hint: "Make a stream from the table's topic." });
  for (const item of items) {
    let inCase = false;
    walkExpression(item.expression, (part) => {
      if (part.kind === 'case' && callsOf(part, 'table', context.functions).length > 0) inCase = true;
    });
    if (inCase) return new PlanError('Table functions cannot be used in CASE: `CASE`', { span: item.expression.span, hint: 'Use the table function in a query of its own.' });
  }
  return null;
};
