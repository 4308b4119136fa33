import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const acos = scalar({
  name: 'ACOS',
  category: 'MATHEMATICAL',
  description: 'The angle whose cosine is the value, in radians; NaN outside −1 to 1.',
  examples: [{ sql: 'ACOS(1)', result: '0.0' }],
  variants: doubleVariants(Math.acos),
});
