import { boundVariant, p, scalar, t } from '../../define.js';
import { datePoint } from '../../java-time/points.js';
import { compilePrinter } from '../../java-time/print.js';
import { rememberLast } from '../../remember-last.js';

export const formatDate = scalar({
  name: 'FORMAT_DATE',
  category: 'DATE / TIME',
  description: 'A date as text by a Java date-time pattern.',
  examples: [{ sql: "FORMAT_DATE(CAST('2020-02-29' AS DATE), 'EEE, d MMM yyyy')", result: 'Sat, 29 Feb 2020' }],
  variants: [
    boundVariant({
      parameters: [p.date('date'), p.string('pattern')],
      returns: t.string,
      nulls: 'propagate',
      bind: () => {
        const printerOf = rememberLast(compilePrinter);
        return (date, pattern) => printerOf(pattern)(datePoint(date));
      },
    }),
  ],
});
