import { compiledEquals, type SqlValue } from '../../types/index.js';
import { sqlTypeOf } from '../argument-types.js';
import { aggregateFunction, aggregateVariant, p, t } from '../define.js';
import { distinct, identityOf } from '../identity.js';
import { collectionLimit } from './collection-limit.js';
import { ListIndex, MIN_INDEXED, own } from './growing.js';

export const collectSet = aggregateFunction({
  name: 'COLLECT_SET',
  description:
    'The distinct values of the column in the order of arrival; null counts as a value. The property ksql.functions.collect_set.limit bounds the set; values beyond it are ignored.',
  examples: [{ sql: 'COLLECT_SET(x)', over: { columns: 'x INTEGER', rows: ['2', '1', '2'] }, result: '[2, 1]' }],
  variants: [
    aggregateVariant({
      parameters: [p.generic('T', 'column')],
      state: t.array(t.generic('T')),
      returns: t.array(t.generic('T')),
      undoable: false,
      bind: ({ argumentTypes, context }) => {
        const limit = collectionLimit(context, 'ksql.functions.collect_set.limit');
        const type = sqlTypeOf(argumentTypes[0]);
        const equal = compiledEquals(type);
        const identity = identityOf(type);
        const members = new ListIndex((list: readonly SqlValue[]) => new Set(list.map(identity)));
        return {
          initialize: () => [],
          aggregate: (state, value) => (state.length < limit && !state.some((kept) => equal(kept, value)) ? [...state, value] : state),
          merge: (earlier, later) => (earlier.length >= limit ? earlier : earlier.length === 0 && later.length <= limit ? later : distinct([...earlier, ...later], identity).slice(0, limit)),
          result: (state) => state,
          inPlace: {
            copy: (state) => [...state],
            aggregate: (state, value) => {
              if (state.length >= limit) return state;
              if (state.length < MIN_INDEXED) {
                if (!state.some((kept) => equal(kept, value))) own(state).push(value);
                return state;
              }
              const known = members.of(state);
              const key = identity(value);
              if (known.has(key)) return state;
              known.add(key);
              own(state).push(value);
              return state;
            },
          },
        };
      },
    }),
  ],
});
