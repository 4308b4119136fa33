import { p, scalar, t, variadic, variant } from '../../define.js';

export const field = scalar({
  name: 'FIELD',
  category: 'STRING',
  description: 'The position of the first text equal to `sought`, counted from 1; 0 when there is none.',
  examples: [{ sql: "FIELD('b', 'a', 'b')", result: '2' }],
  variants: [
    variant({
      parameters: [p.string('sought'), variadic(p.string('texts'))],
      returns: t.integer,
      nulls: 'called',
      evaluate: (sought, ...texts) => (sought === null ? 0 : texts.indexOf(sought) + 1),
    }),
  ],
});
