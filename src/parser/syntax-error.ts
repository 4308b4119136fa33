import type { IToken, TokenType } from 'chevrotain';
import { nearestWord, ParseError, type Span } from '../errors/index.js';
import type { Choice, GrammarWalk, Place } from './grammar-walk.js';
import { isReservedWord } from './keywords.js';
import { lineColumn, type SourceText } from './source-text.js';
import { keywordNames, syntaxHint } from './syntax-hints.js';
import * as t from './tokens.js';

/** The longest list of expected tokens that is shown. */
const MOST_EXPECTED = 3;

/** Rules that only choose a statement by its first words: a wrong word there has no short list of right ones. */
const CHOOSING_RULES: ReadonlySet<string> = new Set([
  'create', 'drop', 'alter', 'show', 'showExtended', 'showConnectors', 'describe', 'assertion', 'testAssert', 'insert',
]);

/** What is known about a place where the text stops following the grammar. */
export interface Failure {
  readonly walk: GrammarWalk;
  readonly tokens: readonly IToken[];
  /** Index of the offending token; the number of tokens when the text ends too early. */
  readonly index: number;
  readonly places: readonly Place[];
  /** The places one token earlier. */
  readonly before: readonly Place[];
  /** The rules that cannot go on, each where it stands. */
  readonly offended: readonly Place[];
  /** Everything that could stand here. */
  readonly choices: readonly Choice[];
  /** The part of it that messages list. */
  readonly expected: readonly TokenType[];
}

export interface SyntaxErrorInput {
  readonly source: SourceText;
  readonly walk: GrammarWalk;
  readonly rule: string;
  /** The tokens of the text the rule was meant to cover. */
  readonly tokens: readonly IToken[];
  /** Where the parser gave up; the true place may be later. */
  readonly failedAt: number;
}

/** Explains why text does not follow the grammar. Looks at the failing statement only. */
export function syntaxError(input: SyntaxErrorInput): ParseError {
  const start = statementStart(input.tokens, input.failedAt);
  const end = input.tokens.findIndex((token, index) => index >= input.failedAt && token.tokenType === t.Semicolon);
  const tokens = input.tokens.slice(start, end < 0 ? undefined : end + 1);
  const result = input.walk.walk(input.rule, tokens);
  // Where a GATE refused what the network admits, the parser's own place is the right one.
  const isAdmitted = end >= 0 && result.accepted === tokens.length;
  const index = isAdmitted ? Math.max(0, input.failedAt - start) : result.accepted;
  const failure = failureAt(input.walk, tokens, index, result);
  const at = tokens[index];
  const span = at === undefined ? endSpan(input.source, tokens) : input.source.span(at.startOffset, at.startOffset + at.image.length);
  const where = lineColumn(span);
  const explanation = explain(failure, at, where);
  return new ParseError(`line ${where}: Syntax Error\n${explanation}`, { span, hint: syntaxHint(failure, at) ?? 'Write one of the expected words there.' });
}

function statementStart(tokens: readonly IToken[], failedAt: number): number {
  for (let index = Math.min(failedAt, tokens.length) - 1; index >= 0; index--) if (tokens[index]?.tokenType === t.Semicolon) return index + 1;
  return 0;
}

/** The place just behind the last token. */
function endSpan(source: SourceText, tokens: readonly IToken[]): Span {
  const last = tokens.at(-1);
  const end = last === undefined ? source.text.length : last.startOffset + last.image.length;
  return source.span(end, end);
}

function failureAt(walk: GrammarWalk, tokens: readonly IToken[], index: number, { places, before }: Pick<Failure, 'places' | 'before'>): Failure {
  const offended = places.map((place) => walk.offended(place));
  const choices = walk.choices(places, index);
  // A rule that waits for one certain token lists all that could have stood before it, too; one that has a choice lists its choice.
  const local = offended.every((place) => isWaiting(place)) ? choices : walk.choices(offended, index);
  return { walk, tokens, index, places, before, offended, choices, expected: inOrder(local) };
}

