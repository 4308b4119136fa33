import { p, scalar, t, variant } from '../../define.js';

export const arrayLength = scalar({
  name: 'ARRAY_LENGTH',
  category: 'ARRAY',
  description: 'Number of elements of an array, nulls included.',
  examples: [{ sql: "ARRAY_LENGTH(ARRAY['a', NULL, 'c'])", result: '3' }],
  variants: [variant({ parameters: [p.array(t.generic('T'), 'items')], returns: t.integer, nulls: 'propagate', evaluate: (items) => items.length })],
});
