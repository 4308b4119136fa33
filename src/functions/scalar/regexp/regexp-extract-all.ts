import { boundVariant, p, scalar, t } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';
import { compileJavaRegex } from '../../java-regex/java-regex.js';
import { rememberLast } from '../../remember-last.js';

function extractor(): (pattern: string, input: string, group: number) => (string | null)[] | null {
  const regexOf = rememberLast(compileJavaRegex);
  return (pattern, input, group) => {
    const regex = regexOf(pattern);
    if (group > regex.groupCount) return null;
    return Array.from(regex.findAll(input), ({ groups }) => {
      if (group < 0) throw new EvaluationError(`No group ${group}`);
      return groups[group] ?? null;
    });
  };
}

export const regexpExtractAll = scalar({
  name: 'REGEXP_EXTRACT_ALL',
  category: 'REGULAR EXPRESSION',
  description: 'All parts of a text that match a regular expression, or one group of each.',
  examples: [{ sql: "REGEXP_EXTRACT_ALL('[0-9]+', 'room 12, floor 3')", result: '[12, 3]' }],
  variants: [
    boundVariant({
      parameters: [p.string('pattern'), p.string('input')],
      returns: t.array(t.string),
      nulls: 'propagate',
      bind: () => {
        const extract = extractor();
        return (pattern, input) => extract(pattern, input, 0);
      },
    }),
    boundVariant({ parameters: [p.string('pattern'), p.string('input'), p.integer('group')], returns: t.array(t.string), nulls: 'propagate', bind: extractor }),
  ],
});
