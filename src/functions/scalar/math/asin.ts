import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const asin = scalar({
  name: 'ASIN',
  category: 'MATHEMATICAL',
  description: 'The angle whose sine is the value, in radians; NaN outside −1 to 1.',
  examples: [{ sql: 'ASIN(0)', result: '0.0' }],
  variants: doubleVariants(Math.asin),
});
