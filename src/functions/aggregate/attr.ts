import { compiledEquals, type SqlValue } from '../../types/index.js';
import { sqlTypeOf } from '../argument-types.js';
import { aggregateFunction, aggregateVariant, p, t, type Value } from '../define.js';
import { identityOf } from '../identity.js';
import { ListIndex, own } from './growing.js';

type Entry = readonly [value: Value | null, count: number];
/** An entry of a state of one's own. */
type OwnEntry = [value: Value | null, count: number];

export const attr = aggregateFunction({
  name: 'ATTR',
  description: 'The value of the column if all rows of the group have the same one (null is a value too), else null.',
  examples: [
    { sql: 'ATTR(x)', over: { columns: 'x STRING', rows: ["'a'", "'a'"] }, result: 'a' },
    { sql: 'ATTR(x)', over: { columns: 'x STRING', rows: ["'a'", "'b'"] }, result: null },
  ],
  variants: [
    aggregateVariant({
      parameters: [p.generic('T', 'column')],
      state: t.list(t.record(['VALUE', t.nullable(t.generic('T'))], ['COUNT', t.integer])),
      returns: t.generic('T'),
      undoable: true,
      bind: ({ argumentTypes }) => {
        const type = sqlTypeOf(argumentTypes[0]);
        const equal = compiledEquals(type);
        const identity = identityOf(type);
        const entries = new ListIndex((list: readonly Entry[]) => new Map<ReturnType<typeof identity>, Entry>(list.map((entry) => [identity(entry[0]), entry])));
        const changed = (state: readonly Entry[], value: Value | null, by: number): readonly Entry[] => {
          const at = state.findIndex(([known]) => equal(known, value));
          const count = (state[at]?.[1] ?? 0) + by;
          if (at < 0) return by > 0 ? [...state, [value, by]] : state;
          return count > 0 ? state.with(at, [value, count]) : state.toSpliced(at, 1);
        };
        const changeOwn = (state: readonly Entry[], value: Value | null, by: number): readonly Entry[] => {
          const known = entries.of(state);
          const key = identity(value);
          const entry = known.get(key);
          if (entry === undefined) {
            if (by < 0) return state;
            const fresh: OwnEntry = [value, by];
            known.set(key, fresh);
            own(state).push(fresh);
          } else if (entry[1] + by > 0) own<SqlValue>(entry)[1] = entry[1] + by;
          else {
            known.delete(key);
            own(state).splice(state.indexOf(entry), 1);
          }
          return state;
        };
        return {
          initialize: () => [],
          aggregate: (state, value) => changed(state, value, 1),
          undo: (state, value) => changed(state, value, -1),
          merge: (earlier, later) => later.reduce((merged, [value, count]) => changed(merged, value, count), earlier),
          inPlace: {
            copy: (state) => state.map(([value, count]): OwnEntry => [value, count]),
            aggregate: (state, value) => changeOwn(state, value, 1),
            undo: (state, value) => changeOwn(state, value, -1),
          },
          result: (state) => (state.length === 1 ? (state[0]?.[0] ?? null) : null),
        };
      },
    }),
  ],
});
