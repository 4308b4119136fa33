import { p, scalar, t, variant } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';

const MAX_CODE_POINT = 0x10ffff;
const ESCAPE = /\\(?:u+\+?([0-9a-fA-F]{4})|([0-3]?[0-7]{1,2})|(u)|(.)|$)/gs;
const CONTROLS: ReadonlyMap<string, string> = new Map([['b', '\b'], ['n', '\n'], ['t', '\t'], ['f', '\f'], ['r', '\r']]);

/** Java's escapes: `\u0041`, octal, control letters; before any other character the backslash goes away. */
function unescapeJava(text: string): string {
  return text.replaceAll(ESCAPE, (_, hex: string | undefined, octal: string | undefined, broken: string | undefined, letter: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    if (broken !== undefined) throw new EvaluationError(`CHR cannot read the escapes of '${text}'.`);
    return letter === undefined ? '' : (CONTROLS.get(letter) ?? letter);
  });
}

export const chr = scalar({
  name: 'CHR',
  category: 'STRING',
  description: "The character of a code point, or of its escaped form such as '\\u004E'. Null when it is neither.",
  examples: [
    { sql: 'CHR(75)', result: 'K' },
    { sql: "CHR('\\u004E')", result: 'N' },
  ],
  variants: [
    variant({
      parameters: [p.integer('codePoint')],
      returns: t.string,
      nulls: 'propagate',
      evaluate: (codePoint) => (codePoint >= 0 && codePoint <= MAX_CODE_POINT ? String.fromCodePoint(codePoint) : null),
    }),
    variant({
      parameters: [p.string('escape')],
      returns: t.string,
      nulls: 'propagate',
      evaluate: (escape) => (escape.length < 6 || !escape.startsWith('\\u') ? null : unescapeJava(escape)),
    }),
  ],
});
