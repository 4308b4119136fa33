import { scalar } from '../../define.js';
import { doublePairVariants } from './double-variants.js';

export const power = scalar({
  name: 'POWER',
  category: 'MATHEMATICAL',
  description: 'The base raised to the exponent.',
  examples: [{ sql: 'POWER(2, 10)', result: '1024.0' }],
  variants: doublePairVariants((base, exponent) => base ** exponent, 'base', 'exponent'),
});
