import { p, scalar, t, variant } from '../../define.js';

export const mapKeys = scalar({
  name: 'MAP_KEYS',
  category: 'MAP',
  description: 'The keys of a map, in no particular order.',
  examples: [{ sql: "MAP_KEYS(MAP('apple' := 10))", result: '[apple]' }],
  variants: [
    variant({
      parameters: [p.map(t.string, t.generic('T'), 'entries')],
      returns: t.array(t.string),
      nulls: 'propagate',
      evaluate: (entries) => [...entries.keys()],
    }),
  ],
});
