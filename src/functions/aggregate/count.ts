import { addLong, subtractLong } from '../../types/index.js';
import { aggregateFunction, aggregateVariant, p, t } from '../define.js';

export const count = aggregateFunction({
  name: 'COUNT',
  description: 'The number of values that are not null; COUNT(*) is the number of rows.',
  examples: [{ sql: 'COUNT(x)', over: { columns: 'x INTEGER', rows: ['1', 'NULL', '1'] }, result: '2' }],
  variants: [
    aggregateVariant({
      parameters: [p.generic('T', 'column')],
      state: t.bigint,
      returns: t.bigint,
      undoable: true,
      bind: () => ({
        initialize: () => 0,
        aggregate: (state, value) => (value === null ? state : addLong(state, 1)),
        undo: (state, value) => (value === null ? state : subtractLong(state, 1)),
        merge: addLong,
        result: (state) => state,
        inline: 'count',
      }),
    }),
  ],
});
