import { InternalError, PlanError } from '../../errors/index.js';
import {
  aggregateCall, aggregateLiterals, aggregateVariantOf, tableCall, typeOf,
  type BoundAggregateCall, type BoundTableCall, type EvaluationEnvironment,
} from '../../expr/index.js';
import type { FunctionCatalogue } from '../../functions/index.js';
import { printExpression, type FunctionCall } from '../../parser/index.js';
import { aggregateArguments } from '../bind/calls.js';
import { bindExpression, type BindScope } from '../bind/expression.js';

/** Distinct calls in written order: the same call twice is computed once. */
export function distinctCalls(calls: readonly FunctionCall[]): readonly FunctionCall[] {
  const texts = calls.map(printExpression);
  return calls.filter((_, index) => texts.indexOf(texts[index] ?? '') === index);
}

/** An aggregate call over the rows of a scope. */
export function bindAggregate(node: FunctionCall, scope: BindScope, evaluation: EvaluationEnvironment): BoundAggregateCall {
  const { functions } = evaluation;
  const args = aggregateArguments(node).map((argument) => bindExpression(argument, scope));
  const call = aggregateCall(node.name, args, functions);
  checkLiterals(call, node, evaluation);
  return call;
}

/** Literal arguments configure an aggregate once: what it refuses is refused here, not when the first record comes. */
function checkLiterals(call: BoundAggregateCall, node: FunctionCall, evaluation: EvaluationEnvironment): void {
  const argumentTypes = call.arguments.flatMap((argument) => typeOf(argument) ?? []);
  try {
    aggregateVariantOf(call, evaluation.functions).bind({ argumentTypes, literals: aggregateLiterals(call), context: evaluation.context, nextSequence: () => 0 });
  } catch (error) {
    if (error instanceof InternalError || !(error instanceof Error)) throw error;
    throw new PlanError(`Failed to invoke UDAF factory method: ${error.message}`, { span: node.span, cause: error, hint: 'DESCRIBE FUNCTION tells what its arguments may be.' });
  }
}

export function bindTableCall(node: FunctionCall, scope: BindScope, functions: FunctionCatalogue): BoundTableCall {
  return tableCall(node.name, node.arguments.map((argument) => bindExpression(argument, scope)), functions);
}
