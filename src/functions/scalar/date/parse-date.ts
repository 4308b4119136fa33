import { DAY_MS } from '../../../types/index.js';
import { boundVariant, p, scalar, t } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';
import { compileLenientDateParser } from '../../java-time/lenient-date.js';
import { rememberLast } from '../../remember-last.js';

export const parseDate = scalar({
  name: 'PARSE_DATE',
  category: 'DATE / TIME',
  description: 'The date a text gives by a pattern in the manner of Java\'s SimpleDateFormat.',
  examples: [{ sql: "PARSE_DATE('29/02/2020', 'dd/MM/yyyy')", result: '2020-02-29' }],
  variants: [
    boundVariant({
      parameters: [p.string('text'), p.string('pattern')],
      returns: t.date,
      nulls: 'propagate',
      bind: ({ context }) => {
        const parserOf = rememberLast((pattern) => compileLenientDateParser(pattern, context.clock.now()));
        return (text, pattern) => {
          const epochMs = parserOf(pattern)(text);
          if (epochMs % DAY_MS !== 0) throw new EvaluationError('Date format contains time field.');
          return epochMs / DAY_MS;
        };
      },
    }),
  ],
});
