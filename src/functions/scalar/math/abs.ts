import { negateLong, type Long } from '../../../types/index.js';
import { p, sameTypeAs, scalar, t, variant } from '../../define.js';

/** The least BIGINT has no positive counterpart and stays as it is. */
const absoluteLong = (value: Long): Long => (value < 0 ? negateLong(value) : value);

export const abs = scalar({
  name: 'ABS',
  shownAs: 'Abs',
  category: 'MATHEMATICAL',
  description: 'The value without its sign. The least INTEGER and BIGINT stay negative.',
  examples: [{ sql: 'ABS(-3.5)', result: '3.5' }],
  variants: [
    variant({ parameters: [p.integer('value')], returns: t.integer, nulls: 'propagate', evaluate: (value) => Math.abs(value) | 0 }),
    variant({ parameters: [p.bigint('value')], returns: t.bigint, nulls: 'propagate', evaluate: absoluteLong }),
    variant({ parameters: [p.double('value')], returns: t.double, nulls: 'propagate', evaluate: Math.abs }),
    variant({
      parameters: [p.decimal('value')],
      returns: sameTypeAs(0, t.decimal),
      nulls: 'propagate',
      evaluate: (value) => (value < 0 ? (typeof value === 'number' ? 0 - value : -value) : value),
    }),
  ],
});
