import { p, scalar, t, variant } from '../../define.js';

export const asMap = scalar({
  name: 'AS_MAP',
  category: 'MAP',
  description: 'A map from keys and values at the same positions. A missing value is null, extra values are ignored, the last of equal keys wins.',
  examples: [{ sql: "AS_MAP(ARRAY['a', 'b'], ARRAY[1, 2])", result: '{a=1, b=2}' }],
  variants: [
    variant({
      parameters: [p.array(t.string, 'keys'), p.array(t.generic('T'), 'values')],
      returns: t.map(t.nullable(t.string), t.generic('T')),
      nulls: 'propagate',
      evaluate: (keys, values) => new Map(keys.map((key, index) => [key, values[index] ?? null])),
    }),
  ],
});
