import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const degrees = scalar({
  name: 'DEGREES',
  category: 'MATHEMATICAL',
  description: 'An angle in radians as degrees.',
  examples: [{ sql: 'DEGREES(PI())', result: '180.0' }],
  variants: doubleVariants((radians) => radians * (180 / Math.PI)),
});
