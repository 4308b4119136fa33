import { addLong, divideLong, multiplyLong, negateLong, remainderLong, subtractLong, type SqlType } from '../../types/index.js';
import type { ArithmeticOperator } from '../arithmetic-types.js';
import { decimalNegation, decimalOperation } from '../decimal-arithmetic.js';
import type { BoundArithmetic, BoundNegate } from '../nodes.js';
import { render } from '../render.js';
import { requireType } from '../type-of.js';
import { atomOf, computed, emitAtom, failIf, failIfNull, type EmitContext, type Operand } from './emission.js';

const LONG_OPERATIONS = { '+': addLong, '-': subtractLong, '*': multiplyLong, '/': divideLong, '%': remainderLong } as const;

/** A null operand and an integer division by zero are failures; a string `+` takes a null as the text `null`. */
export function emitArithmetic(node: BoundArithmetic, context: EmitContext): Operand {
  const left = emitAtom(node.left, context);
  const right = emitAtom(node.right, context);
  if (node.type.kind === 'STRING') return computed(`("" + ${left.code} + ${right.code})`);
  failIfNull([left, right], `Arithmetic with a null operand: ${render(node)}`, context);
  const isDivision = node.operator === '/' || node.operator === '%';
  if (isDivision && node.type.kind !== 'DOUBLE') failIf(`${right.code} === 0`, `Division by zero: ${render(node)}`, context);
  return emitOperation(node, left.code, right.code, context);
}

function emitOperation(node: BoundArithmetic, left: string, right: string, context: EmitContext): Operand {
  const { operator, type } = node;
  switch (type.kind) {
    case 'INTEGER':
      return computed(integerCode(operator, left, right));
    case 'BIGINT':
      return computed(`${context.builder.constant(LONG_OPERATIONS[operator])}(${left}, ${right})`);
    case 'DECIMAL':
      return emitDecimal(node, requireType(node.left), requireType(node.right), [left, right], context);
    default:
      return computed(`(${left} ${operator} ${right})`);
  }
}

/** 32-bit arithmetic; `| 0` wraps, cuts toward zero and removes −0. */
function integerCode(operator: ArithmeticOperator, left: string, right: string): string {
  return operator === '*' ? `Math.imul(${left}, ${right})` : `(${left} ${operator} ${right} | 0)`;
}

function emitDecimal(node: BoundArithmetic, left: SqlType, right: SqlType, operands: readonly string[], context: EmitContext): Operand {
  const { builder } = context;
  if (left.kind !== 'DECIMAL' || right.kind !== 'DECIMAL' || node.type.kind !== 'DECIMAL') return computed('null', true);
  const operation = builder.constant(decimalOperation(node.operator, left, right, node.type));
  const value = builder.declare(`${operation}(${operands.join(', ')})`);
  failIf(`${value} === null`, `The exact result does not fit its type: ${render(node)}`, context);
  return atomOf(value, false);
}

export function emitNegate(node: BoundNegate, context: EmitContext): Operand {
  const operand = emitAtom(node.operand, context);
  failIfNull([operand], `Arithmetic with a null operand: ${render(node)}`, context);
  switch (node.type.kind) {
    case 'INTEGER':
      return computed(`(0 - ${operand.code} | 0)`);
    case 'DOUBLE':
      return computed(`(-${operand.code})`);
    case 'DECIMAL':
      return computed(`${context.builder.constant(decimalNegation(node.type, context.keepsScale))}(${operand.code})`);
    default:
      return computed(`${context.builder.constant(negateLong)}(${operand.code})`);
  }
}
