import { scalar } from '../../define.js';
import { dateShiftVariants } from './shift-variants.js';

export const datesub = scalar({
  name: 'DATESUB',
  shownAs: 'datesub',
  category: 'DATE / TIME',
  description: 'The date some units earlier; what is less than a day does not count.',
  examples: [{ sql: "DATESUB(DAYS, 1, CAST('2020-03-01' AS DATE))", result: '2020-02-29' }],
  variants: dateShiftVariants(-1),
});
