import { trimJava } from '../../../types/index.js';
import { p, scalar, t, variant } from '../../define.js';

export const trim = scalar({
  name: 'TRIM',
  category: 'STRING',
  description: 'The text without blanks and control characters at both ends.',
  examples: [{ sql: "TRIM('  a b ')", result: 'a b' }],
  variants: [variant({ parameters: [p.string('text')], returns: t.string, nulls: 'propagate', evaluate: trimJava })],
});
