import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const radians = scalar({
  name: 'RADIANS',
  category: 'MATHEMATICAL',
  description: 'An angle in degrees as radians.',
  examples: [{ sql: 'RADIANS(180)', result: '3.141592653589793' }],
  variants: doubleVariants((degrees) => degrees * (Math.PI / 180)),
});
