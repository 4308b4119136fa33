import { scalar } from '../../define.js';
import { doublePairVariants } from './double-variants.js';

export const atan2 = scalar({
  name: 'ATAN2',
  category: 'MATHEMATICAL',
  description: 'The angle of the point (x, y) seen from the origin, in radians.',
  examples: [{ sql: 'ATAN2(0, 1)', result: '0.0' }],
  variants: doublePairVariants(Math.atan2, 'y', 'x'),
});
