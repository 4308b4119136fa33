import { scalar } from '../../define.js';
import { roundingVariants } from './rounding-variants.js';

export const trunc = scalar({
  name: 'TRUNC',
  category: 'MATHEMATICAL',
  description: 'The value without its digits after the point, or after so many places.',
  examples: [
    { sql: 'TRUNC(-1.7)', result: '-1' },
    { sql: 'TRUNC(2.349, 2)', result: '2.340' },
  ],
  variants: roundingVariants(Math.trunc, 'down'),
});
