import { scalar } from '../../define.js';
import { arrayExtreme } from './array-extreme.js';

export const arrayMin = scalar({
  name: 'ARRAY_MIN',
  category: 'ARRAY',
  description: 'The smallest element; nulls are ignored.',
  examples: [{ sql: 'ARRAY_MIN(ARRAY[-1, 2, NULL, 0])', result: '-1' }],
  variants: [arrayExtreme('ARRAY_MIN', -1)],
});
