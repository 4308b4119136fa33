import { boundVariant, p, scalar, t } from '../../define.js';
import { compileJavaRegex, type JavaRegex } from '../../java-regex/java-regex.js';
import { rememberLast } from '../../remember-last.js';

/** Java's `split`: no empty part before an empty match at the start, and none at the end. */
function splitAtEmptyMatches(text: string, regex: JavaRegex): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of regex.findAll(text)) {
    if (from === 0 && end === 0) continue;
    parts.push(text.slice(from, start));
    from = end;
  }
  if (from === 0) return [text];
  parts.push(text.slice(from));
  while (parts.at(-1) === '') parts.pop();
  return parts;
}

/** Every match separates; empty parts stay. */
function splitAtMatches(text: string, regex: JavaRegex): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of regex.findAll(text)) {
    if (end === from && end === start) continue;
    parts.push(text.slice(from, start));
    from = end;
  }
  return [...parts, text.slice(from)];
}

export const regexpSplitToArray = scalar({
  name: 'REGEXP_SPLIT_TO_ARRAY',
  category: 'REGULAR EXPRESSION',
  description: 'The parts of a text between the matches of a regular expression.',
  examples: [{ sql: "REGEXP_SPLIT_TO_ARRAY('a1b22c', '[0-9]+')", result: '[a, b, c]' }],
  variants: [
    boundVariant({
      parameters: [p.string('text'), p.string('pattern')],
      returns: t.array(t.string),
      nulls: 'propagate',
      bind: () => {
        const splitterOf = rememberLast((pattern) => {
          const regex = compileJavaRegex(pattern);
          const split = regex.find('', 0) === null ? splitAtMatches : splitAtEmptyMatches;
          return (text: string) => split(text, regex);
        });
        return (text, pattern) => splitterOf(pattern)(text);
      },
    }),
  ],
});
