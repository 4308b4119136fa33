import { scalar } from '../../define.js';
import { doubleVariants } from './double-variants.js';

export const exp = scalar({
  name: 'EXP',
  category: 'MATHEMATICAL',
  description: 'e raised to the value.',
  examples: [{ sql: 'EXP(0)', result: '1.0' }],
  variants: doubleVariants(Math.exp),
});
