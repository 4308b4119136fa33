import { aggregateCall, literalOf, tableCall, typeOf, type BoundAggregateCall, type BoundExpression, type BoundTableCall } from '../../expr/index.js';
import { BOOLEAN } from '../../types/index.js';
import type { FunctionCatalogue } from '../../functions/index.js';
import { printExpression, type FunctionCall } from '../../parser/index.js';
import { bindExpression, type BindScope } from '../bind/expression.js';

/** Distinct calls in written order: the same call twice is computed once. */
export function distinctCalls(calls: readonly FunctionCall[]): readonly FunctionCall[] {
  const texts = calls.map(printExpression);
  return calls.filter((_, index) => texts.indexOf(texts[index] ?? '') === index);
}

/** An aggregate call over the rows of a scope. COUNT(*) counts a constant. */
export function bindAggregate(node: FunctionCall, scope: BindScope, functions: FunctionCatalogue): BoundAggregateCall {
  const args = node.arguments.map((argument) => bindExpression(argument, scope));
  return aggregateCall(node.name, args.length === 0 && node.name.toUpperCase() === 'COUNT' ? [literalOf(BOOLEAN, true)] : args, functions);
}

export function bindTableCall(node: FunctionCall, scope: BindScope, functions: FunctionCatalogue): BoundTableCall {
  return tableCall(node.name, node.arguments.map((argument) => bindExpression(argument, scope)), functions);
}

export function isConstantArgument(expression: BoundExpression): boolean {
  return expression.kind === 'literal' && typeOf(expression) !== null;
}
