import { p, scalar, t, variant } from '../../define.js';

export const asValue = scalar({
  name: 'AS_VALUE',
  category: 'OTHER',
  description: 'Its argument. Copies a key column into the value of the result.',
  examples: [{ sql: 'AS_VALUE(5)', result: '5' }],
  variants: [variant({ parameters: [p.generic('T', 'keyColumn')], returns: t.generic('T'), nulls: 'called', evaluate: (value) => value })],
});
