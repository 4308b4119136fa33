import { boundVariant, p, scalar, t, variadic, variant } from '../../define.js';
import { bytesJoiner, presentOf } from '../bytes/join-bytes.js';

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
    boundVariant({
      parameters: [variadic(p.bytes('values'))],
      returns: t.bytes,
      nulls: 'called',
      bind: ({ context }) => {
        const join = bytesJoiner(context);
        return (...values) => join(presentOf(values), null);
      },
    }),
  ],
});
