import { aggregateFunction, t } from '../define.js';
import { deviationVariants } from './deviation.js';

export const stddevSample = aggregateFunction({
  name: 'STDDEV_SAMPLE',
  description: 'The sample standard deviation of the column. 0.0 for fewer than two values.',
  examples: [{ sql: 'STDDEV_SAMPLE(x)', over: { columns: 'x INTEGER', rows: ['1', '3', '5', 'NULL'] }, result: '2.0' }],
  variants: deviationVariants({
    count: t.bigint,
    integerDistance: (x, n, sumWithX) => x * n - sumWithX,
    hasTruncatedMeans: false,
    result: (m2, count) => Math.sqrt(m2 / (count - 1)),
  }),
});
