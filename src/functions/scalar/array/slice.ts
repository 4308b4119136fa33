import { p, scalar, t, variant } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';

export const slice = scalar({
  name: 'SLICE',
  category: 'ARRAY',
  description: 'The elements from one position to another, both 1-based and included. A null bound is the end of the array on its side.',
  examples: [
    { sql: "SLICE(ARRAY['a', 'b', 'c', 'd'], 2, 3)", result: '[b, c]' },
    { sql: "SLICE(ARRAY['a', 'b'], 2, 3)", result: null },
  ],
  variants: [
    variant({
      parameters: [p.array(t.generic('T'), 'items'), p.integer('from'), p.integer('to')],
      returns: t.array(t.generic('T')),
      nulls: 'called',
      evaluate: (items, from, to) => {
        if (items === null) return null;
        const start = (from ?? 1) - 1;
        const end = to ?? items.length;
        if (start < 0 || end > items.length) return null;
        if (start > end) throw new EvaluationError(`SLICE cannot go from ${start + 1} to ${end}.`);
        return items.slice(start, end);
      },
    }),
  ],
});
