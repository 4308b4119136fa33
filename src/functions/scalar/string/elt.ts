import { p, primitive, scalar, t, variadic, variant } from '../../define.js';

export const elt = scalar({
  name: 'ELT',
  category: 'STRING',
  description: 'The n-th of the texts, counted from 1; null when there is none.',
  examples: [{ sql: "ELT(2, 'a', 'b')", result: 'b' }],
  variants: [
    variant({
      parameters: [primitive(p.integer('n')), variadic(p.string('texts'))],
      returns: t.string,
      nulls: 'called',
      evaluate: (n, ...texts) => texts[n - 1] ?? null,
    }),
  ],
});
