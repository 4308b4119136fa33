import { boundVariant, p, scalar, t } from '../../define.js';
import { compileTimestampParser } from '../../java-time/date-time-parser.js';
import { rememberLast } from '../../remember-last.js';
import { zoneLookup } from './zone-lookup.js';

export const parseTimestamp = scalar({
  name: 'PARSE_TIMESTAMP',
  category: 'DATE / TIME',
  description: 'The timestamp a text gives by a Java date-time pattern. Missing parts are those of 1970-01-01T00:00; a text without zone is in UTC or the given zone.',
  examples: [{ sql: "PARSE_TIMESTAMP('29.02.2020 23:59', 'dd.MM.yyyy HH:mm', 'Europe/Berlin')", result: '2020-02-29T22:59:00.000' }],
  variants: [
    boundVariant({
      parameters: [p.string('text'), p.string('pattern')],
      returns: t.timestamp,
      nulls: 'propagate',
      bind: () => {
        const parserOf = rememberLast(compileTimestampParser);
        const zone = zoneLookup()('GMT');
        return (text, pattern) => parserOf(pattern)(text, zone);
      },
    }),
    boundVariant({
      parameters: [p.string('text'), p.string('pattern'), p.string('zone')],
      returns: t.timestamp,
      nulls: 'propagate',
      bind: () => {
        const parserOf = rememberLast(compileTimestampParser);
        const zoneFor = zoneLookup();
        return (text, pattern, zone) => parserOf(pattern)(text, zoneFor(zone));
      },
    }),
  ],
});
