import { boundVariant, p, scalar, t } from '../../define.js';
import { compileJavaRegex } from '../../java-regex/java-regex.js';
import { compileReplacement } from '../../java-regex/replacement.js';
import { rememberLast } from '../../remember-last.js';

export const regexpReplace = scalar({
  name: 'REGEXP_REPLACE',
  category: 'REGULAR EXPRESSION',
  description: 'The text with every match of a regular expression replaced; `$1` in the new text is the first group, a backslash takes the meaning from the next character.',
  examples: [{ sql: "REGEXP_REPLACE('2020-02', '(\\d+)-(\\d+)', '$2/$1')", result: '02/2020' }],
  variants: [
    boundVariant({
      parameters: [p.string('text'), p.string('pattern'), p.string('new')],
      returns: t.string,
      nulls: 'propagate',
      bind: () => {
        const regexOf = rememberLast(compileJavaRegex);
        return (text, pattern, replacement) => {
          const regex = regexOf(pattern);
          let result = '';
          let from = 0;
          let write: ReturnType<typeof compileReplacement> | null = null;
          for (const match of regex.findAll(text)) {
            // A wrong replacement fails only where there is something to replace.
            write ??= compileReplacement(replacement, regex);
            result += text.slice(from, match.start) + write(match);
            from = match.end;
          }
          return result + text.slice(from);
        };
      },
    }),
  ],
});
