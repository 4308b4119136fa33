import { boundVariant, p, primitive, scalar, t } from '../../define.js';
import { instantPoint } from '../../java-time/points.js';
import { compilePrinter } from '../../java-time/print.js';
import { rememberLast } from '../../remember-last.js';
import { zoneLookup } from './zone-lookup.js';

export const timestamptostring = scalar({
  name: 'TIMESTAMPTOSTRING',
  category: 'DATE / TIME',
  description: "Epoch milliseconds as text by a Java date-time pattern, as a time zone sees them (the server's without one). FORMAT_TIMESTAMP is the newer form.",
  examples: [{ sql: "TIMESTAMPTOSTRING(CAST(1526075913000 AS BIGINT), 'yyyy-MM-dd HH:mm:ss', 'UTC')", result: '2018-05-11 21:58:33' }],
  variants: [
    boundVariant({
      parameters: [primitive(p.bigint('epochMs')), p.string('pattern')],
      returns: t.string,
      nulls: 'propagate',
      bind: ({ context }) => {
        const printerOf = rememberLast(compilePrinter);
        const zone = zoneLookup()(context.zoneId);
        return (epochMs, pattern) => printerOf(pattern)(instantPoint(epochMs, zone));
      },
    }),
    boundVariant({
      parameters: [primitive(p.bigint('epochMs')), p.string('pattern'), p.string('zone')],
      returns: t.string,
      nulls: 'propagate',
      bind: () => {
        const printerOf = rememberLast(compilePrinter);
        const zoneFor = zoneLookup();
        return (epochMs, pattern, zone) => printerOf(pattern)(instantPoint(epochMs, zoneFor(zone)));
      },
    }),
  ],
});
