import { boundVariant, p, scalar, t } from '../../define.js';
import { timeOfDayPoint } from '../../java-time/points.js';
import { compilePrinter } from '../../java-time/print.js';
import { rememberLast } from '../../remember-last.js';

export const formatTime = scalar({
  name: 'FORMAT_TIME',
  category: 'DATE / TIME',
  description: 'A time of day as text by a Java date-time pattern.',
  examples: [{ sql: "FORMAT_TIME(CAST('13:05:00' AS TIME), 'hh:mm a')", result: '01:05 PM' }],
  variants: [
    boundVariant({
      parameters: [p.time('time'), p.string('pattern')],
      returns: t.string,
      nulls: 'propagate',
      bind: () => {
        const printerOf = rememberLast(compilePrinter);
        return (time, pattern) => printerOf(pattern)(timeOfDayPoint(time));
      },
    }),
  ],
});
