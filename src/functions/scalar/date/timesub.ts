import { scalar } from '../../define.js';
import { timeShiftVariants } from './shift-variants.js';

export const timesub = scalar({
  name: 'TIMESUB',
  shownAs: 'timesub',
  category: 'DATE / TIME',
  description: 'The time of day some units earlier, around midnight where need be.',
  examples: [{ sql: "TIMESUB(HOURS, 2, CAST('01:00:00' AS TIME))", result: '23:00' }],
  variants: timeShiftVariants(-1),
});
