import type { CstElement, CstNode, IToken } from 'chevrotain';
import { assert, ParseError, present, type Span } from '../errors/index.js';
import type { SourceText } from './source-text.js';
import { QuotedIdentifier, StringValue, Variable } from './tokens.js';

/** What builders need to know besides the concrete tree. */
export interface BuildContext {
  readonly source: SourceText;
  /** Names and aliases that may qualify a column; null when none are known (a lone expression). */
  readonly qualifiers: ReadonlySet<string> | null;
  /** Parameters of the lambdas around. */
  readonly lambdaNames: readonly string[];
}

const NONE: readonly CstElement[] = [];

function elements(node: CstNode, label: string): readonly CstElement[] {
  return node.children[label] ?? NONE;
}

function isToken(element: CstElement): element is IToken {
  return 'image' in element;
}

/** The subtrees under a label, in the order of the text. */
export function children(node: CstNode, label: string): CstNode[] {
  return elements(node, label).filter((element): element is CstNode => !isToken(element));
}

export function optionalChild(node: CstNode, label: string): CstNode | null {
  const element = node.children[label]?.[0];
  return element === undefined || isToken(element) ? null : element;
}

export function child(node: CstNode, label: string): CstNode {
  return present(optionalChild(node, label), `${label} in ${node.name}`);
}

export function tokens(node: CstNode, label: string): IToken[] {
  return elements(node, label).filter(isToken);
}

export function optionalToken(node: CstNode, label: string): IToken | null {
  const element = node.children[label]?.[0];
  return element !== undefined && isToken(element) ? element : null;
}

export function token(node: CstNode, label: string): IToken {
  return present(optionalToken(node, label), `${label} in ${node.name}`);
}

export function has(node: CstNode, label: string): boolean {
  return node.children[label] !== undefined;
}

/** The only subtree of a rule that is a choice between subrules. */
export function onlyChild(node: CstNode): CstNode {
  const found = Object.values(node.children)[0]?.[0];
  assert(found !== undefined && !isToken(found), `${node.name} has a subtree`);
  return found;
}

export function tokenSpan(context: BuildContext, at: IToken): Span {
  return context.source.span(at.startOffset, at.startOffset + at.image.length);
}

export function nodeSpan(context: BuildContext, node: CstNode): Span {
  const start = node.location?.startOffset ?? 0;
  return context.source.span(start, (node.location?.endOffset ?? start - 1) + 1);
}

/** From the start of the first span to the end of the second. */
export function joinSpans(first: Span, last: Span): Span {
  return { start: first.start, end: last.end, line: first.line, column: first.column };
}

/** An error of tree building: the text follows the grammar, but means nothing. */
export function prepareError(span: Span, message: string, hint: string): ParseError {
  return new ParseError(`Failed to prepare statement: ${message}`, { span, hint });
}

/** A name: folded to upper case unless quoted. */
export function nameOf(context: BuildContext, at: IToken): string {
  return at.tokenType === QuotedIdentifier ? unquote(at.image) : rawName(context, at).toUpperCase();
}

/** A name that keeps its case even when unquoted: topics and subjects. A string is a name there, too. */
export function rawName(context: BuildContext, at: IToken): string {
  if (at.tokenType === QuotedIdentifier || at.tokenType === StringValue) return unquote(at.image);
  if (at.tokenType === Variable) throw undefinedVariable(context, at);
  return at.image;
}

export function undefinedVariable(context: BuildContext, at: IToken): ParseError {
  const name = at.image.slice(2, -1);
  return prepareError(tokenSpan(context, at), `Variable ${at.image} is not defined.`, `Define it first: DEFINE ${name} = '...';`);
}

/** The contents of a string or a quoted name, with doubled quotes made single. */
export function unquote(image: string): string {
  const quote = image[0] ?? '';
  const inner = image.slice(1, -1);
  return inner.includes(quote) ? inner.replaceAll(quote + quote, quote) : inner;
}

