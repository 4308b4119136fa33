import { p, scalar, t, variadic, variant } from '../../define.js';
import { presentOf, takeBytes } from '../bytes/join-bytes.js';

export const concat = scalar({
  name: 'CONCAT',
  category: 'STRING',
  description: 'Its arguments one after another; nulls are skipped.',
  examples: [{ sql: "CONCAT('a', CAST(NULL AS STRING), 'b')", result: 'ab' }],
  variants: [
    variant({
      parameters: [variadic(p.string('texts'))],
      returns: t.string,
      nulls: 'called',
      evaluate: (...texts) => texts.reduce<string>((joined, text) => (text === null ? joined : joined + text), ''),
    }),
    variant({ parameters: [variadic(p.bytes('values'))], returns: t.bytes, nulls: 'called', evaluate: (...values) => takeBytes(presentOf(values), null) }),
  ],
});
