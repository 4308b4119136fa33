import { scalar } from '../../define.js';
import { extremeVariants } from './extreme.js';

export const greatest = scalar({
  name: 'GREATEST',
  shownAs: 'greatest',
  category: 'CONDITIONAL',
  description: 'The greatest of its arguments; nulls are ignored.',
  examples: [{ sql: 'GREATEST(3, 7, 5)', result: '7' }],
  variants: extremeVariants(1),
});
