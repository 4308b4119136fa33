import { p, scalar, t, variant } from '../../define.js';

const signOf = (value: number | bigint): number => (value > 0 ? 1 : value < 0 ? -1 : 0);

export const sign = scalar({
  name: 'SIGN',
  category: 'MATHEMATICAL',
  description: '1 for a positive value, -1 for a negative one, else 0.',
  examples: [{ sql: 'SIGN(-12)', result: '-1' }],
  variants: [p.integer('value'), p.bigint('value'), p.double('value')].map((parameter) =>
    variant({ parameters: [parameter], returns: t.integer, nulls: 'propagate', evaluate: signOf }),
  ),
});
