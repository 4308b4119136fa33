import { p, scalar, t, variant } from '../../define.js';

export const mapUnion = scalar({
  name: 'MAP_UNION',
  category: 'MAP',
  description: 'The entries of both maps; for a key of both, the value of the second. Null when both are null.',
  examples: [{ sql: "MAP_UNION(MAP('a' := 1, 'b' := 2), MAP('b' := 3))", result: '{a=1, b=3}' }],
  variants: [
    variant({
      parameters: [p.map(t.string, t.generic('T'), 'left'), p.map(t.string, t.generic('T'), 'right')],
      returns: t.map(t.string, t.generic('T')),
      nulls: 'called',
      evaluate: (left, right) => (left === null ? right : right === null ? left : new Map([...left, ...right])),
    }),
  ],
});
