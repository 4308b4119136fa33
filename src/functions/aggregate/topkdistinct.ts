import { array, compareValues } from '../../types/index.js';
import { sqlTypeOf } from '../argument-types.js';
import { aggregateFunction, aggregateVariant, p, t, type ReturnRule, type TypeSpec, type Value } from '../define.js';
import type { AggregateVariant } from '../entry.js';
import { mergedRanking, rankedDistinct, rankingSize } from './ranking.js';

function variantOf(spec: TypeSpec<Value>): AggregateVariant {
  const rule: ReturnRule<readonly Value[]> = { declared: t.list(spec), resolve: ([column]) => array(sqlTypeOf(column)) };
  return aggregateVariant({
    parameters: [p.of(spec, 'column')],
    literals: [p.integer('k', 'how many values to keep')],
    state: rule,
    returns: rule,
    undoable: false,
    bind: ({ argumentTypes, literals }) => {
      const k = rankingSize(literals[0]);
      const type = sqlTypeOf(argumentTypes[0]);
      const order = (a: Value, b: Value) => compareValues(type, a, b);
      return {
        initialize: () => [],
        aggregate: (state, value) => (value === null ? state : rankedDistinct(state, value, order, k)),
        merge: (earlier, later) => mergedRanking(earlier, later, (list, value) => rankedDistinct(list, value, order, k)),
        result: (state) => state,
      };
    },
  });
}

export const topkdistinct = aggregateFunction({
  name: 'TOPKDISTINCT',
  description: 'The k greatest distinct values in descending order; nulls are ignored.',
  examples: [{ sql: 'TOPKDISTINCT(x, 2)', over: { columns: 'x INTEGER', rows: ['1', '3', '2', '3'] }, result: '[3, 2]' }],
  variants: [t.integer, t.bigint, t.double, t.decimal, t.string, t.bytes, t.date, t.time, t.timestamp].map(variantOf),
});
