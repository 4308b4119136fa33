import { addLong, subtractLong } from '../../types/index.js';
import { aggregateFunction, aggregateVariant, p, t } from '../define.js';
import type { AggregateVariant } from '../entry.js';
import { numberKinds, type NumberKind } from './number-kind.js';

/** The sum is kept in the column's type, so an integer sum wraps before it is divided. */
const averageOf = ({ spec, add, subtract }: NumberKind): AggregateVariant =>
  aggregateVariant({
    parameters: [p.of(spec, 'column')],
    state: t.record(['SUM', spec], ['COUNT', t.bigint]),
    returns: t.double,
    undoable: true,
    bind: () => ({
      initialize: () => [0, 0],
      aggregate: (state, value) => (value === null ? state : [add(state[0], value), addLong(state[1], 1)]),
      undo: (state, value) => (value === null ? state : [subtract(state[0], value), subtractLong(state[1], 1)]),
      merge: (earlier, later) => [add(earlier[0], later[0]), addLong(earlier[1], later[1])],
      result: ([sum, count]) => (Number(count) === 0 ? 0 : Number(sum) / Number(count)),
    }),
  });

export const avg = aggregateFunction({
  name: 'AVG',
  shownAs: 'avg',
  description: 'The mean of the values that are not null; 0.0 when there are none.',
  examples: [{ sql: 'AVG(x)', over: { columns: 'x INTEGER', rows: ['1', '2', 'NULL'] }, result: '1.5' }],
  variants: numberKinds.map(averageOf),
});
