import { p, scalar, t, variant } from '../../define.js';

export const fromUnixtime = scalar({
  name: 'FROM_UNIXTIME',
  category: 'DATE / TIME',
  description: 'The timestamp so many milliseconds after 1970-01-01T00:00.',
  examples: [{ sql: 'FROM_UNIXTIME(CAST(1000 AS BIGINT))', result: '1970-01-01T00:00:01.000' }],
  variants: [variant({ parameters: [p.bigint('epochMs')], returns: t.timestamp, nulls: 'propagate', evaluate: (epochMs) => epochMs })],
});
