import { scalar } from '../../define.js';
import { doublePairVariants, doubleVariants } from './double-variants.js';

export const log = scalar({
  name: 'LOG',
  category: 'MATHEMATICAL',
  description: 'The natural logarithm of a value, or its logarithm to a base; NaN for a base of 1 or not above 0.',
  examples: [
    { sql: 'LOG(1)', result: '0.0' },
    { sql: 'LOG(2, 8)', result: '3.0' },
  ],
  variants: [
    ...doubleVariants(Math.log),
    ...doublePairVariants((base, value) => (base <= 0 || base === 1 ? NaN : Math.log(value) / Math.log(base)), 'base', 'value'),
  ],
});
