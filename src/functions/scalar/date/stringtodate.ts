import { boundVariant, p, scalar, t } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';
import { compileFieldParser } from '../../java-time/date-time-parser.js';
import { rememberLast } from '../../remember-last.js';

export const stringtodate = scalar({
  name: 'STRINGTODATE',
  category: 'DATE / TIME',
  description: 'Days since 1970-01-01 that a text gives by a Java date-time pattern with a whole date. PARSE_DATE is the newer form.',
  examples: [{ sql: "STRINGTODATE('20200229', 'yyyyMMdd')", result: '18321' }],
  variants: [
    boundVariant({
      parameters: [p.string('text'), p.string('pattern')],
      returns: t.integer,
      nulls: 'called',
      bind: () => {
        const parserOf = rememberLast(compileFieldParser);
        return (text, pattern) => {
          if (text === null || pattern === null) throw new EvaluationError('STRINGTODATE needs a text and a pattern that are not null.');
          const { day } = parserOf(pattern)(text);
          if (day === null) throw new EvaluationError(`'${text}' by the pattern '${pattern}' is not a whole date.`);
          return day;
        };
      },
    }),
  ],
});
