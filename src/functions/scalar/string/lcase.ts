import { p, scalar, t, variant } from '../../define.js';

export const lcase = scalar({
  name: 'LCASE',
  category: 'STRING',
  description: 'The text in lower case.',
  examples: [{ sql: "LCASE('aBc')", result: 'abc' }],
  variants: [variant({ parameters: [p.string('text')], returns: t.string, nulls: 'propagate', evaluate: (text) => text.toLowerCase() })],
});
