import { p, scalar, t, variant } from '../../define.js';

// Java's Character.isWhitespace: no-break spaces are not among it, the separators 28 to 31 are.
const SPACE = String.raw`\t-\r\x1c- \u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000`;
const WORD = new RegExp(`(^|[${SPACE}])([^${SPACE}])`, 'gu');
/** ksqlDB drops white space in front of the first word, and only there. */
const LEADING = new RegExp(`^[${SPACE}]+`, 'u');

/** A letter whose upper-case form is several letters stays as it is. */
function upperLetter(letter: string): string {
  const upper = letter.toUpperCase();
  return upper.length === letter.length ? upper : letter;
}

export const initcap = scalar({
  name: 'INITCAP',
  category: 'STRING',
  description: 'The text in lower case, with the first letter of each word in upper case and without white space in front.',
  examples: [{ sql: "INITCAP('hello  THERE')", result: 'Hello  There' }],
  variants: [
    variant({
      parameters: [p.string('text')],
      returns: t.string,
      nulls: 'propagate',
      evaluate: (text) => text.replace(LEADING, '').toLowerCase().replaceAll(WORD, (_, space: string, letter: string) => space + upperLetter(letter)),
    }),
  ],
});
