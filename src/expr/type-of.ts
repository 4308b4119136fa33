import { BindError } from '../errors/index.js';
import type { SqlType } from '../types/index.js';
import type { BoundExpression } from './nodes.js';

/** Static type; null for the untyped NULL literal and for unit words. */
export function typeOf(expression: BoundExpression): SqlType | null {
  return expression.kind === 'unit' ? null : expression.type;
}

/** Static type of an expression that must have one. */
export function requireType(expression: BoundExpression): SqlType {
  const type = typeOf(expression);
  if (type === null) {
    throw new BindError("Can't infer a type of null. Please explicitly cast it to a required type, e.g. CAST(null AS VARCHAR).", { hint: 'Give the NULL a type: CAST(NULL AS VARCHAR).' });
  }
  return type;
}

export function isNullLiteral(expression: BoundExpression): boolean {
  return expression.kind === 'literal' && expression.value === null;
}

/** Direct operands, in the order of evaluation. */
export function childrenOf(expression: BoundExpression): readonly BoundExpression[] {
  switch (expression.kind) {
    case 'literal':
    case 'column':
    case 'variable':
    case 'unit':
      return [];
    case 'arithmetic':
    case 'comparison':
    case 'logical':
      return [expression.left, expression.right];
    case 'negate':
    case 'not':
    case 'isNull':
    case 'cast':
      return [expression.operand];
    case 'between':
      return [expression.value, expression.low, expression.high];
    case 'in':
      return [expression.value, ...expression.items];
    case 'like':
      return [expression.value, expression.pattern];
    case 'case':
      return [
        ...expression.branches.flatMap((branch) => [branch.condition, branch.result]),
        ...(expression.otherwise === null ? [] : [expression.otherwise]),
      ];
    case 'array':
      return expression.items;
    case 'map':
      return expression.entries.flatMap((entry) => [entry.key, entry.value]);
    case 'struct':
      return expression.fields;
    case 'call':
      return expression.arguments;
    case 'subscript':
      return [expression.base, expression.index];
    case 'dereference':
      return [expression.base];
    case 'lambda':
      return [expression.body];
  }
}
