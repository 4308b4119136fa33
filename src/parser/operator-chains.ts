import { present } from '../errors/index.js';
import type { Expression } from './ast.js';
import { joinSpans } from './cst.js';
import { checkChain, MAX_OPERATORS } from './nesting.js';

export type ValueOperator = '+' | '-' | '*' | '/' | '%' | '||';

/**
 * A chain of AND or OR longer than this becomes a balanced tree. Both are associative, also in the order in which
 * operands are evaluated, so the meaning stays; the depth grows with the logarithm and no walk over the tree overflows.
 */
export const LONGEST_LEFT_CHAIN = 100;

function strength(operator: ValueOperator): number {
  if (operator === '||') return 1;
  return operator === '+' || operator === '-' ? 2 : 3;
}

function apply(left: Expression, operator: ValueOperator, right: Expression): Expression {
  const span = joinSpans(left.span, right.span);
  if (operator === '||') return { kind: 'call', name: 'CONCAT', arguments: [left, right], span };
  return { kind: 'arithmetic', operator, left, right, span };
}

/** Left-associative operators by precedence: `* / %` before `+ -` before `||`. */
export function foldArithmetic(operands: readonly Expression[], operators: readonly ValueOperator[]): Expression {
  const first = present(operands[0], 'first operand');
  checkChain(operators.length, first.span, 'operators', MAX_OPERATORS);
  const values: Expression[] = [first];
  const pending: ValueOperator[] = [];
  const reduce = (): void => {
    const right = present(values.pop(), 'right operand');
    const left = present(values.pop(), 'left operand');
    values.push(apply(left, present(pending.pop(), 'operator'), right));
  };
  operators.forEach((operator, index) => {
    for (let top = pending.at(-1); top !== undefined && strength(top) >= strength(operator); top = pending.at(-1)) reduce();
    pending.push(operator);
    values.push(present(operands[index + 1], 'operand'));
  });
  while (pending.length > 0) reduce();
  return present(values[0], 'folded expression');
}

/** AND binds tighter than OR. */
export function foldLogical(operands: readonly Expression[], operators: readonly ('AND' | 'OR')[]): Expression {
  const alternatives: Expression[] = [];
  let group: Expression[] = [];
  operands.forEach((operand, index) => {
    group.push(operand);
    if (operators[index] === 'AND') return;
    alternatives.push(foldChain('AND', group));
    group = [];
  });
  return foldChain('OR', alternatives);
}

function foldChain(operator: 'AND' | 'OR', terms: readonly Expression[]): Expression {
  const join = (left: Expression, right: Expression): Expression => ({
    kind: 'logical', operator, left, right, span: joinSpans(left.span, right.span),
  });
  if (terms.length <= LONGEST_LEFT_CHAIN) return terms.reduce(join);
  const middle = terms.length >> 1;
  return join(foldChain(operator, terms.slice(0, middle)), foldChain(operator, terms.slice(middle)));
}
