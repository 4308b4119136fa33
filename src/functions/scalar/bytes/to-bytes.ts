import { boundVariant, p, scalar, t } from '../../define.js';
import { rememberLast } from '../../remember-last.js';
import { asciiBytes, base64Bytes, hexBytes, requireEncoding, utf8Bytes, type Encoding } from './encodings.js';

const READERS: { readonly [E in Encoding]: (text: string) => Uint8Array } = { hex: hexBytes, utf8: utf8Bytes, ascii: asciiBytes, base64: base64Bytes };

export const toBytes = scalar({
  name: 'TO_BYTES',
  category: 'STRING',
  description: 'The bytes of a text in an encoding: hex, utf8, ascii or base64.',
  examples: [{ sql: "TO_BYTES('616263', 'hex')", result: 'YWJj' }],
  variants: [
    boundVariant({
      parameters: [p.string('text'), p.string('encoding')],
      returns: t.bytes,
      nulls: 'propagate',
      bind: () => {
        const readerOf = rememberLast((encoding) => READERS[requireEncoding(encoding)]);
        return (text, encoding) => readerOf(encoding)(text);
      },
    }),
  ],
});
