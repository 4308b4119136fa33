import { createToken, Lexer, type TokenType } from 'chevrotain';
import { ALL_FREE, ALL_RESERVED, type Keyword } from './keywords.js';

/**
 * The vocabulary. Tokens are made by `scan.ts`; the patterns here are never used for matching, so all are NA.
 * Categories say where one of several tokens may stand: every free keyword, for example, is also an `Identifier`.
 */
function abstract(name: string, label = name): TokenType {
  return createToken({ name, label, pattern: Lexer.NA });
}
function token(name: string, label: string, ...categories: TokenType[]): TokenType {
  return createToken({ name, label, pattern: Lexer.NA, categories });
}

// ---------------------------------------------------------------- categories

/** A word of any kind: the names of variables in DEFINE. */
export const AnyWord = abstract('AnyWord', 'IDENTIFIER');
export const Identifier = token('Identifier', 'IDENTIFIER', AnyWord);
export const NumberLiteral = abstract('NumberLiteral', 'NUMBER');
export const ArithmeticSign = abstract('ArithmeticSign');
export const LogicalWord = abstract('LogicalWord');
export const CompareSign = abstract('CompareSign');
export const UnitWord = abstract('UnitWord');

// ---------------------------------------------------------------- punctuation, in the order of messages

export const Semicolon = token('Semicolon', "';'");
export const LeftParen = token('LeftParen', "'('");
export const Comma = token('Comma', "','");
export const RightParen = token('RightParen', "')'");
export const LeftBracket = token('LeftBracket', "'['");
export const RightBracket = token('RightBracket', "']'");
export const Dot = token('Dot', "'.'");
export const Arrow = token('Arrow', "'->'");
export const FatArrow = token('FatArrow', "'=>'");
export const Assign = token('Assign', "':='");
export const Equal = token('Equal', "'='", CompareSign);
export const NotEqual = token('NotEqual', "'<>'", CompareSign);
export const Less = token('Less', "'<'", CompareSign);
export const LessEqual = token('LessEqual', "'<='", CompareSign);
export const Greater = token('Greater', "'>'", CompareSign);
export const GreaterEqual = token('GreaterEqual', "'>='", CompareSign);
export const Plus = token('Plus', "'+'", ArithmeticSign);
export const Minus = token('Minus', "'-'", ArithmeticSign);
export const Star = token('Star', "'*'", ArithmeticSign);
export const Slash = token('Slash', "'/'", ArithmeticSign);
export const Percent = token('Percent', "'%'", ArithmeticSign);
export const Concat = token('Concat', "'||'", ArithmeticSign);

const PUNCTUATION = [
  Semicolon, LeftParen, Comma, RightParen, LeftBracket, RightBracket, Dot, Arrow, FatArrow, Assign, Equal, NotEqual, Less,
  LessEqual, Greater, GreaterEqual, Plus, Minus, Star, Slash, Percent, Concat,
];

// ---------------------------------------------------------------- words

const UNITS: ReadonlySet<string> = new Set([
  'DAY', 'DAYS', 'HOUR', 'HOURS', 'MINUTE', 'MINUTES', 'SECOND', 'SECONDS', 'MILLISECOND', 'MILLISECONDS',
]);

function keywordToken(word: Keyword, isReserved: boolean): TokenType {
  const categories = [isReserved ? AnyWord : Identifier];
  if (UNITS.has(word)) categories.push(UnitWord);
  if (word === 'AND' || word === 'OR') categories.push(LogicalWord);
  return token(word, `'${word}'`, ...categories);
}

const KEYWORD_TOKENS: ReadonlyMap<string, TokenType> = new Map([
  ...ALL_RESERVED.map((word): [string, TokenType] => [word, keywordToken(word, true)]),
  ...ALL_FREE.map((word): [string, TokenType] => [word, keywordToken(word, false)]),
]);

/** The token type of an upper-cased word, if it is a keyword. */
export function keywordOf(word: string): TokenType | undefined {
  return KEYWORD_TOKENS.get(word);
}

/** The token type of a keyword. */
export function kw(word: Keyword): TokenType {
  const type = KEYWORD_TOKENS.get(word);
  if (type === undefined) throw new RangeError(word);
  return type;
}

export const BareIdentifier = token('BareIdentifier', 'IDENTIFIER', Identifier);
export const DigitIdentifier = token('DigitIdentifier', 'DIGIT_IDENTIFIER', Identifier);
export const QuotedIdentifier = token('QuotedIdentifier', 'QUOTED_IDENTIFIER', Identifier);
/** `${NAME}`: stands for a name or a literal until it is substituted. */
export const Variable = token('Variable', 'VARIABLE', Identifier);

// ---------------------------------------------------------------- values

export const IntegerValue = token('IntegerValue', 'INTEGER_VALUE', NumberLiteral);
export const DecimalValue = token('DecimalValue', 'DECIMAL_VALUE', NumberLiteral);
export const FloatValue = token('FloatValue', 'FLOATING_POINT_VALUE', NumberLiteral);
export const StringValue = token('StringValue', 'STRING');

// ---------------------------------------------------------------- what no rule accepts

export const OpenString = token('OpenString', 'an open string');
export const OpenIdentifier = token('OpenIdentifier', 'an open quoted name');
export const OpenComment = token('OpenComment', 'an open comment');
export const Unrecognized = token('Unrecognized', 'an unknown character');

const VALUES = [BareIdentifier, DigitIdentifier, QuotedIdentifier, Variable, IntegerValue, DecimalValue, FloatValue, StringValue];

/** Everything the scanner makes, ordered as messages list it. */
export const VOCABULARY: readonly TokenType[] = [
  ...PUNCTUATION, kw('STRING'), ...[...KEYWORD_TOKENS.values()].filter((type) => type.name !== 'STRING'), ...VALUES,
  OpenString, OpenIdentifier, OpenComment, Unrecognized,
];
export const CATEGORIES: readonly TokenType[] = [
  AnyWord, Identifier, NumberLiteral, ArithmeticSign, LogicalWord, CompareSign, UnitWord,
];
