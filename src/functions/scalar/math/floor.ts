import { scalar } from '../../define.js';
import { wholeVariants } from './whole-variants.js';

export const floor = scalar({
  name: 'FLOOR',
  category: 'MATHEMATICAL',
  description: 'The greatest whole number that is not above the value, in the type of the value.',
  examples: [{ sql: 'FLOOR(1.8)', result: '1.0' }],
  variants: wholeVariants(Math.floor, 'floor'),
});
