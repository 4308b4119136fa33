import type { FunctionCatalogue } from '../functions/index.js';
import type { EvaluationEnvironment } from './environment.js';
import { interpret } from './interpret.js';
import { literalOf } from './literal-codec.js';
import { mapChildren } from './map-children.js';
import type { BoundExpression } from './nodes.js';
import { childrenOf, typeOf } from './type-of.js';

/**
 * Replaces every part that no row can change by its value. Parts that fail are left, so that they fail where and when they did.
 * Operands of AND and OR are not replaced themselves: there a literal on the right means more than an expression of the
 * same value (`x OR TRUE` is true for a null x, `x OR (1 = 1)` fails).
 */
export function foldConstants(expression: BoundExpression, environment: EvaluationEnvironment): BoundExpression {
  if (expression.kind === 'logical') return mapChildren(expression, (child) => foldOperands(child, environment));
  if (!isConstant(expression, environment.functions)) return foldOperands(expression, environment);
  return evaluated(expression, environment) ?? foldOperands(expression, environment);
}

function foldOperands(expression: BoundExpression, environment: EvaluationEnvironment): BoundExpression {
  return mapChildren(expression, (child) => foldConstants(child, environment));
}

/** Null: nothing to gain, or a nested piece fails (and has to be logged for every row). */
function evaluated(expression: BoundExpression, environment: EvaluationEnvironment): BoundExpression | null {
  const type = typeOf(expression);
  if (type === null || expression.kind === 'literal') return null;
  let hasFailed = false;
  try {
    const value = interpret(expression, environment, { onNestedFailure: () => (hasFailed = true) });
    return hasFailed ? null : literalOf(type, value);
  } catch {
    return null;
  }
}

/** What runs a lambda is left to the compiled code: how long it takes is not known here, and nobody waits for a plan for long. */
function isConstant(expression: BoundExpression, functions: FunctionCatalogue): boolean {
  if (expression.kind === 'column' || expression.kind === 'variable' || expression.kind === 'lambda') return false;
  if (expression.kind === 'call') {
    const entry = functions.find(expression.name);
    if (entry?.kind !== 'scalar' || !entry.deterministic) return false;
  }
  return childrenOf(expression).every((child) => isConstant(child, functions));
}
