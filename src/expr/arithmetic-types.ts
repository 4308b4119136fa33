import { asDecimal, decimal, DOUBLE, numberRank, type DecimalType, type SqlType } from '../types/index.js';
import type { BoundArithmetic } from './nodes.js';

export type ArithmeticOperator = BoundArithmetic['operator'];

/** How an arithmetic operation is done: operands are first converted to `left` and `right`. */
export interface ArithmeticTypes {
  readonly left: SqlType;
  readonly right: SqlType;
  readonly result: SqlType;
}

/** Result and operand types of `left operator right`; null: the operator is not defined for them (types reference §4). */
export function arithmeticTypes(operator: ArithmeticOperator, left: SqlType, right: SqlType): ArithmeticTypes | null {
  if (left.kind === 'STRING' && right.kind === 'STRING') return operator === '+' ? { left, right, result: left } : null;
  const leftRank = numberRank(left);
  const rightRank = numberRank(right);
  if (leftRank === 0 || rightRank === 0) return null;
  if (leftRank === 4 || rightRank === 4) return { left: DOUBLE, right: DOUBLE, result: DOUBLE };
  if (leftRank < 3 && rightRank < 3) {
    const wider = leftRank > rightRank ? left : right;
    return { left: wider, right: wider, result: wider };
  }
  const a = asDecimal(left);
  const b = asDecimal(right);
  return a === null || b === null ? null : { left: a, right: b, result: decimalResult(operator, a, b) };
}

function decimalResult(operator: ArithmeticOperator, a: DecimalType, b: DecimalType): DecimalType {
  const [p1, s1, p2, s2] = [a.precision, a.scale, b.precision, b.scale];
  const scale = Math.max(s1, s2);
  switch (operator) {
    case '+':
    case '-':
      return decimal(scale + Math.max(p1 - s1, p2 - s2) + 1, scale);
    case '*':
      return decimal(p1 + p2 + 1, s1 + s2);
    case '/': {
      const places = Math.max(6, s1 + p2 + 1);
      return decimal(p1 - s1 + s2 + places, places);
    }
    case '%':
      return decimal(Math.min(p1 - s1, p2 - s2) + scale, scale);
  }
}
