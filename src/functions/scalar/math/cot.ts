import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const cot = scalar({
  name: 'COT',
  category: 'MATHEMATICAL',
  description: 'The cotangent of an angle in radians.',
  examples: [{ sql: 'COT(0)', result: 'Infinity' }],
  variants: doubleVariants((angle) => 1 / Math.tan(angle)),
});
