import { boundVariant, scalar, t } from '../../define.js';

export const random = scalar({
  name: 'RANDOM',
  category: 'MATHEMATICAL',
  description: 'A random number from 0, included, to 1, excluded.',
  deterministic: false,
  examples: [{ sql: 'FLOOR(RANDOM())', result: '0.0' }],
  variants: [boundVariant({ parameters: [], returns: t.double, nulls: 'called', bind: ({ context }) => () => context.random.next() })],
});
