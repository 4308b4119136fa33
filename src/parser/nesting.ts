import type { IToken } from 'chevrotain';
import { ParseError, type Span } from '../errors/index.js';
import { lineColumn, type SourceText } from './source-text.js';
import { kw, LeftBracket, LeftParen, Less, Greater, RightBracket, RightParen, Semicolon } from './tokens.js';

/** How deep brackets, types, CASE and EXPLAIN may nest. */
export const MAX_DEPTH = 200;
/** How many operators of one kind may follow each other where each makes the tree deeper. */
export const MAX_OPERATORS = 1000;
/** How many WHEN a CASE may have: in generated code each stands inside the one before. */
export const MAX_BRANCHES = 500;

const ARRAY = kw('ARRAY');
const MAP = kw('MAP');
const STRUCT = kw('STRUCT');
const CASE = kw('CASE');
const END = kw('END');
const EXPLAIN = kw('EXPLAIN');

/**
 * Refuses text that nests too deep before any recursion over it starts. A `<` counts only as the bracket of a type; CASE counts
 * until its END.
 */
export function checkNesting(source: SourceText, tokens: readonly IToken[]): void {
  let depth = 0;
  let typeDepth = 0;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    const type = token.tokenType;
    if (type === LeftParen || type === LeftBracket || type === CASE || type === EXPLAIN) depth++;
    else if (type === RightParen || type === RightBracket || type === END) depth--;
    else if (type === Less && isTypeWord(tokens[index - 1])) typeDepth++;
    else if (type === Greater && typeDepth > 0) typeDepth--;
    else if (type === Semicolon) depth = typeDepth = 0;
    if (depth + typeDepth > MAX_DEPTH) {
      throw tooDeep(source.span(token.startOffset, token.startOffset + token.image.length), `nests deeper than ${MAX_DEPTH} levels`);
    }
  }
}

function isTypeWord(token: IToken | undefined): boolean {
  const type = token?.tokenType;
  return type === ARRAY || type === MAP || type === STRUCT;
}

/** Refuses a chain of operators that would make the tree too deep for walks over it. */
export function checkChain(length: number, span: Span, what: string, limit: number = MAX_DEPTH): void {
  if (length > limit) throw tooDeep(span, `chains more than ${limit} ${what}`);
}

function tooDeep(span: Span, what: string): ParseError {
  return new ParseError(`line ${lineColumn(span)}: Syntax Error\nThe statement ${what}`, { span, hint: 'Split the expression into several statements.' });
}
