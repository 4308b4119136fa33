import { aggregateFunction } from '../define.js';
import { byOffsetVariants } from './by-offset.js';

export const latestByOffset = aggregateFunction({
  name: 'LATEST_BY_OFFSET',
  description: 'The last value of the column in processing order, or the last n as an array, oldest first. Nulls are skipped unless said otherwise.',
  examples: [
    { sql: 'LATEST_BY_OFFSET(x)', over: { columns: 'x INTEGER', rows: ['1', '2', 'NULL'] }, result: '2' },
    { sql: 'LATEST_BY_OFFSET(x, 2)', over: { columns: 'x INTEGER', rows: ['1', '2', '3'] }, result: '[2, 3]' },
    { sql: 'LATEST_BY_OFFSET(x, 2, false)', over: { columns: 'x INTEGER', rows: ['1', '2', 'NULL'] }, result: '[2, null]' },
  ],
  variants: byOffsetVariants('latest'),
});
