import { scalar } from '../../define.js';
import { dateShiftVariants } from './shift-variants.js';

export const dateadd = scalar({
  name: 'DATEADD',
  shownAs: 'dateadd',
  category: 'DATE / TIME',
  description: 'The date some units later; what is less than a day does not count.',
  examples: [{ sql: "DATEADD(DAYS, 30, CAST('2020-02-01' AS DATE))", result: '2020-03-02' }],
  variants: dateShiftVariants(1),
});
