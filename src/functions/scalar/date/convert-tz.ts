import { addLong } from '../../../types/index.js';
import { boundVariant, p, scalar, t } from '../../define.js';
import { zoneLookup } from './zone-lookup.js';

export const convertTz = scalar({
  name: 'CONVERT_TZ',
  category: 'DATE / TIME',
  description: 'A timestamp of one time zone as the clocks of another show it.',
  examples: [{ sql: "CONVERT_TZ(CAST('2020-01-01T12:00:00' AS TIMESTAMP), 'UTC', 'Asia/Tokyo')", result: '2020-01-01T21:00:00.000' }],
  variants: [
    boundVariant({
      parameters: [p.timestamp('timestamp'), p.string('from'), p.string('to')],
      returns: t.timestamp,
      nulls: 'propagate',
      bind: () => {
        const [fromZone, toZone] = [zoneLookup(), zoneLookup()];
        return (timestamp, from, to) => {
          const epochMs = Number(timestamp);
          return addLong(timestamp, (toZone(to).civilOffsetAt(epochMs) - fromZone(from).civilOffsetAt(epochMs)) * 1000);
        };
      },
    }),
  ],
});
