import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const tan = scalar({
  name: 'TAN',
  category: 'MATHEMATICAL',
  description: 'The tangent of an angle in radians.',
  examples: [{ sql: 'TAN(0)', result: '0.0' }],
  variants: doubleVariants(Math.tan),
});
