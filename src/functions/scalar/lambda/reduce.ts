import { p, scalar, t, variant, type Value } from '../../define.js';
import { withinBudget } from './lambda-budget.js';

const state = t.generic('S');

export const reduce = scalar({
  name: 'REDUCE',
  shownAs: 'reduce',
  category: 'LAMBDA',
  description: 'One value made from a collection: starts with the initial state and lets the lambda join each element to it.',
  examples: [
    { sql: 'REDUCE(ARRAY[1, 2, 3], 10, (s, x) => s + x)', result: '16' },
    { sql: "REDUCE(MAP('a' := 1, 'b' := 2), 0, (s, k, v) => s + v)", result: '3' },
  ],
  variants: [
    variant({
      parameters: [p.array(t.generic('T'), 'items'), p.of(state, 'initial'), p.of(t.lambda([state, t.generic('T')], state), 'join')],
      returns: state,
      nulls: 'called',
      evaluate: (items, initial, join) => {
        if (initial === null || items === null || join === null) return initial;
        return withinBudget(items.length, () => items.reduce<Value | null>((reached, item) => join(reached, item), initial));
      },
    }),
    variant({
      parameters: [
        p.map(t.generic('K'), t.generic('V'), 'entries'),
        p.of(state, 'initial'),
        p.of(t.lambda([state, t.generic('K'), t.generic('V')], state), 'join'),
      ],
      returns: state,
      nulls: 'called',
      evaluate: (entries, initial, join) => {
        if (initial === null || entries === null || join === null) return initial;
        return withinBudget(entries.size, () => [...entries].reduce<Value | null>((reached, [key, value]) => join(reached, key, value), initial));
      },
    }),
  ],
});
