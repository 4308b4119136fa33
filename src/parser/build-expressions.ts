import type { CstNode, IToken } from 'chevrotain';
import { ParseError } from '../errors/index.js';
import type { Comparison, ComparisonOperator, Expression, WhenClause } from './ast.js';
import * as cst from './cst.js';
import type { BuildContext } from './cst.js';
import { buildConstant, unitOf } from './build-literals.js';
import { buildType } from './build-types.js';
import { foldArithmetic, foldLogical, type ValueOperator } from './operator-chains.js';
import { exactDecimal } from './decimal-text.js';
import { checkChain, MAX_BRANCHES } from './nesting.js';
import { lineColumn } from './source-text.js';
import { Equal, GreaterEqual, Greater, kw, Less, LessEqual, NotEqual } from './tokens.js';
import { printExpression } from './print-expression.js';

/** `expression`. */
export function buildExpression(context: BuildContext, node: CstNode): Expression {
  const operands = cst.children(node, 'operand').map((each) => buildNegation(context, each));
  const first = operands[0];
  if (operands.length === 1 && first !== undefined) return first;
  const operators = cst.tokens(node, 'operator').map((each) => (each.tokenType === kw('AND') ? 'AND' : 'OR'));
  return foldLogical(operands, operators);
}

function buildNegation(context: BuildContext, node: CstNode): Expression {
  const value = buildValue(context, cst.child(node, 'value'));
  const predicate = cst.optionalChild(node, 'predicate');
  const positive = predicate === null ? value : buildPredicate(context, predicate, value);
  const nots = cst.tokens(node, 'not');
  checkChain(nots.length, positive.span, 'NOT');
  return nots.reduceRight<Expression>(
    (operand, not) => ({ kind: 'not', operand, span: cst.joinSpans(cst.tokenSpan(context, not), operand.span) }),
    positive,
  );
}

function buildPredicate(context: BuildContext, node: CstNode, left: Expression): Expression {
  const span = cst.joinSpans(left.span, cst.nodeSpan(context, node));
  const compare = cst.optionalToken(node, 'compare');
  if (compare !== null) {
    return { kind: 'comparison', operator: comparisonOf(compare), left, right: buildValue(context, cst.child(node, 'value')), span };
  }
  const isNot = cst.has(node, 'not');
  if (cst.has(node, 'null')) return { kind: 'isNull', operand: left, negated: isNot, span };
  const positive = cst.has(node, 'distinct')
    ? ({ kind: 'comparison', operator: 'IS DISTINCT FROM', left, right: buildValue(context, cst.child(node, 'value')), span } satisfies Comparison)
    : buildNegatable(context, node, left);
  return isNot ? { kind: 'not', operand: positive, span } : positive;
}

function comparisonOf(at: IToken): ComparisonOperator {
  switch (at.tokenType) {
    case Equal: return '=';
    case NotEqual: return '<>';
    case Less: return '<';
    case LessEqual: return '<=';
    case Greater: return '>';
    case GreaterEqual: return '>=';
    default: throw new RangeError(at.image);
  }
}

/** BETWEEN, IN, LIKE: with NOT before them they are a NOT around the positive form. */
function buildNegatable(context: BuildContext, node: CstNode, value: Expression): Expression {
  const span = cst.joinSpans(value.span, cst.nodeSpan(context, node));
  const between = cst.optionalChild(node, 'between');
  if (between !== null) {
    const low = buildValue(context, cst.child(between, 'low'));
    return { kind: 'between', value, low, high: buildValue(context, cst.child(between, 'high')), span };
  }
  const inList = cst.optionalChild(node, 'inList');
  if (inList !== null) {
    return { kind: 'in', value, items: cst.children(inList, 'item').map((item) => buildExpression(context, item)), span };
  }
  const like = cst.child(node, 'like');
  const pattern = buildValue(context, cst.child(like, 'value'));
  const escape = cst.optionalToken(like, 'escape');
  return { kind: 'like', value, pattern, escape: escape === null ? null : buildEscape(context, escape), span };
}

function buildEscape(context: BuildContext, at: IToken): string {
  const text = cst.unquote(at.image);
  if (text.length === 1) return text;
  throw cst.prepareError(cst.tokenSpan(context, at), `Escape string must be a single character: ${at.image}`, "Write a single character, such as ESCAPE '!'.");
}

/** `value`. */
export function buildValue(context: BuildContext, node: CstNode): Expression {
  const operands = cst.children(node, 'operand').map((each) => buildSigned(context, each));
  const first = operands[0];
  if (operands.length === 1 && first !== undefined) return first;
  // The scanner gives these images to ArithmeticSign tokens only.
  return foldArithmetic(operands, cst.tokens(node, 'operator').map((each) => each.image as ValueOperator));
}

