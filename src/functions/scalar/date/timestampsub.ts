import { scalar } from '../../define.js';
import { timestampShiftVariants } from './shift-variants.js';

export const timestampsub = scalar({
  name: 'TIMESTAMPSUB',
  shownAs: 'timestampsub',
  category: 'DATE / TIME',
  description: 'The timestamp some units earlier.',
  examples: [{ sql: "TIMESTAMPSUB(DAYS, 1, CAST('2020-03-01' AS TIMESTAMP))", result: '2020-02-29T00:00:00.000' }],
  variants: timestampShiftVariants(-1),
});
