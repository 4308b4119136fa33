import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const sqrt = scalar({
  name: 'SQRT',
  category: 'MATHEMATICAL',
  description: 'The square root; NaN for a negative value.',
  examples: [{ sql: 'SQRT(4)', result: '2.0' }],
  variants: doubleVariants(Math.sqrt),
});
