import { compiledEquals } from '../../types/index.js';
import { sqlTypeOf } from '../argument-types.js';
import { aggregateFunction, aggregateVariant, p, t } from '../define.js';
import { collectionLimit } from './collection-limit.js';
import { own } from './growing.js';

export const collectList = aggregateFunction({
  name: 'COLLECT_LIST',
  description:
    'All values of the column in the order of arrival, nulls included. The property ksql.functions.collect_list.limit bounds the list; values beyond it are ignored.',
  examples: [{ sql: 'COLLECT_LIST(x)', over: { columns: 'x INTEGER', rows: ['2', 'NULL', '2'] }, result: '[2, null, 2]' }],
  variants: [
    aggregateVariant({
      parameters: [p.generic('T', 'column')],
      state: t.array(t.generic('T')),
      returns: t.array(t.generic('T')),
      undoable: true,
      bind: ({ argumentTypes, context }) => {
        const limit = collectionLimit(context, 'ksql.functions.collect_list.limit');
        const equal = compiledEquals(sqlTypeOf(argumentTypes[0]));
        return {
          initialize: () => [],
          aggregate: (state, value) => (state.length < limit ? [...state, value] : state),
          // The newest equal value goes: which one it was when it came is not known. One beyond the limit was never kept.
          undo: (state, value) => {
            const at = state.findLastIndex((kept) => equal(kept, value));
            return at < 0 ? state : state.toSpliced(at, 1);
          },
          // A session that grows is merged with nothing for each of its records.
          merge: (earlier, later) => (earlier.length === 0 && later.length <= limit ? later : [...earlier, ...later.slice(0, Math.max(0, limit - earlier.length))]),
          result: (state) => state,
          inPlace: {
            copy: (state) => [...state],
            aggregate: (state, value) => {
              if (state.length < limit) own(state).push(value);
              return state;
            },
            undo: (state, value) => {
              const at = state.findLastIndex((kept) => equal(kept, value));
              if (at >= 0) own(state).splice(at, 1);
              return state;
            },
          },
        };
      },
    }),
  ],
});
