import { scalar, t, variant } from '../../define.js';

export const pi = scalar({
  name: 'PI',
  category: 'MATHEMATICAL',
  description: 'The number π.',
  examples: [{ sql: 'PI()', result: '3.141592653589793' }],
  variants: [variant({ parameters: [], returns: t.double, nulls: 'called', evaluate: () => Math.PI })],
});