/** Signs; a minus directly before a number is part of the literal. */
function buildSigned(context: BuildContext, node: CstNode): Expression {
  const signs = cst.tokens(node, 'sign');
  const last = signs.at(-1);
  const primary = cst.child(node, 'primary');
  const isLiteralSign = last?.image === '-' && isNumber(primary);
  const base = buildPrimary(context, primary, isLiteralSign ? last : null);
  const zoned = cst.tokens(node, 'zone').reduce<Expression>(
    (operand, zone) => ({ kind: 'atTimeZone', operand, zone: cst.unquote(zone.image), span: cst.joinSpans(operand.span, cst.tokenSpan(context, zone)) }),
    base,
  );
  checkChain(signs.length, zoned.span, 'signs');
  return (isLiteralSign ? signs.slice(0, -1) : signs).reduceRight<Expression>(
    (operand, sign) => ({
      kind: 'sign', operator: sign.image === '-' ? '-' : '+', operand, span: cst.joinSpans(cst.tokenSpan(context, sign), operand.span),
    }),
    zoned,
  );
}

function isNumber(primary: CstNode): boolean {
  const constant = cst.optionalChild(cst.child(primary, 'atom'), 'constant');
  return constant !== null && cst.has(constant, 'number');
}

function buildPrimary(context: BuildContext, node: CstNode, minus: IToken | null): Expression {
  const atom = buildAtom(context, cst.child(node, 'atom'), minus);
  const steps = cst.children(node, 'postfix');
  checkChain(steps.length, atom.span, 'subscripts and field accesses');
  return steps.reduce<Expression>((base, step) => {
    const span = cst.joinSpans(base.span, cst.nodeSpan(context, step));
    const field = cst.optionalToken(step, 'field');
    if (field !== null) return { kind: 'dereference', base, field: cst.nameOf(context, field), span };
    return { kind: 'subscript', base, index: buildValue(context, cst.child(step, 'value')), span };
  }, atom);
}

function buildAtom(context: BuildContext, node: CstNode, minus: IToken | null): Expression {
  const decimal = cst.optionalToken(node, 'decimal');
  if (decimal !== null) return buildDecimalLiteral(context, node, decimal);
  const part = cst.optionalChild(node, 'constant') ?? cst.optionalChild(node, 'expression') ?? cst.onlyChild(node);
  switch (part.name) {
    case 'constant': return buildConstant(context, part, minus);
    case 'expression': return buildExpression(context, part);
    case 'arrayTerm': return cst.has(part, 'constructor') ? buildArray(context, part) : buildNamed(context, part);
    case 'mapTerm': return cst.has(part, 'constructor') ? buildMap(context, part) : buildNamed(context, part);
    case 'structTerm': return cst.has(part, 'constructor') ? buildStruct(context, part) : buildNamed(context, part);
    case 'caseExpression': return buildCase(context, part);
    case 'cast': return buildCast(context, part);
    default: return buildNamed(context, part);
  }
}

function buildDecimalLiteral(context: BuildContext, node: CstNode, at: IToken): Expression {
  const text = exactDecimal(cst.unquote(at.image));
  const span = cst.nodeSpan(context, node);
  if (text === null) throw cst.prepareError(span, `line ${lineColumn(span)}: Invalid DECIMAL literal: ${at.image}`, "Write a number, such as DECIMAL '1.50'.");
  return { kind: 'decimal', text, span };
}

function buildArray(context: BuildContext, node: CstNode): Expression {
  const items = cst.children(node, 'item').map((item) => buildExpression(context, item));
  return { kind: 'array', items, span: cst.nodeSpan(context, node) };
}

/** Two keys that read the same would overwrite each other: they are refused. */
function buildMap(context: BuildContext, node: CstNode): Expression {
  const seen = new Set<string>();
  const entries = cst.children(node, 'entry').map((entry) => {
    const key = buildExpression(context, cst.child(entry, 'key'));
    const shown = printExpression(key);
    if (seen.has(shown)) throw cst.prepareError(key.span, `Duplicate key in MAP constructor: ${shown}`, 'Give every key once.');
    seen.add(shown);
    return { key, value: buildExpression(context, cst.child(entry, 'expression')) };
  });
  return { kind: 'map', entries, span: cst.nodeSpan(context, node) };
}

function buildStruct(context: BuildContext, node: CstNode): Expression {
  const fields = cst.children(node, 'entry').map((entry) => ({
    name: cst.nameOf(context, cst.token(entry, 'name')),
    value: buildExpression(context, cst.child(entry, 'expression')),
  }));
  return { kind: 'struct', fields, span: cst.nodeSpan(context, node) };
}

