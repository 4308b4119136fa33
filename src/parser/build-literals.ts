import type { CstNode, IToken } from 'chevrotain';
import { assert, type Span } from '../errors/index.js';
import type { Duration, IntervalUnit, Literal } from './ast.js';
import * as cst from './cst.js';
import type { BuildContext } from './cst.js';
import { DecimalValue, FloatValue, IntegerValue } from './tokens.js';

const MAX_INTEGER = 9223372036854775807n;

const UNIT_MS: Readonly<Record<IntervalUnit, number>> = {
  DAYS: 86_400_000,
  HOURS: 3_600_000,
  MINUTES: 60_000,
  SECONDS: 1000,
  MILLISECONDS: 1,
};

/** `constant`: a literal without sign. `minus` is a sign that stands directly before it. */
export function buildConstant(context: BuildContext, node: CstNode, minus: IToken | null): Literal {
  const number = cst.optionalToken(node, 'number');
  if (number !== null) return buildNumber(context, number, minus);
  const span = cst.nodeSpan(context, node);
  const string = cst.optionalToken(node, 'string');
  if (string !== null) return { kind: 'string', value: cst.unquote(string.image), span };
  if (cst.has(node, 'null')) return { kind: 'null', span };
  return { kind: 'boolean', value: cst.has(node, 'true'), span };
}

/** `literal`: with sign, or a variable. */
export function buildLiteral(context: BuildContext, node: CstNode): Literal {
  const variable = cst.optionalToken(node, 'variable');
  if (variable !== null) throw cst.undefinedVariable(context, variable);
  const constant = cst.optionalChild(node, 'constant');
  if (constant !== null) return buildConstant(context, constant, null);
  return buildNumber(context, cst.token(node, 'number'), cst.optionalToken(node, 'minus'));
}

export function buildNumber(context: BuildContext, number: IToken, minus: IToken | null): Literal {
  const start = minus ?? number;
  const span = context.source.span(start.startOffset, number.startOffset + number.image.length);
  const sign = minus === null ? '' : '-';
  if (number.tokenType === IntegerValue) return buildInteger(sign + number.image, span);
  if (number.tokenType === DecimalValue) return { kind: 'decimal', text: sign + plainDecimal(number.image), span };
  assert(number.tokenType === FloatValue, 'a number is an integer, a decimal or a double');
  const value = Number(sign + number.image);
  if (!Number.isFinite(value)) {
    throw numberError(span, `Number overflows DOUBLE: ${sign}${number.image}`, 'A DOUBLE ends at about 1.8E308.');
  }
  return { kind: 'double', value, text: sign + number.image.toUpperCase(), span };
}

function buildInteger(text: string, span: Span): Literal {
  const value = BigInt(text);
  if (value > MAX_INTEGER || value < -MAX_INTEGER - 1n) {
    throw numberError(span, `Invalid numeric literal: ${text}`, `Integers end at ${MAX_INTEGER}. Write ${text}.0 for a DECIMAL.`);
  }
  return { kind: 'integer', value, span };
}

/** ksqlDB counts columns of numbers one further than all others. */
function numberError(span: Span, message: string, hint: string): Error {
  return cst.prepareError(span, `line ${span.line}:${span.column + 2}: ${message}`, hint);
}

/** `.5` becomes `0.5` and `1.` becomes `1`. */
function plainDecimal(image: string): string {
  const text = image.startsWith('.') ? `0${image}` : image;
  return text.endsWith('.') ? text.slice(0, -1) : text;
}

/** `number`, where only an integer will do. */
export function buildWhole(context: BuildContext, node: CstNode, command: string): number {
  const number = cst.token(node, 'number');
  if (number.tokenType !== IntegerValue) {
    throw cst.prepareError(cst.nodeSpan(context, node), `Value must be integer for command: ${command}`, 'Write a whole number.');
  }
  const value = Number(number.image);
  return cst.has(node, 'minus') && value !== 0 ? -value : value;
}

/** The unit a word names; singular and plural mean the same. */
export function unitOf(word: string): IntervalUnit {
  const upper = word.toUpperCase();
  const plural = upper.endsWith('S') ? upper : `${upper}S`;
  for (const unit of ['DAYS', 'HOURS', 'MINUTES', 'SECONDS', 'MILLISECONDS'] as const) if (unit === plural) return unit;
  throw new RangeError(word);
}

export function buildDuration(context: BuildContext, node: CstNode, command: string): Duration {
  const value = buildWhole(context, cst.child(node, 'number'), command);
  const unit = unitOf(cst.token(node, 'unit').image);
  return { kind: 'duration', value, unit, ms: value * UNIT_MS[unit], span: cst.nodeSpan(context, node) };
}