function isWaiting(place: Place): boolean {
  return place.state.steps.length === 1 && place.state.steps[0]?.kind === 'token';
}

/** The concrete tokens of the choices, each once, in the order of messages. */
function inOrder(choices: readonly Choice[]): TokenType[] {
  const types = new Set(choices.flatMap((choice) => membersOf(choice.type)));
  return t.VOCABULARY.filter((type) => types.has(type));
}

function membersOf(type: TokenType): TokenType[] {
  const members = t.VOCABULARY.filter((each) => each.tokenTypeIdx === type.tokenTypeIdx || type.categoryMatchesMap?.[each.tokenTypeIdx ?? -1]);
  return members.length === 0 ? [type] : members;
}

// ---------------------------------------------------------------- the second line

function explain(failure: Failure, at: IToken | undefined, where: string): string {
  const word = at?.image ?? '<EOF>';
  const near = `Syntax error at or near '${word}' at line ${where}`;
  if (at !== undefined && OPEN_ENDED.has(at.tokenType)) return OPEN_ENDED.get(at.tokenType) ?? near;
  if (failure.index === 0 && at !== undefined && failure.offended.every((place) => place.frame === null)) {
    return isStartingStatement(failure) ? unknownStatement(failure, word) : near;
  }
  const missing = missingToken(failure, at);
  if (isInsideUndecidedItem(failure)) return near;
  if (missing !== null) return `missing ${missing} at '${word}'`;
  if (at !== undefined && isReservedWord(word.toUpperCase()) && failure.expected.includes(t.BareIdentifier)) {
    return `"${word}" is a reserved keyword and it can't be used as an identifier. You can use it as an identifier by escaping it as '${word}'`;
  }
  if (failure.offended.some((place) => CHOOSING_RULES.has(place.state.rule))) return near;
  const labels = [...new Set(failure.expected.map((type) => type.LABEL ?? type.name))];
  if (labels.length === 0 || labels.length > MOST_EXPECTED) return near;
  return `Expecting ${labels.length === 1 ? labels[0] : `{${labels.join(', ')}}`}`;
}

const OPEN_ENDED: ReadonlyMap<TokenType, string> = new Map([
  [t.OpenString, 'The string that starts here is never closed'],
  [t.OpenIdentifier, 'The quoted name that starts here is never closed'],
  [t.OpenComment, 'The comment that starts here is never closed'],
]);

function isStartingStatement(failure: Failure): boolean {
  return failure.expected.some((type) => type === t.kw('SELECT'));
}

function unknownStatement(failure: Failure, word: string): string {
  const nearest = nearestWord(word, keywordNames(failure.expected));
  return nearest === null ? `Unknown statement '${word}'` : `Unknown statement '${word}'\nDid you mean '${nearest}'?`;
}

/** The one token that all open rules wait for, if the text goes on as if it stood here. */
function missingToken(failure: Failure, at: IToken | undefined): string | null {
  if (!failure.offended.every(isWaiting)) return null;
  const [choice, ...others] = failure.walk.choices(failure.offended, failure.index);
  if (choice === undefined || others.length > 0) return null;
  const goesOn = at === undefined ? choice.type === t.Semicolon : failure.walk.advance([choice.after], at, failure.index).length > 0;
  return goesOn ? choice.type.LABEL ?? choice.type.name : null;
}

/**
 * Whether the place is in a select item that so far could still become `x->*`. ksqlDB reads on until it can tell, and then no longer knows
 * what it expected.
 */
function isInsideUndecidedItem(failure: Failure): boolean {
  return failure.offended.some((place) => {
    for (let frame = place.frame; frame !== null; frame = frame.parent) {
      if (frame.called !== 'selectItem') continue;
      const item = failure.tokens.slice(frame.start, failure.index);
      return item.length > 0 && failure.walk.walk('primary', item).accepted === item.length;
    }
    return false;
  });
}
