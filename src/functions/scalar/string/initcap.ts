import { p, scalar, t, variant } from '../../define.js';

// Java's Character.isWhitespace: no-break spaces are not among it, the separators 28 to 31 are.
const WORD = /(^|[\t-\r\u001c- \u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000])([^\t-\r\u001c- \u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000])/gu;

/** A letter whose upper-case form is several letters stays as it is. */
function upperLetter(letter: string): string {
  const upper = letter.toUpperCase();
  return upper.length === letter.length ? upper : letter;
}

export const initcap = scalar({
  name: 'INITCAP',
  category: 'STRING',
  description: 'The text in lower case, with the first letter of each word in upper case.',
  examples: [{ sql: "INITCAP('hello  THERE')", result: 'Hello  There' }],
  variants: [
    variant({
      parameters: [p.string('text')],
      returns: t.string,
      nulls: 'propagate',
      evaluate: (text) => text.toLowerCase().replaceAll(WORD, (_, space: string, letter: string) => space + upperLetter(letter)),
    }),
  ],
});
