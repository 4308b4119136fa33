import type { BoundExpression } from './nodes.js';

/** The same node with each direct operand replaced; the same object when no operand changed. */
export function mapChildren(expression: BoundExpression, change: (child: BoundExpression) => BoundExpression): BoundExpression {
  switch (expression.kind) {
    case 'literal':
    case 'column':
    case 'variable':
    case 'unit':
      return expression;
    case 'arithmetic':
    case 'comparison':
    case 'logical': {
      const left = change(expression.left);
      const right = change(expression.right);
      return left === expression.left && right === expression.right ? expression : { ...expression, left, right };
    }
    case 'negate':
    case 'not':
    case 'isNull':
    case 'cast': {
      const operand = change(expression.operand);
      return operand === expression.operand ? expression : { ...expression, operand };
    }
    case 'between':
      return { ...expression, value: change(expression.value), low: change(expression.low), high: change(expression.high) };
    case 'in':
      return { ...expression, value: change(expression.value), items: expression.items.map(change) };
    case 'like':
      return { ...expression, value: change(expression.value), pattern: change(expression.pattern) };
    case 'case':
      return {
        ...expression,
        branches: expression.branches.map((branch) => ({ condition: change(branch.condition), result: change(branch.result) })),
        otherwise: expression.otherwise === null ? null : change(expression.otherwise),
      };
    case 'array':
      return { ...expression, items: expression.items.map(change) };
    case 'map':
      return { ...expression, entries: expression.entries.map((entry) => ({ key: change(entry.key), value: change(entry.value) })) };
    case 'struct':
      return { ...expression, fields: expression.fields.map(change) };
    case 'call':
      return { ...expression, arguments: expression.arguments.map(change) };
    case 'subscript':
      return { ...expression, base: change(expression.base), index: change(expression.index) };
    case 'dereference':
      return { ...expression, base: change(expression.base) };
    case 'lambda':
      return { ...expression, body: change(expression.body) };
  }
}
