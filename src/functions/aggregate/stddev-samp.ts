import { aggregateFunction, t } from '../define.js';
import { deviationVariants } from './deviation.js';

export const stddevSamp = aggregateFunction({
  name: 'STDDEV_SAMP',
  description: 'The sample variance of the column: as in ksqlDB, no square root is taken (see STDDEV_SAMPLE). 0.0 for fewer than two values.',
  examples: [{ sql: 'STDDEV_SAMP(x)', over: { columns: 'x INTEGER', rows: ['1', '3', 'NULL'] }, result: '2.0' }],
  variants: deviationVariants({
    count: t.integer,
    integerDistance: (x, n, sumWithX) => (Math.imul(x, n) - sumWithX) | 0,
    hasTruncatedMeans: true,
    result: (m2, count) => m2 / (count - 1),
  }),
});
