import { negated, propertySet, setOf, type CharSet } from './char-set.js';

/** What ends a line in Java. */
export const LINE_ENDS: CharSet = setOf([0x0a, 0x0a], [0x0d, 0x0d], [0x85, 0x85], [0x2028, 0x2029]);
const DIGITS = setOf([0x30, 0x39]);
const WORD = setOf([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]);
const SPACE = setOf([0x09, 0x0d], [0x20, 0x20]);
const HORIZONTAL = setOf([0x09, 0x09], [0x20, 0x20], [0xa0, 0xa0], [0x1680, 0x1680], [0x180e, 0x180e], [0x2000, 0x200a], [0x202f, 0x202f], [0x205f, 0x205f], [0x3000, 0x3000]);
export const VERTICAL: CharSet = setOf([0x0a, 0x0d], [0x85, 0x85], [0x2028, 0x2029]);

/** `\d`, `\W` and the like. */
export const ESCAPED_CLASSES: ReadonlyMap<string, CharSet> = new Map(
  ([['d', DIGITS], ['w', WORD], ['s', SPACE], ['h', HORIZONTAL], ['v', VERTICAL]] as const).flatMap(([letter, set]) => [
    [letter, set] as const,
    [letter.toUpperCase(), negated(set)] as const,
  ]),
);

const NAMED: ReadonlyMap<string, CharSet> = new Map<string, CharSet>([
  ['Lower', setOf([0x61, 0x7a])],
  ['Upper', setOf([0x41, 0x5a])],
  ['ASCII', setOf([0, 0x7f])],
  ['Alpha', setOf([0x41, 0x5a], [0x61, 0x7a])],
  ['Digit', DIGITS],
  ['Alnum', setOf([0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a])],
  ['Punct', setOf([0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e])],
  ['Graph', setOf([0x21, 0x7e])],
  ['Print', setOf([0x20, 0x7e])],
  ['Blank', setOf([0x09, 0x09], [0x20, 0x20])],
  ['Cntrl', setOf([0, 0x1f], [0x7f, 0x7f])],
  ['XDigit', setOf([0x30, 0x39], [0x41, 0x46], [0x61, 0x66])],
  ['Space', SPACE],
  ['javaLowerCase', propertySet('\\p{Ll}')],
  ['javaUpperCase', propertySet('\\p{Lu}')],
  ['javaWhitespace', setOf([0x09, 0x0d], [0x1c, 0x20], [0x1680, 0x1680], [0x2000, 0x2006], [0x2008, 0x200a], [0x2028, 0x2029], [0x205f, 0x205f], [0x3000, 0x3000])],
  ['IsAlphabetic', propertySet('\\p{L}', '\\p{Nl}')],
  ['IsLetter', propertySet('\\p{L}')],
  ['IsIdeographic', propertySet('\\p{Han}')],
  ['IsLowercase', propertySet('\\p{Ll}')],
  ['IsUppercase', propertySet('\\p{Lu}')],
  ['IsTitlecase', propertySet('\\p{Lt}')],
  ['IsPunctuation', propertySet('\\p{P}')],
  ['IsControl', propertySet('\\p{Cc}')],
  ['IsWhite_Space', setOf([0x09, 0x0d], [0x20, 0x20], [0x85, 0x85], [0xa0, 0xa0], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f], [0x205f, 0x205f], [0x3000, 0x3000])],
  ['IsDigit', propertySet('\\p{Nd}')],
]);

const CATEGORIES = new Set('C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs'.split(' '));

/** The set a `\p{name}` stands for; null for a name that is not known here. */
export function namedClass(name: string): CharSet | null {
  const known = NAMED.get(name);
  if (known !== undefined) return known;
  const keyword = /^(?:(?:gc|general_category|sc|script)=|Is)?(\w+)$/i.exec(name)?.[1] ?? '';
  if (CATEGORIES.has(keyword)) return propertySet(`\\p{${keyword}}`);
  const isScript = /^(?:sc=|script=|Is)/i.test(name);
  return isScript && /^[A-Z][A-Za-z_]+$/.test(keyword) ? propertySet(`\\p{${keyword}}`) : null;
}
