import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const cos = scalar({
  name: 'COS',
  category: 'MATHEMATICAL',
  description: 'The cosine of an angle in radians.',
  examples: [{ sql: 'COS(0)', result: '1.0' }],
  variants: doubleVariants(Math.cos),
});
