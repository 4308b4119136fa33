import { p, scalar, t, variant } from '../../define.js';

export const ucase = scalar({
  name: 'UCASE',
  category: 'STRING',
  description: 'The text in upper case.',
  examples: [{ sql: "UCASE('aBc')", result: 'ABC' }],
  variants: [variant({ parameters: [p.string('text')], returns: t.string, nulls: 'propagate', evaluate: (text) => text.toUpperCase() })],
});
