import { DAY_MS } from '../../../types/index.js';
import { boundVariant, p, scalar, t, variant } from '../../define.js';
import { zoneLookup } from './zone-lookup.js';

export const unixDate = scalar({
  name: 'UNIX_DATE',
  category: 'DATE / TIME',
  description: "Days from 1970-01-01 to a date, or to today in the server's time zone.",
  deterministic: false,
  examples: [{ sql: "UNIX_DATE(CAST('2020-02-29' AS DATE))", result: '18321' }],
  variants: [
    boundVariant({
      parameters: [],
      returns: t.integer,
      nulls: 'called',
      bind: ({ context }) => {
        const zone = zoneLookup()(context.zoneId);
        return () => {
          const now = context.clock.now();
          return Math.floor((now + zone.offsetAt(now) * 1000) / DAY_MS);
        };
      },
    }),
    variant({ parameters: [p.date('date')], returns: t.integer, nulls: 'propagate', evaluate: (date) => date }),
  ],
});
