import { scalar } from '../../define.js';
import { timestampShiftVariants } from './shift-variants.js';

export const timestampadd = scalar({
  name: 'TIMESTAMPADD',
  shownAs: 'timestampadd',
  category: 'DATE / TIME',
  description: 'The timestamp some units later.',
  examples: [{ sql: "TIMESTAMPADD(HOURS, 1, CAST('2020-02-29T23:30:00' AS TIMESTAMP))", result: '2020-03-01T00:30:00.000' }],
  variants: timestampShiftVariants(1),
});
