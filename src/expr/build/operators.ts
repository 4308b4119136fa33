import { BindError } from '../../errors/index.js';
import { BOOLEAN, STRING, castFunction, formatType, isNumeric, typesEqual, type SqlType } from '../../types/index.js';
import { arithmeticTypes, type ArithmeticOperator } from '../arithmetic-types.js';
import { COMPARISON_NAMES, comparisonTypes, type ComparisonOperator } from '../comparison-types.js';
import { coerceAll, commonType } from '../common-type.js';
import { literalOf, typeText } from '../literal-codec.js';
import type { BoundExpression } from '../nodes.js';
import { render } from '../render.js';
import { isNullLiteral, requireType, typeOf } from '../type-of.js';

/**
 * Typed operator nodes. Each checks its operands, inserts the implicit casts, and throws BindError (without a span: the binder
 * knows the place) with ksqlDB's message.
 */
const implicitCast = (operand: BoundExpression, type: SqlType): BoundExpression => {
  const from = typeOf(operand);
  return from !== null && typesEqual(from, type) ? operand : { kind: 'cast', type, operand, implicit: true };
};

/** `left operator right` on numbers, and `+` on two strings. */
export function arithmetic(operator: ArithmeticOperator, left: BoundExpression, right: BoundExpression): BoundExpression {
  const leftType = typeOf(left);
  const rightType = typeOf(right);
  const types = leftType === null || rightType === null ? null : arithmeticTypes(operator, leftType, rightType);
  if (types === null) {
    const shown = (type: SqlType | null): string => (type === null ? 'null' : formatType(type));
    const why =
      leftType === null || rightType === null
        ? `Arithmetic on types ${shown(leftType)} and ${shown(rightType)} are not supported.`
        : `Unsupported arithmetic types. ${leftType.kind} ${rightType.kind}`;
    throw new BindError(`Error processing expression: (${render(left)} ${operator} ${render(right)}). ${why}`, { hint: 'Cast one side so that both are numbers, or both are texts.' });
  }
  return { kind: 'arithmetic', type: types.result, operator, left: implicitCast(left, types.left), right: implicitCast(right, types.right) };
}

/** Unary sign; the type is kept. */
export function sign(operator: '+' | '-', operand: BoundExpression): BoundExpression {
  const type = requireType(operand);
  if (!isNumeric(type)) throw new BindError(`Error processing expression: ${operator}${render(operand)}. Unsupported arithmetic types. ${type.kind}`, { hint: 'Cast the operand to a number.' });
  return operator === '+' ? operand : { kind: 'negate', type, operand };
}

export function comparison(operator: ComparisonOperator, left: BoundExpression, right: BoundExpression): BoundExpression {
  const leftType = typeOf(left);
  const rightType = typeOf(right);
  if (leftType === null || rightType === null) {
    const shown = `${leftType?.kind ?? 'NULL'} ${operator} ${rightType?.kind ?? 'NULL'}`;
    throw new BindError(`Comparison with NULL not supported: ${shown}\nUse 'IS NULL' or 'IS NOT NULL' instead.`, { hint: 'Write IS NULL, IS NOT NULL or IS DISTINCT FROM.' });
  }
  const types = comparisonTypes(operator, leftType, rightType);
  if (types === null) throw cannotCompare(operator, left, leftType, right, rightType);
  return { kind: 'comparison', type: BOOLEAN, operator, left, right };
}

function cannotCompare(operator: ComparisonOperator, left: BoundExpression, leftType: SqlType, right: BoundExpression, rightType: SqlType): BindError {
  return new BindError(
    `Cannot compare ${render(left)} (${formatType(leftType)}) to ${render(right)} (${formatType(rightType)}) with ${COMPARISON_NAMES[operator]}.`, { hint: 'Cast one side to the type of the other.' });
}

function requireBoolean(expression: BoundExpression, operator: string): void {
  const type = typeOf(expression);
  if (type?.kind !== 'BOOLEAN') {
    throw new BindError(`${operator} needs BOOLEAN operands, but ${render(expression)} is ${typeText(type)}.`, {
      hint: 'Write a comparison such as `x = 1`, or CAST(… AS BOOLEAN).',
    });
  }
}

export function logical(operator: 'AND' | 'OR', left: BoundExpression, right: BoundExpression): BoundExpression {
  requireBoolean(left, operator);
  requireBoolean(right, operator);
  return { kind: 'logical', type: BOOLEAN, operator, left, right };
}

export function not(operand: BoundExpression): BoundExpression {
  requireBoolean(operand, 'NOT');
  return { kind: 'not', type: BOOLEAN, operand };
}

