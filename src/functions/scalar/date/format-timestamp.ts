import { boundVariant, p, scalar, t } from '../../define.js';
import { instantPoint } from '../../java-time/points.js';
import { compilePrinter } from '../../java-time/print.js';
import { rememberLast } from '../../remember-last.js';
import { zoneLookup } from './zone-lookup.js';

export const formatTimestamp = scalar({
  name: 'FORMAT_TIMESTAMP',
  category: 'DATE / TIME',
  description: 'A timestamp as text by a Java date-time pattern, in UTC or as a time zone sees it.',
  examples: [
    { sql: "FORMAT_TIMESTAMP(CAST('2018-05-11T21:58:33' AS TIMESTAMP), 'yyyy-MM-dd HH:mm:ss zzz', 'America/Los_Angeles')", result: '2018-05-11 14:58:33 PDT' },
  ],
  variants: [
    boundVariant({
      parameters: [p.timestamp('timestamp'), p.string('pattern')],
      returns: t.string,
      nulls: 'propagate',
      bind: () => {
        const printerOf = rememberLast(compilePrinter);
        const zone = zoneLookup()('GMT');
        return (timestamp, pattern) => printerOf(pattern)(instantPoint(timestamp, zone));
      },
    }),
    boundVariant({
      parameters: [p.timestamp('timestamp'), p.string('pattern'), p.string('zone')],
      returns: t.string,
      nulls: 'propagate',
      bind: () => {
        const printerOf = rememberLast(compilePrinter);
        const zoneFor = zoneLookup();
        return (timestamp, pattern, zone) => printerOf(pattern)(instantPoint(timestamp, zoneFor(zone)));
      },
    }),
  ],
});
