import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const cosh = scalar({
  name: 'COSH',
  category: 'MATHEMATICAL',
  description: 'The hyperbolic cosine of an angle in radians.',
  examples: [{ sql: 'COSH(0)', result: '1.0' }],
  variants: doubleVariants(Math.cosh),
});
