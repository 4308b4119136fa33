import type { Span } from '../errors/index.js';
import { scan } from './scan.js';
import { SourceText } from './source-text.js';
import * as t from './tokens.js';

/** Why the last statement is not finished. */
export type Incomplete = 'string' | 'identifier' | 'comment' | 'parenthesis' | 'semicolon';

/** A piece of text between statement ends. It need not parse. */
export interface StatementText {
  /** From its first token, with the `;` if it has one. */
  readonly text: string;
  readonly span: Span;
  /** null: it ends in `;`. */
  readonly incomplete: Incomplete | null;
}

/** Cuts text at its `;`, by lexing only. Text that holds nothing but comments and white space is no statement. */
export function splitStatements(text: string): StatementText[] {
  const source = new SourceText(text);
  const found: StatementText[] = [];
  let start = -1;
  let depth = 0;
  let end = 0;
  let open: Incomplete = 'semicolon';
  for (const token of scan(text)) {
    if (start < 0) start = token.startOffset;
    end = token.startOffset + token.image.length;
    if (token.tokenType === t.LeftParen) depth++;
    else if (token.tokenType === t.RightParen) depth--;
    else if (token.tokenType === t.OpenString) open = 'string';
    else if (token.tokenType === t.OpenIdentifier) open = 'identifier';
    else if (token.tokenType === t.OpenComment) open = 'comment';
    if (token.tokenType !== t.Semicolon) continue;
    found.push({ text: text.slice(start, end), span: source.span(start, end), incomplete: null });
    start = -1;
    depth = 0;
  }
  if (start < 0) return found;
  const incomplete = open === 'semicolon' && depth > 0 ? 'parenthesis' : open;
  return [...found, { text: text.slice(start, end), span: source.span(start, end), incomplete }];
}
