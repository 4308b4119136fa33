import { scalar } from '../../define.js';
import { roundingVariants } from './rounding-variants.js';

export const round = scalar({
  name: 'ROUND',
  category: 'MATHEMATICAL',
  description: 'The nearest whole number, or the nearest number with so many places after the point; ties go up. Negative places round before the point.',
  examples: [
    { sql: 'ROUND(-1.5)', result: '-1' },
    { sql: 'ROUND(2.345, 2)', result: '2.350' },
    { sql: 'ROUND(1250.0, -2)', result: '1300.0' },
  ],
  variants: roundingVariants(Math.round, 'nearest'),
});
