import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const tanh = scalar({
  name: 'TANH',
  category: 'MATHEMATICAL',
  description: 'The hyperbolic tangent of an angle in radians.',
  examples: [{ sql: 'TANH(0)', result: '0.0' }],
  variants: doubleVariants(Math.tanh),
});
