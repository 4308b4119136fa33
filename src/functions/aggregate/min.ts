import { aggregateFunction } from '../define.js';
import { extremeVariants } from './extreme.js';

export const min = aggregateFunction({
  name: 'MIN',
  description: 'The smallest value of the column; null when there is none.',
  examples: [{ sql: 'MIN(x)', over: { columns: 'x STRING', rows: ["'b'", "'a'", 'NULL'] }, result: 'a' }],
  variants: extremeVariants(-1),
});
