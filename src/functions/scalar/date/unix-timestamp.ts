import { boundVariant, p, scalar, t, variant } from '../../define.js';

export const unixTimestamp = scalar({
  name: 'UNIX_TIMESTAMP',
  category: 'DATE / TIME',
  description: 'Milliseconds from 1970-01-01T00:00 to a timestamp, or to now.',
  deterministic: false,
  examples: [{ sql: "UNIX_TIMESTAMP(CAST('1970-01-01T00:00:01' AS TIMESTAMP))", result: '1000' }],
  variants: [
    boundVariant({ parameters: [], returns: t.bigint, nulls: 'called', bind: ({ context }) => () => context.clock.now() }),
    variant({
      parameters: [p.timestamp('timestamp')],
      returns: t.bigint,
      nulls: 'propagate',
      evaluate: (timestamp) => timestamp,
    }),
  ],
});
