import { boundVariant, p, primitive, scalar, t } from '../../define.js';
import { datePoint } from '../../java-time/points.js';
import { compilePrinter } from '../../java-time/print.js';
import { rememberLast } from '../../remember-last.js';

export const datetostring = scalar({
  name: 'DATETOSTRING',
  category: 'DATE / TIME',
  description: 'Days since 1970-01-01 as text by a Java date-time pattern. FORMAT_DATE is the newer form.',
  examples: [{ sql: "DATETOSTRING(18321, 'yyyy-MM-dd')", result: '2020-02-29' }],
  variants: [
    boundVariant({
      parameters: [primitive(p.integer('epochDays')), p.string('pattern')],
      returns: t.string,
      nulls: 'propagate',
      bind: () => {
        const printerOf = rememberLast(compilePrinter);
        return (epochDays, pattern) => printerOf(pattern)(datePoint(epochDays));
      },
    }),
  ],
});
