import { boundVariant, p, scalar, t } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';
import { compileFieldParser } from '../../java-time/date-time-parser.js';
import { TIME_FIELDS } from '../../java-time/field.js';
import { rememberLast } from '../../remember-last.js';

export const parseTime = scalar({
  name: 'PARSE_TIME',
  category: 'DATE / TIME',
  description: 'The time of day a text gives by a Java date-time pattern without date fields.',
  examples: [{ sql: "PARSE_TIME('01:05 pm', 'hh:mm a')", result: '13:05' }],
  variants: [
    boundVariant({
      parameters: [p.string('text'), p.string('pattern')],
      returns: t.time,
      nulls: 'propagate',
      bind: () => {
        const parserOf = rememberLast(compileFieldParser);
        return (text, pattern) => {
          const { day, nanoOfDay, rest } = parserOf(pattern)(text);
          const dateField = day === null ? [...rest.keys()].find((field) => !TIME_FIELDS.has(field)) : 'EpochDay';
          if (dateField !== undefined) throw new EvaluationError(`Time format contains date field ${dateField}`);
          if (nanoOfDay === null) throw new EvaluationError(`'${text}' by the pattern '${pattern}' is not a whole time of day.`);
          return Math.floor(nanoOfDay / 1e6);
        };
      },
    }),
  ],
});
