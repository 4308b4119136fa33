import type { IToken, TokenType } from 'chevrotain';
import * as t from './tokens.js';

/** Receives the comments, which are no tokens; `end` is exclusive. */
export type CommentListener = (start: number, end: number, isDirective: boolean) => void;

const WORD = /[A-Za-z_][A-Za-z0-9_@]*/y;
// Longest match first; a digit followed by word characters is a name ("1abc") unless it reads as a number with exponent.
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const DIGIT_WORD = /\d[A-Za-z0-9_@]+/y;
const VARIABLE = /\$\{[A-Za-z_][A-Za-z0-9_@]*\}/y;

const SINGLE: ReadonlyMap<string, TokenType> = new Map([
  [';', t.Semicolon], ['(', t.LeftParen], [')', t.RightParen], [',', t.Comma], ['[', t.LeftBracket], [']', t.RightBracket],
  ['.', t.Dot], ['=', t.Equal], ['<', t.Less], ['>', t.Greater], ['+', t.Plus], ['-', t.Minus], ['*', t.Star], ['/', t.Slash],
  ['%', t.Percent],
]);
const DOUBLE: ReadonlyMap<string, TokenType> = new Map([
  ['->', t.Arrow], ['=>', t.FatArrow], [':=', t.Assign], ['<>', t.NotEqual], ['!=', t.NotEqual], ['<=', t.LessEqual],
  ['>=', t.GreaterEqual], ['||', t.Concat],
]);

function makeToken(type: TokenType, text: string, start: number, end: number): IToken {
  // Chevrotain sets tokenTypeIdx on every created token type.
  return { image: text.slice(start, end), startOffset: start, endOffset: end - 1, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0 };
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** The end of a quoted piece whose quote is escaped by doubling, or -1 if it is never closed. */
function quotedEnd(text: string, start: number, quote: string): number {
  let at = start + 1;
  for (;;) {
    const close = text.indexOf(quote, at);
    if (close < 0) return -1;
    if (text[close + 1] !== quote) return close + 1;
    at = close + 2;
  }
}

/**
 * The end of a `--` comment. Its first character may be anything but '@', a line feed included: the line after a bare
 * `--` is therefore part of the comment, as in ksqlDB.
 */
function lineCommentEnd(text: string, start: number): number {
  const isDirective = text[start + 2] === '@';
  const from = Math.min(start + 3, text.length);
  if (!isDirective && text[start + 2] === '\r' && text[start + 3] === '\n') return start + 4;
  let at = from;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}

function scanNumber(text: string, start: number): IToken {
  const numberEnd = matchEnd(NUMBER, text, start);
  const wordEnd = matchEnd(DIGIT_WORD, text, start);
  if (wordEnd > numberEnd) return makeToken(t.DigitIdentifier, text, start, wordEnd);
  const image = text.slice(start, numberEnd);
  const type = /[eE]/.test(image) ? t.FloatValue : image.includes('.') ? t.DecimalValue : t.IntegerValue;
  return makeToken(type, text, start, numberEnd);
}

function scanQuoted(text: string, start: number, quote: string): IToken {
  const end = quotedEnd(text, start, quote);
  if (quote === "'") return makeToken(end < 0 ? t.OpenString : t.StringValue, text, start, end < 0 ? text.length : end);
  return makeToken(end < 0 ? t.OpenIdentifier : t.QuotedIdentifier, text, start, end < 0 ? text.length : end);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function scanSign(text: string, start: number): IToken {
  const char = text[start] ?? '';
  if (char === '.' && isDigit(text.charCodeAt(start + 1))) return scanNumber(text, start);
  if (char === '$') {
    const end = matchEnd(VARIABLE, text, start);
    if (end > start) return makeToken(t.Variable, text, start, end);
  }
  const pair = DOUBLE.get(text.slice(start, start + 2));
  if (pair !== undefined) return makeToken(pair, text, start, start + 2);
  const single = SINGLE.get(char);
  if (single !== undefined) return makeToken(single, text, start, start + 1);
  return makeToken(t.Unrecognized, text, start, start + String.fromCodePoint(text.codePointAt(start) ?? 32).length);
}

function scanWord(text: string, start: number): IToken {
  const end = matchEnd(WORD, text, start);
  const token = makeToken(t.BareIdentifier, text, start, end);
  const keyword = t.keywordOf(token.image.toUpperCase());
  if (keyword !== undefined) {
    token.tokenType = keyword;
    token.tokenTypeIdx = keyword.tokenTypeIdx ?? 0;
  }
  return token;
}

function isWordStart(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}

/** Cuts text into tokens. Never fails: what cannot be read becomes a token that no rule accepts. */
export function scan(text: string, onComment?: CommentListener): IToken[] {
  const tokens: IToken[] = [];
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 32 || (code >= 9 && code <= 13)) {
      at++;
      continue;
    }
    if (code === 45 && text.charCodeAt(at + 1) === 45) {
      const end = lineCommentEnd(text, at);
      onComment?.(at, end, text[at + 2] === '@');
      at = end;
      continue;
    }
    if (code === 47 && text.charCodeAt(at + 1) === 42 && text.includes('*/', at + 2)) {
      const end = text.indexOf('*/', at + 2) + 2;
      onComment?.(at, end, false);
      at = end;
      continue;
    }
    const token = scanToken(text, at, code);
    tokens.push(token);
    at += token.image.length;
  }
  return tokens;
}

function scanToken(text: string, at: number, code: number): IToken {
  if (isWordStart(code)) return scanWord(text, at);
  if (isDigit(code)) return scanNumber(text, at);
  if (code === 39) return scanQuoted(text, at, "'");
  if (code === 34) return scanQuoted(text, at, '"');
  if (code === 96) return scanQuoted(text, at, '`');
  if (code === 47 && text.charCodeAt(at + 1) === 42) return makeToken(t.OpenComment, text, at, text.length);
  return scanSign(text, at);
}
