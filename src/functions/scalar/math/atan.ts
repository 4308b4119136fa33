import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const atan = scalar({
  name: 'ATAN',
  category: 'MATHEMATICAL',
  description: 'The angle whose tangent is the value, in radians.',
  examples: [{ sql: 'ATAN(0)', result: '0.0' }],
  variants: doubleVariants(Math.atan),
});
