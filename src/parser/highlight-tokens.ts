import type { IToken } from 'chevrotain';
import { scan } from './scan.js';
import * as t from './tokens.js';

export type HighlightKind = 'keyword' | 'identifier' | 'function' | 'quoted' | 'string' | 'number' | 'variable' | 'operator' | 'punctuation' | 'comment' | 'error';

/** Half-open range of a text. */
export interface HighlightedToken {
  readonly kind: HighlightKind;
  readonly start: number;
  readonly end: number;
}

const PUNCTUATION = new Set([t.Semicolon, t.LeftParen, t.RightParen, t.LeftBracket, t.RightBracket, t.Comma, t.Dot]);

/** All tokens and comments of a text, in order. The text need not parse, and may end in the middle of a token. */
export function highlightTokens(text: string): HighlightedToken[] {
  const comments: HighlightedToken[] = [];
  const tokens = scan(text, (start, end) => comments.push({ kind: 'comment', start, end }));
  const colored = tokens.map((token, index): HighlightedToken => ({
    kind: kindOf(token, tokens[index + 1]),
    start: token.startOffset,
    end: token.startOffset + token.image.length,
  }));
  return [...comments, ...colored].sort((left, right) => left.start - right.start);
}

function kindOf(token: IToken, next: IToken | undefined): HighlightKind {
  const type = token.tokenType;
  if (type === t.StringValue || type === t.OpenString) return 'string';
  if (type === t.OpenComment) return 'comment';
  if (type === t.QuotedIdentifier || type === t.OpenIdentifier) return 'quoted';
  if (type === t.Variable) return 'variable';
  if (type === t.Unrecognized) return 'error';
  if (type === t.IntegerValue || type === t.DecimalValue || type === t.FloatValue) return 'number';
  if (type === t.BareIdentifier || type === t.DigitIdentifier) return next?.tokenType === t.LeftParen ? 'function' : 'identifier';
  if (PUNCTUATION.has(type)) return 'punctuation';
  return t.keywordOf(type.name) === undefined ? 'operator' : 'keyword';
}
