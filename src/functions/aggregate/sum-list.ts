import type { Long } from '../../types/index.js';
import { aggregateFunction, aggregateVariant, p, t } from '../define.js';
import type { AggregateVariant } from '../entry.js';
import { numberKinds, type NumberKind } from './number-kind.js';

const sumListOf = ({ spec, add, subtract }: NumberKind): AggregateVariant => {
  const total = (items: readonly (Long | null)[]): Long => items.reduce((sum: Long, item) => (item === null ? sum : add(sum, item)), 0);
  return aggregateVariant({
    parameters: [p.of(t.array(spec), 'column')],
    state: spec,
    returns: spec,
    undoable: true,
    bind: () => ({
      initialize: () => 0,
      aggregate: (state, items) => (items === null ? state : add(state, total(items))),
      undo: (state, items) => (items === null ? state : subtract(state, total(items))),
      merge: add,
      result: (state) => state,
    }),
  });
};

export const sumList = aggregateFunction({
  name: 'SUM_LIST',
  description: 'The sum of all elements of the arrays; null arrays and null elements are ignored.',
  examples: [{ sql: 'SUM_LIST(x)', over: { columns: 'x ARRAY<INTEGER>', rows: ['ARRAY[1, 2]', 'NULL', 'ARRAY[3]'] }, result: '6' }],
  variants: numberKinds.map(sumListOf),
});
