import { scalar } from '../../define.js';
import { timeShiftVariants } from './shift-variants.js';

export const timeadd = scalar({
  name: 'TIMEADD',
  shownAs: 'timeadd',
  category: 'DATE / TIME',
  description: 'The time of day some units later, around midnight where need be.',
  examples: [{ sql: "TIMEADD(MINUTES, 90, CAST('23:00:00' AS TIME))", result: '00:30' }],
  variants: timeShiftVariants(1),
});
