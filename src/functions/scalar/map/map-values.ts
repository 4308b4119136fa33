import { p, scalar, t, variant } from '../../define.js';

export const mapValues = scalar({
  name: 'MAP_VALUES',
  category: 'MAP',
  description: 'The values of a map, in the order of MAP_KEYS.',
  examples: [{ sql: "MAP_VALUES(MAP('apple' := 10))", result: '[10]' }],
  variants: [
    variant({
      parameters: [p.map(t.string, t.generic('T'), 'entries')],
      returns: t.array(t.generic('T')),
      nulls: 'propagate',
      evaluate: (entries) => [...entries.values()],
    }),
  ],
});
