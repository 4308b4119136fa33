import { canonicalLong, type Long } from '../../../types/index.js';
import { boundVariant, p, scalar, t } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';
import { compileTimestampParser } from '../../java-time/date-time-parser.js';
import { rememberLast } from '../../remember-last.js';
import { zoneLookup } from './zone-lookup.js';

const asLong = (epochMs: number): Long => (Number.isSafeInteger(epochMs) ? epochMs : canonicalLong(BigInt(epochMs)));

/** Unlike PARSE_TIMESTAMP, a null text or pattern fails the call. */
function required(value: string | null): string {
  if (value === null) throw new EvaluationError('STRINGTOTIMESTAMP needs a text and a pattern that are not null.');
  return value;
}

export const stringtotimestamp = scalar({
  name: 'STRINGTOTIMESTAMP',
  category: 'DATE / TIME',
  description: "Epoch milliseconds that a text gives by a Java date-time pattern, in the given zone or the server's. PARSE_TIMESTAMP is the newer form.",
  examples: [{ sql: "STRINGTOTIMESTAMP('2020-02-29 12:00', 'yyyy-MM-dd HH:mm', 'UTC')", result: '1582977600000' }],
  variants: [
    boundVariant({
      parameters: [p.string('text'), p.string('pattern')],
      returns: t.bigint,
      nulls: 'called',
      bind: ({ context }) => {
        const parserOf = rememberLast(compileTimestampParser);
        const zone = zoneLookup()(context.zoneId);
        return (text, pattern) => asLong(parserOf(required(pattern))(required(text), zone));
      },
    }),
    boundVariant({
      parameters: [p.string('text'), p.string('pattern'), p.string('zone')],
      returns: t.bigint,
      nulls: 'called',
      bind: () => {
        const parserOf = rememberLast(compileTimestampParser);
        const zoneFor = zoneLookup();
        return (text, pattern, zone) => asLong(parserOf(required(pattern))(required(text), zoneFor(required(zone))));
      },
    }),
  ],
});
