import { BindError } from '../../errors/index.js';
import { integerLiteral, type BoundExpression } from '../../expr/index.js';
import type { Expression } from '../../parser/index.js';
import { textToTimestamp } from '../../types/index.js';

const TIME_COLUMNS = ['ROWTIME', 'WINDOWSTART', 'WINDOWEND'];

/** Epoch milliseconds for a date-time text that is compared with a pseudo time column; null for every other operand. */
export function epochOperand(node: Expression, other: Expression): BoundExpression | null {
  if (node.kind !== 'string' || other.kind !== 'column' || !TIME_COLUMNS.includes(other.name)) return null;
  const epochMs = textToTimestamp(node.value);
  if (epochMs === null) {
    throw new BindError(`Failed to parse timestamp '${node.value}'.`, {
      span: node.span,
      hint: "Required format is: \"yyyy-MM-dd'T'HH:mm:ss.SSS\", with an optional numeric timezone, for example '2020-05-26T23:59:59.000+0100'.",
    });
  }
  return integerLiteral(BigInt(epochMs));
}
