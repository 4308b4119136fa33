import { tokenMatcher, type IToken, type TokenType } from 'chevrotain';
import { didYouMean, nearestWord } from '../errors/index.js';
import { isReservedWord } from './keywords.js';
import type { Failure } from './syntax-error.js';
import * as t from './tokens.js';

/** One sentence on what to write instead, if the place tells. */
export function syntaxHint(failure: Failure, at: IToken | undefined): string | undefined {
  if (at === undefined || at.tokenType === t.Semicolon) return atEnd(failure, at);
  return atKnownMistake(failure, at) ?? openBracket(failure) ?? atRule(failure) ?? typo(failure, at);
}

function atEnd(failure: Failure, at: IToken | undefined): string | undefined {
  const bracket = openBracket(failure);
  if (bracket !== undefined) return bracket;
  if (at === undefined) return accepts(failure, t.Semicolon) ? "End the statement with ';'." : undefined;
  return atRule(failure) ?? typo(failure, at);
}

function atKnownMistake(failure: Failure, at: IToken): string | undefined {
  const previous = failure.tokens[failure.index - 1];
  if (previous?.tokenType === t.Comma && at.tokenType === t.kw('FROM')) return 'Remove the comma before FROM.';
  if (at.tokenType === t.kw('DISTINCT')) return 'SELECT DISTINCT is not supported. Use GROUP BY.';
  if (at.tokenType === t.OpenString) return "A quote inside a string is written twice: ''.";
  if (at.tokenType === t.kw('SELECT') && accepts(failure, t.kw('AS'))) return 'Write AS before the query.';
  if (at.tokenType === t.kw('RUN')) return 'RUN SCRIPT is a command of the command line and of test scripts.';
  if (tokenMatcher(at, t.CompareSign) && failure.tokens.slice(0, failure.index).some((token) => tokenMatcher(token, t.CompareSign))) {
    return 'Put one of the comparisons in parentheses.';
  }
  if (CLAUSES.has(at.tokenType) && offends(failure, 'terminated')) return `The order of clauses is ${CLAUSE_ORDER}.`;
  if (isReservedWord(at.image.toUpperCase()) && failure.expected.includes(t.BareIdentifier)) return `Write \`${at.image}\` to use the word as a name.`;
  return undefined;
}

const CLAUSE_ORDER = 'FROM, WINDOW, WHERE, GROUP BY, PARTITION BY, HAVING, EMIT, LIMIT';
const CLAUSES: ReadonlySet<TokenType> = new Set(
  (['FROM', 'WINDOW', 'WHERE', 'GROUP', 'PARTITION', 'HAVING', 'EMIT', 'LIMIT'] as const).map((word) => t.kw(word)),
);

/** Rules whose shape is worth showing when they are not followed. */
const SHAPES: ReadonlyMap<string, string> = new Map([
  ['duration', 'Units are DAYS, HOURS, MINUTES, SECONDS and MILLISECONDS.'],
  ['hopping', 'Write HOPPING (SIZE 1 MINUTE, ADVANCE BY 10 SECONDS).'],
  ['tumbling', 'Write TUMBLING (SIZE 1 MINUTE).'],
  ['session', 'Write SESSION (5 MINUTES).'],
  ['set', "Write SET 'property' = 'value'."],
  ['unset', "Write UNSET 'property'."],
  ['define', "Write DEFINE name = 'value'."],
  ['property', 'Properties are written NAME = literal; strings stand in single quotes.'],
  ['emitAndLimit', 'Write EMIT CHANGES or EMIT FINAL.'],
  ['create', 'What can be created: STREAM, TABLE, SOURCE STREAM, SOURCE TABLE, TYPE, SOURCE CONNECTOR, SINK CONNECTOR.'],
  ['drop', 'What can be dropped: STREAM, TABLE, TYPE, CONNECTOR.'],
]);

function atRule(failure: Failure): string | undefined {
  const typed = failure.tokens[failure.index];
  if (typed !== undefined && nearKeyword(failure, typed) !== null) return undefined;
  for (const place of failure.offended) {
    const shape = SHAPES.get(place.state.rule);
    if (shape !== undefined) return shape;
  }
  return undefined;
}

function offends(failure: Failure, rule: string): boolean {
  return failure.offended.some((place) => place.state.rule === rule);
}

/** Names the innermost bracket that is open, where closing it would be right. */
function openBracket(failure: Failure): string | undefined {
  const open: IToken[] = [];
  for (const token of failure.tokens.slice(0, failure.index)) {
    if (token.tokenType === t.LeftParen || token.tokenType === t.LeftBracket) open.push(token);
    else if (token.tokenType === t.RightParen || token.tokenType === t.RightBracket) open.pop();
  }
  const last = open.at(-1);
  if (last === undefined) return undefined;
  const closing = last.tokenType === t.LeftParen ? t.RightParen : t.RightBracket;
  return accepts(failure, closing) && failure.tokens[failure.index]?.tokenType !== t.Unrecognized
    ? `Close the bracket: ${closing.LABEL ?? closing.name} is missing.`
    : undefined;
}

function accepts(failure: Failure, type: TokenType): boolean {
  return failure.choices.some((choice) => choice.type === type);
}

function nearKeyword(failure: Failure, at: IToken): string | null {
  return at.tokenType === t.BareIdentifier ? didYouMean(at.image, keywordNames(failure.choices.map((choice) => choice.type))) : null;
}

/** A misspelt keyword is often taken for a name, and the next word is the one that does not fit. */
function typo(failure: Failure, at: IToken): string | undefined {
  // The message about an unknown statement names the nearest one already.
  if (failure.index === 0) return undefined;
  const here = nearKeyword(failure, at);
  if (here !== null) return here;
  const previous = failure.tokens[failure.index - 1];
  if (previous === undefined || previous.tokenType !== t.BareIdentifier) return undefined;
  const choices = failure.walk.choices(failure.before, failure.index - 1).filter((choice) => !tokenMatcher(previous, choice.type));
  const meant = nearestWord(previous.image, keywordNames(choices.map((choice) => choice.type)));
  return meant === null ? undefined : `Did you mean '${meant}' instead of '${previous.image}'?`;
}

/** The keywords among token types, as words. */
export function keywordNames(types: readonly TokenType[]): string[] {
  return types.map((type) => type.name).filter((name) => t.keywordOf(name) !== undefined);
}