/** `value >= low AND value <= high`; each bound is compared as by the operator. */
export function between(value: BoundExpression, low: BoundExpression, high: BoundExpression): BoundExpression {
  comparison('>=', value, low);
  comparison('<=', value, high);
  return { kind: 'between', type: BOOLEAN, value, low, high };
}

/** `value IN (items)`: NULL literals are dropped, the rest takes the common type of the whole list, the value included. */
export function inList(value: BoundExpression, items: readonly BoundExpression[]): BoundExpression {
  requireType(value);
  const present = items.filter((item) => !isNullLiteral(item));
  const type = commonType([value, ...present]);
  const [first = value, ...rest] = type === null ? [value, ...present] : coerceAll([value, ...present], type);
  return { kind: 'in', type: BOOLEAN, value: first, items: rest };
}

export function like(value: BoundExpression, pattern: BoundExpression, escape: string | null): BoundExpression {
  for (const operand of [value, pattern]) {
    const type = typeOf(operand);
    if (type !== null && type.kind !== 'STRING') {
      throw new BindError(`LIKE needs STRING operands, but ${render(operand)} is ${formatType(type)}.`, { hint: 'Write CAST(… AS STRING).' });
    }
  }
  const typed = (operand: BoundExpression): BoundExpression => (isNullLiteral(operand) ? literalOf(STRING, null) : operand);
  return { kind: 'like', type: BOOLEAN, value: typed(value), pattern: typed(pattern), escape };
}

export function isNull(operand: BoundExpression, negated: boolean): BoundExpression {
  return { kind: 'isNull', type: BOOLEAN, operand, negated };
}

/** Explicit CAST. A NULL literal becomes a typed NULL. */
export function cast(operand: BoundExpression, type: SqlType): BoundExpression {
  const from = typeOf(operand);
  if (from === null) return literalOf(type, null);
  if (castFunction(from, type) === null) throw new BindError(`Cast of ${formatType(from)} to ${formatType(type)} is not supported`, { hint: 'DESCRIBE FUNCTION may show one that converts it; CAST goes by way of STRING for most types.' });
  return { kind: 'cast', type, operand, implicit: false };
}

/** An implicit conversion to a known type (JOIN keys, INSERT INTO … SELECT); same type: the operand itself. */
export function implicitly(operand: BoundExpression, type: SqlType): BoundExpression {
  if (typeOf(operand) === null) return literalOf(type, null);
  return implicitCast(operand, type);
}

export interface CaseBranch {
  readonly condition: BoundExpression;
  readonly result: BoundExpression;
}

/** Searched CASE: conditions BOOLEAN, all results of exactly one type; NULL literals take it. */
export function searchedCase(branches: readonly CaseBranch[], otherwise: BoundExpression | null): BoundExpression {
  let type: SqlType | null = null;
  for (const { condition, result } of branches) {
    const conditionType = typeOf(condition);
    if (conditionType?.kind !== 'BOOLEAN') {
      throw new BindError(`WHEN operand type should be boolean.\nType for '${render(condition)}' is ${typeText(conditionType)}`, { hint: 'Write a comparison between WHEN and THEN.' });
    }
    const resultType = typeOf(result);
    if (resultType === null) continue;
    if (type !== null && !typesEqual(type, resultType)) {
      throw new BindError(
        `Invalid Case expression. Type for all 'THEN' clauses should be the same.\n` +
          `THEN expression '${render(result)}' has type: ${formatType(resultType)}.\nPrevious THEN expression(s) type: ${formatType(type)}.`, { hint: 'Cast the results to one type.' });
    }
    type = resultType;
  }
  const defaultType = otherwise === null ? null : typeOf(otherwise);
  if (type !== null && defaultType !== null && !typesEqual(type, defaultType)) {
    throw new BindError(
      `Invalid Case expression. Type for the default clause should be the same as for 'THEN' clauses.\n` +
        `THEN type: ${formatType(type)}.\nDEFAULT type: ${formatType(defaultType)}.`, { hint: 'Cast the results to one type.' });
  }
  const common = type ?? defaultType;
  if (common === null) throw new BindError('Invalid Case expression. All case branches have NULL type', { hint: 'Give one of them a type: CAST(NULL AS VARCHAR).' });
  const typed = (result: BoundExpression): BoundExpression => (typeOf(result) === null ? literalOf(common, null) : result);
  return {
    kind: 'case',
    type: common,
    branches: branches.map(({ condition, result }) => ({ condition, result: typed(result) })),
    otherwise: otherwise === null ? null : typed(otherwise),
  };
}
