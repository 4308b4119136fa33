import { p, scalar, t, variant } from '../../define.js';

export const arrayConcat = scalar({
  name: 'ARRAY_CONCAT',
  category: 'ARRAY',
  description: 'The elements of both arrays, one after the other. A null array counts as empty; null when both are null.',
  examples: [{ sql: "ARRAY_CONCAT(ARRAY['a', 'b'], ARRAY['b'])", result: '[a, b, b]' }],
  variants: [
    variant({
      parameters: [p.array(t.generic('T'), 'left'), p.array(t.generic('T'), 'right')],
      returns: t.array(t.generic('T')),
      nulls: 'called',
      evaluate: (left, right) => (left === null ? right : right === null ? left : [...left, ...right]),
    }),
  ],
});
