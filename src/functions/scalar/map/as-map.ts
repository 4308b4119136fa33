import { p, scalar, t, variant, type Value } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';

export const asMap = scalar({
  name: 'AS_MAP',
  category: 'MAP',
  description: 'A map from keys and values at the same positions. A missing value is null, extra values are ignored, the last of equal keys wins.',
  examples: [{ sql: "AS_MAP(ARRAY['a', 'b'], ARRAY[1, 2])", result: '{a=1, b=2}' }],
  variants: [
    variant({
      parameters: [p.array(t.string, 'keys'), p.array(t.generic('T'), 'values')],
      returns: t.map(t.string, t.generic('T')),
      nulls: 'propagate',
      evaluate: (keys, values) => {
        const result = new Map<string, Value | null>();
        for (const [index, key] of keys.entries()) {
          if (key === null) throw new EvaluationError('AS_MAP cannot use a null key.');
          result.set(key, values[index] ?? null);
        }
        return result;
      },
    }),
  ],
});
