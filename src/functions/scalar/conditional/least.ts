import { scalar } from '../../define.js';
import { extremeVariants } from './extreme.js';

export const least = scalar({
  name: 'LEAST',
  shownAs: 'least',
  category: 'CONDITIONAL',
  description: 'The smallest of its arguments; nulls are ignored.',
  examples: [{ sql: 'LEAST(3, 7, 5)', result: '3' }],
  variants: extremeVariants(-1),
});
