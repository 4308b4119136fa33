import { createHash } from 'node:crypto';
import { p, scalar, t, variant } from '../../define.js';
import { utf8Bytes } from '../bytes/encodings.js';

export const md5 = scalar({
  name: 'MD5',
  category: 'STRING',
  description: 'The MD5 hash of the UTF-8 bytes of a text, in lower-case hexadecimal.',
  examples: [{ sql: "MD5('abc')", result: '900150983cd24fb0d6963f7d28e17f72' }],
  variants: [
    variant({ parameters: [p.string('text')], returns: t.string, nulls: 'propagate', evaluate: (text) => createHash('md5').update(utf8Bytes(text)).digest('hex') }),
  ],
});
