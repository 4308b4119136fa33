import { p, scalar, t, variant, type Value } from '../../define.js';

export const asMap = scalar({
  name: 'AS_MAP',
  category: 'MAP',
  description: 'A map from keys and values at the same positions. A missing value is null, extra values are ignored, the last of equal keys wins, a null key becomes the text null.',
  examples: [{ sql: "AS_MAP(ARRAY['a', 'b'], ARRAY[1, 2])", result: '{a=1, b=2}' }],
  variants: [
    variant({
      parameters: [p.array(t.string, 'keys'), p.array(t.generic('T'), 'values')],
      returns: t.map(t.string, t.generic('T')),
      nulls: 'propagate',
      evaluate: (keys, values) => {
        const result = new Map<string, Value | null>();
        // No format has a null map key; ksqlDB's JSON shows it under the text `null`, where that text itself wins.
        const nullAt = keys.lastIndexOf(null);
        if (nullAt >= 0) result.set('null', values[nullAt] ?? null);
        keys.forEach((key, index) => key !== null && result.set(key, values[index] ?? null));
        return result;
      },
    }),
  ],
});
