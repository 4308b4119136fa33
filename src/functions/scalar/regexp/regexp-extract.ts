import { boundVariant, p, scalar, t } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';
import { compileJavaRegex } from '../../java-regex/java-regex.js';
import { rememberLast } from '../../remember-last.js';

function extractor(): (pattern: string, input: string, group: number) => string | null {
  const regexOf = rememberLast(compileJavaRegex);
  return (pattern, input, group) => {
    const regex = regexOf(pattern);
    if (group > regex.groupCount) return null;
    const match = regex.find(input, 0);
    if (match !== null && group < 0) throw new EvaluationError(`No group ${group}`);
    return match?.groups[group] ?? null;
  };
}

export const regexpExtract = scalar({
  name: 'REGEXP_EXTRACT',
  shownAs: 'regexp_extract',
  category: 'REGULAR EXPRESSION',
  description: 'The first part of a text that matches a regular expression, or one group of it; null when there is none.',
  examples: [
    { sql: "REGEXP_EXTRACT('[0-9]+', 'room 12, floor 3')", result: '12' },
    { sql: "REGEXP_EXTRACT('(\\w+) (\\d+)', 'room 12', 1)", result: 'room' },
  ],
  variants: [
    boundVariant({
      parameters: [p.string('pattern'), p.string('input')],
      returns: t.string,
      nulls: 'propagate',
      bind: () => {
        const extract = extractor();
        return (pattern, input) => extract(pattern, input, 0);
      },
    }),
    boundVariant({ parameters: [p.string('pattern'), p.string('input'), p.integer('group')], returns: t.string, nulls: 'propagate', bind: extractor }),
  ],
});
