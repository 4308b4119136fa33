import { p, scalar, t, variadic, variant } from '../../define.js';

export const coalesce = scalar({
  name: 'COALESCE',
  category: 'CONDITIONAL',
  description: 'The first of its arguments that is not null; null when all are.',
  examples: [{ sql: "COALESCE(CAST(NULL AS STRING), 'b', 'c')", result: 'b' }],
  variants: [
    variant({
      parameters: [p.generic('T', 'first'), variadic(p.generic('T', 'others'))],
      returns: t.generic('T'),
      nulls: 'called',
      evaluate: (first, ...others) => first ?? others.find((value) => value !== null) ?? null,
    }),
  ],
});
