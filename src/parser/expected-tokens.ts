import type { IToken } from 'chevrotain';
import type { Choice } from './grammar-walk.js';
import { grammarWalk } from './parse.js';
import { scan } from './scan.js';
import * as t from './tokens.js';

/** What kind of thing, other than a keyword, may stand at a place. */
export type Expectation = 'source' | 'column' | 'function' | 'property' | 'type' | 'topic' | 'query' | 'string' | 'identifier';

export interface Completion {
  readonly keywords: string[];
  readonly expects: Expectation[];
}

/** The labels of the grammar's names; others are new names, of which nothing is known. */
const MEANINGS: ReadonlyMap<string, readonly Expectation[]> = new Map<string, readonly Expectation[]>([
  ['source', ['source']],
  ['qualifier', ['source']],
  ['column', ['column', 'function']],
  ['member', ['column']],
  ['insertColumn', ['column']],
  ['function', ['function']],
  ['property', ['property']],
  ['setting', ['property']],
  ['type', ['type']],
  ['topic', ['topic']],
  ['query', ['query']],
]);

/**
 * What may follow at an offset of a text, which need not parse. A word that the offset stands in or directly behind is being
 * written: the answer is what may stand in its place. Words are not filtered by what was written of them.
 */
export function expectedTokens(text: string, offset: number): Completion {
  const tokens = currentStatement(scan(text.slice(0, offset)));
  const last = tokens.at(-1);
  if (last?.tokenType === t.OpenComment) return { keywords: [], expects: [] };
  const isOpenString = last?.tokenType === t.OpenString;
  const isBeingWritten = last !== undefined && (isOpenString || isWord(last, offset));
  const before = isBeingWritten ? tokens.slice(0, -1) : tokens;
  const walk = grammarWalk();
  const result = walk.walk('script', before);
  if (result.accepted < before.length) return { keywords: [], expects: [] };
  const choices = walk.choices(result.places, before.length);
  return isOpenString ? insideString(choices) : { keywords: keywordsOf(choices), expects: expectationsOf(choices) };
}

function currentStatement(tokens: readonly IToken[]): readonly IToken[] {
  return tokens.slice(tokens.findLastIndex((token) => token.tokenType === t.Semicolon) + 1);
}

function isWord(token: IToken, offset: number): boolean {
  if (token.startOffset + token.image.length !== offset) return false;
  return token.tokenType === t.OpenIdentifier || /^[A-Za-z_0-9]/.test(token.image) && token.tokenType.CATEGORIES?.includes(t.NumberLiteral) !== true;
}

function insideString(choices: readonly Choice[]): Completion {
  return { keywords: [], expects: expectationsOf(choices.filter((choice) => choice.type === t.StringValue)) };
}

function keywordsOf(choices: readonly Choice[]): string[] {
  const types = new Set(choices.flatMap((choice) => (isNameCategory(choice) ? [] : [choice.type.name, ...memberNames(choice)])));
  return t.VOCABULARY.map((type) => type.name).filter((name) => types.has(name) && t.keywordOf(name) !== undefined);
}

function isNameCategory(choice: Choice): boolean {
  return choice.type === t.Identifier || choice.type === t.AnyWord;
}

function memberNames(choice: Choice): string[] {
  const members = new Set(choice.type.categoryMatches ?? []);
  return t.VOCABULARY.filter((type) => type.tokenTypeIdx !== undefined && members.has(type.tokenTypeIdx)).map((type) => type.name);
}

function expectationsOf(choices: readonly Choice[]): Expectation[] {
  const found = new Set<Expectation>();
  for (const choice of choices) {
    if (choice.type !== t.StringValue && !isNameCategory(choice)) continue;
    const meanings = MEANINGS.get(choice.label) ?? (isNameCategory(choice) ? (['identifier'] as const) : []);
    for (const meaning of meanings) found.add(meaning);
    if (choice.type === t.StringValue) found.add('string');
  }
  return [...found];
}
