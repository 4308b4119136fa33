import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const ln = scalar({
  name: 'LN',
  category: 'MATHEMATICAL',
  description: 'The natural logarithm; NaN for a negative value, -Infinity for 0.',
  examples: [{ sql: 'LN(1)', result: '0.0' }],
  variants: doubleVariants(Math.log),
});
