import { compiledEquals } from '../../types/index.js';
import { sqlTypeOf } from '../argument-types.js';
import { aggregateFunction, aggregateVariant, p, t, type Value } from '../define.js';

type Entry = readonly [value: Value | null, count: number];

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
        const equal = compiledEquals(sqlTypeOf(argumentTypes[0]));
        const changed = (state: readonly Entry[], value: Value | null, by: number): readonly Entry[] => {
          const at = state.findIndex(([known]) => equal(known, value));
          const count = (state[at]?.[1] ?? 0) + by;
          if (at < 0) return by > 0 ? [...state, [value, by]] : state;
          return count > 0 ? state.with(at, [value, count]) : state.toSpliced(at, 1);
        };
        return {
          initialize: () => [],
          aggregate: (state, value) => changed(state, value, 1),
          undo: (state, value) => changed(state, value, -1),
          merge: (earlier, later) => later.reduce((merged, [value, count]) => changed(merged, value, count), earlier),
          result: (state) => (state.length === 1 ? (state[0]?.[0] ?? null) : null),
        };
      },
    }),
  ],
});
