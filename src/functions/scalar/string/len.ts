import { p, scalar, t, variant } from '../../define.js';

export const len = scalar({
  name: 'LEN',
  category: 'STRING',
  description: 'The number of characters of a text (UTF-16 units), or of bytes.',
  examples: [{ sql: "LEN('abc')", result: '3' }],
  variants: [
    variant({ parameters: [p.string('text')], returns: t.integer, nulls: 'propagate', evaluate: (text) => text.length }),
    variant({ parameters: [p.bytes('bytes')], returns: t.integer, nulls: 'propagate', evaluate: (bytes) => bytes.length }),
  ],
});
