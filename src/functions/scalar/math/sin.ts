import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const sin = scalar({
  name: 'SIN',
  category: 'MATHEMATICAL',
  description: 'The sine of an angle in radians.',
  examples: [{ sql: 'SIN(0)', result: '0.0' }],
  variants: doubleVariants(Math.sin),
});
