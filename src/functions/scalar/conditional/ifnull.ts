import { p, scalar, t, variant } from '../../define.js';

export const ifnull = scalar({
  name: 'IFNULL',
  category: 'CONDITIONAL',
  description: 'The first argument, or the second when the first is null.',
  examples: [{ sql: "IFNULL(CAST(NULL AS STRING), 'none')", result: 'none' }],
  variants: [
    variant({
      parameters: [p.generic('T', 'value'), p.generic('T', 'otherwise')],
      returns: t.generic('T'),
      nulls: 'called',
      evaluate: (value, otherwise) => value ?? otherwise,
    }),
  ],
});
