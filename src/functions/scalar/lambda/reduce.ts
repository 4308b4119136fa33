import { p, scalar, t, variant, type Value } from '../../define.js';

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
        let reached: Value | null = initial;
        for (const item of items) reached = join(reached, item);
        return reached;
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
        let reached: Value | null = initial;
        for (const [key, value] of entries) reached = join(reached, key, value);
        return reached;
      },
    }),
  ],
});
