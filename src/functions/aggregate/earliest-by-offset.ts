import { aggregateFunction } from '../define.js';
import { byOffsetVariants } from './by-offset.js';

export const earliestByOffset = aggregateFunction({
  name: 'EARLIEST_BY_OFFSET',
  description: 'The first value of the column in processing order, or the first n as an array. Nulls are skipped unless said otherwise.',
  examples: [
    { sql: 'EARLIEST_BY_OFFSET(x)', over: { columns: 'x INTEGER', rows: ['NULL', '1', '2'] }, result: '1' },
    { sql: 'EARLIEST_BY_OFFSET(x, 2)', over: { columns: 'x INTEGER', rows: ['1', '2', '3'] }, result: '[1, 2]' },
    { sql: 'EARLIEST_BY_OFFSET(x, false)', over: { columns: 'x INTEGER', rows: ['NULL', '1'] }, result: null },
  ],
  variants: byOffsetVariants('earliest'),
});
