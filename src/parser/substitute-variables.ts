import type { CstElement, CstNode, IToken } from 'chevrotain';
import { ParseError, type Span } from '../errors/index.js';
import * as cst from './cst.js';
import { parseTerminated } from './parse.js';
import { scan } from './scan.js';
import { SourceText } from './source-text.js';
import { StringValue, Variable } from './tokens.js';

const REFERENCE = /\$\{([^}]+)\}/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_@]*$/;
const LITERAL = /^(?:'(?:[\s\S]*)'|true|false|-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)$/i;

/** Where a variable stands decides what its value may be. */
type Place = 'name' | 'literal' | 'either';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const MOST_ADDED = 1_000_000;

/** How much longer variables make the statements of one request: a short text can name a long value very often. */
export class TextGrowth {
  private added = 0;

  /** Throws when it has become too much. `span`: of the place that adds. */
  add(characters: number, span: () => Span): void {
    this.added += Math.max(0, characters);
    if (this.added <= MOST_ADDED) return;
    throw new ParseError(`Variables make the statements longer by more than ${MOST_ADDED} characters`, { span: span(), hint: 'Use shorter values, or send several requests.' });
  }
}

/**
 * Replaces `${name}` where the language allows it: as a name, as a literal, and inside strings; not in comments or
 * keywords. No value can end the string around it or bring in more than one token. Unknown variables stay as they are, and values are not
 * searched again. The text must follow the grammar; it may hold several statements.
 */
export function substituteVariables(text: string, variables: ReadonlyMap<string, string>, growth = new TextGrowth()): string {
  if (!text.includes('${')) return text;
  const source = new SourceText(text);
  const context: cst.BuildContext = { source, qualifiers: null, lambdaNames: [] };
  const edits = scan(text).flatMap((token) => (token.tokenType === StringValue ? editString(context, token, variables, growth) : []));
  for (const { part } of parseTerminated(source, { tests: true })) collect(part, (token, place) => {
    const value = variables.get(token.image.slice(2, -1));
    if (value === undefined) return;
    growth.add(value.length - token.image.length, () => cst.tokenSpan(context, token));
    edits.push({ start: token.startOffset, end: token.startOffset + token.image.length, text: checked(context, token, place, value) });
  });
  return apply(text, edits);
}

function editString(context: cst.BuildContext, token: IToken, variables: ReadonlyMap<string, string>, growth: TextGrowth): Edit[] {
  const replaced = token.image.replace(REFERENCE, (reference: string, name: string) => {
    const value = variables.get(name);
    if (value === undefined) return reference;
    growth.add(value.length - reference.length, () => cst.tokenSpan(context, token));
    return value.replaceAll("'", "''");
  });
  if (replaced === token.image) return [];
  return [{ start: token.startOffset, end: token.startOffset + token.image.length, text: replaced }];
}

/** All variables of a tree. In an expression a variable may be a column or a literal; in a property only a literal. */
function collect(node: CstNode, found: (token: IToken, place: Place) => void): void {
  for (const [label, elements] of Object.entries(node.children)) {
    for (const element of elements) {
      if (!isToken(element)) collect(element, found);
      else if (element.tokenType === Variable) found(element, label === 'variable' ? 'literal' : label === 'column' && !cst.has(node, 'member') ? 'either' : 'name');
    }
  }
}

function isToken(element: CstElement): element is IToken {
  return 'image' in element;
}

function checked(context: cst.BuildContext, token: IToken, place: Place, value: string): string {
  const trimmed = value.trim();
  if (place !== 'name' && LITERAL.test(trimmed)) return sanitizedLiteral(trimmed);
  if (place !== 'literal' && NAME.test(withoutQuotes(trimmed))) return trimmed;
  const span = cst.tokenSpan(context, token);
  const rule = place === 'literal'
    ? 'A literal must be a quoted string, a boolean or a number.'
    : "Identifier names may only contain alphanumeric values, '_' or '@' and may not start with a digit.";
  throw cst.prepareError(span, `Illegal argument at Line: ${span.line}, Col: ${span.column + 1}. ${rule} Got: '${value}'`, 'Change the value with DEFINE.');
}

function withoutQuotes(value: string): string {
  const quote = value[0];
  const isQuoted = value.length > 1 && (quote === '`' || quote === '"') && value.endsWith(quote);
  return isQuoted ? value.slice(1, -1) : value;
}

/** The outer quotes stay; those inside are doubled. */
function sanitizedLiteral(value: string): string {
  return value.startsWith("'") ? `'${value.slice(1, -1).replaceAll("'", "''")}'` : value;
}

function apply(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of [...edits].sort((left, right) => left.start - right.start)) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}
