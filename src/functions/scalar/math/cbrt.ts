import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const cbrt = scalar({
  name: 'CBRT',
  category: 'MATHEMATICAL',
  description: 'The cube root.',
  examples: [{ sql: 'CBRT(27)', result: '3.0' }],
  variants: doubleVariants(Math.cbrt),
});
