import { aggregateFunction } from '../define.js';
import { extremeVariants } from './extreme.js';

export const max = aggregateFunction({
  name: 'MAX',
  description: 'The greatest value of the column; null when there is none.',
  examples: [{ sql: 'MAX(x)', over: { columns: 'x INTEGER', rows: ['1', '3', 'NULL', '2'] }, result: '3' }],
  variants: extremeVariants(1),
});