function buildCase(context: BuildContext, node: CstNode): Expression {
  const clauses = cst.children(node, 'whenClause');
  checkChain(clauses.length, cst.nodeSpan(context, node), 'WHEN', MAX_BRANCHES);
  const branches = clauses.map((when): WhenClause => ({
    kind: 'when',
    condition: buildExpression(context, cst.child(when, 'condition')),
    result: buildExpression(context, cst.child(when, 'result')),
    span: cst.nodeSpan(context, when),
  }));
  const last = cst.optionalChild(node, 'expression');
  const otherwise = last === null ? null : buildExpression(context, last);
  const span = cst.nodeSpan(context, node);
  const operand = cst.optionalChild(node, 'operand');
  if (operand === null) return { kind: 'case', branches, otherwise, span };
  return { kind: 'simpleCase', operand: buildValue(context, operand), branches, otherwise, span };
}

function buildCast(context: BuildContext, node: CstNode): Expression {
  const operand = buildExpression(context, cst.child(node, 'expression'));
  return { kind: 'cast', operand, type: buildType(context, cst.child(node, 'type')), span: cst.nodeSpan(context, node) };
}

/** A column, a lambda's parameter, a call, or a word before a string. */
function buildNamed(context: BuildContext, node: CstNode): Expression {
  const first = cst.token(node, 'column');
  const span = cst.nodeSpan(context, node);
  const callArguments = cst.optionalChild(node, 'argumentList');
  if (callArguments !== null) return { kind: 'call', name: cst.nameOf(context, first), arguments: buildArguments(context, callArguments), span };
  if (cst.has(node, 'string')) {
    throw cst.prepareError(span, `line ${lineColumn(span)}: Unknown type: ${cst.nameOf(context, first)}`, 'Only DECIMAL may stand before a string.');
  }
  const name = cst.nameOf(context, first);
  const member = cst.optionalToken(node, 'member');
  if (member !== null) {
    checkQualifier(context, name, first);
    return { kind: 'column', source: name, name: cst.nameOf(context, member), span };
  }
  if (context.lambdaNames.includes(name)) return { kind: 'lambdaVariable', name, span };
  return { kind: 'column', source: null, name, span };
}

/** A qualifier must be a source or an alias of the statement; which of them it is, is resolved later. */
export function checkQualifier(context: BuildContext, name: string, at: IToken): void {
  if (context.qualifiers === null || context.qualifiers.has(name)) return;
  throw cst.prepareError(cst.tokenSpan(context, at), `'${name}' is not a valid stream/table name or alias.`, 'Name a source after FROM or JOIN, or its alias.');
}

function buildArguments(context: BuildContext, node: CstNode): Expression[] {
  const parts = cst.children(node, 'argument');
  const firstLambda = parts.findIndex((part) => part.name === 'lambda');
  const stray = firstLambda < 0 ? undefined : parts.slice(firstLambda).find((part) => part.name !== 'lambda');
  if (stray !== undefined) {
    const span = cst.nodeSpan(context, stray);
    const word = context.source.text.slice(span.start, span.end);
    throw new ParseError(`line ${lineColumn(span)}: Syntax Error\nSyntax error at or near '${word}' at line ${lineColumn(span)}`, {
      span, hint: 'Lambdas come after all other arguments.',
    });
  }
  return parts.map((part) => (part.name === 'lambda' ? buildLambda(context, part) : buildArgument(context, part)));
}

function buildArgument(context: BuildContext, node: CstNode): Expression {
  const unit = cst.optionalToken(node, 'unit');
  if (unit === null) return buildExpression(context, cst.child(node, 'expression'));
  return { kind: 'unit', unit: unitOf(unit.image), span: cst.tokenSpan(context, unit) };
}

function buildLambda(context: BuildContext, node: CstNode): Expression {
  const parameters = cst.tokens(node, 'parameter').map((each) => cst.nameOf(context, each));
  const repeated = parameters.find((name, index) => parameters.indexOf(name) !== index);
  const span = cst.nodeSpan(context, node);
  if (repeated !== undefined) throw cst.prepareError(span, `Lambda arguments have duplicates: ${repeated}`, 'Give each parameter a name of its own.');
  const inner = { ...context, lambdaNames: [...context.lambdaNames, ...parameters] };
  return { kind: 'lambda', parameters, body: buildExpression(inner, cst.child(node, 'expression')), span };
}

/** The base of `base->*`: only what binds as tightly as a field access may stand there. */
export function isPrimary(node: CstNode): boolean {
  const negation = cst.child(node, 'operand');
  const value = cst.child(negation, 'value');
  const signed = cst.child(value, 'operand');
  return (
    !cst.has(node, 'operator') && !cst.has(negation, 'not') && !cst.has(negation, 'predicate') && !cst.has(value, 'operator') &&
    !cst.has(signed, 'sign') && !cst.has(signed, 'zone')
  );
}
