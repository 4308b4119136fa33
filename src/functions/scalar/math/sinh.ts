import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const sinh = scalar({
  name: 'SINH',
  category: 'MATHEMATICAL',
  description: 'The hyperbolic sine of an angle in radians.',
  examples: [{ sql: 'SINH(0)', result: '0.0' }],
  variants: doubleVariants(Math.sinh),
});
