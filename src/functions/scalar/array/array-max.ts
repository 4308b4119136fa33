import { scalar } from '../../define.js';
import { arrayExtreme } from './array-extreme.js';

export const arrayMax = scalar({
  name: 'ARRAY_MAX',
  category: 'ARRAY',
  description: 'The greatest element; nulls are ignored.',
  examples: [{ sql: 'ARRAY_MAX(ARRAY[-1, 2, NULL, 0])', result: '2' }],
  variants: [arrayExtreme('ARRAY_MAX', 1)],
});
