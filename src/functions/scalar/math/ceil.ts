import { scalar } from '../../define.js';
import { wholeVariants } from './whole-variants.js';

export const ceil = scalar({
  name: 'CEIL',
  category: 'MATHEMATICAL',
  description: 'The least whole number that is not below the value, in the type of the value.',
  examples: [{ sql: 'CEIL(1.2)', result: '2.0' }],
  variants: wholeVariants(Math.ceil, 'ceiling'),
});
