import { p, scalar, t, variant } from '../../define.js';

export const replace = scalar({
  name: 'REPLACE',
  category: 'STRING',
  description: 'The text with every occurrence of one text replaced by another.',
  examples: [{ sql: "REPLACE('foo bar foo', 'foo', 'x')", result: 'x bar x' }],
  variants: [
    variant({
      parameters: [p.string('text'), p.string('old'), p.string('new')],
      returns: t.string,
      nulls: 'propagate',
      evaluate: (text, old, replacement) => text.replaceAll(old, () => replacement),
    }),
  ],
});
