import type { FunctionCatalogue, FunctionEntry } from '../../functions/index.js';
import type { Expression, FunctionCall } from '../../parser/index.js';
import { walkExpression } from './walk-expression.js';

/** The calls of one kind of function in an expression, outermost first, in written order. */
export function callsOf(expression: Expression, kind: FunctionEntry['kind'], functions: FunctionCatalogue): readonly FunctionCall[] {
  const found: FunctionCall[] = [];
  walkExpression(expression, (part) => {
    if (part.kind === 'call' && functions.find(part.name.toUpperCase())?.kind === kind) found.push(part);
  });
  return found;
}

/** The arguments of an aggregate call. COUNT(*) counts a constant, which every row has. */
export function aggregateArguments(node: FunctionCall): readonly Expression[] {
  if (node.arguments.length > 0 || node.name.toUpperCase() !== 'COUNT') return node.arguments;
  return [{ kind: 'boolean', value: true, span: node.span }];
}
