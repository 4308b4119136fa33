import { boundVariant, p, scalar, t } from '../../define.js';
import { rememberLast } from '../../remember-last.js';
import { asciiText, base64Text, hexText, requireEncoding, utf8Text, type Encoding } from './encodings.js';

const WRITERS: { readonly [E in Encoding]: (bytes: Uint8Array) => string } = {
  hex: (bytes) => hexText(bytes).toUpperCase(),
  utf8: utf8Text,
  ascii: asciiText,
  base64: base64Text,
};

export const fromBytes = scalar({
  name: 'FROM_BYTES',
  category: 'STRING',
  description: 'Bytes as text in an encoding: hex, utf8, ascii or base64.',
  examples: [{ sql: "FROM_BYTES(TO_BYTES('abc', 'utf8'), 'hex')", result: '616263' }],
  variants: [
    boundVariant({
      parameters: [p.bytes('bytes'), p.string('encoding')],
      returns: t.string,
      nulls: 'propagate',
      bind: () => {
        const writerOf = rememberLast((encoding) => WRITERS[requireEncoding(encoding)]);
        return (bytes, encoding) => writerOf(encoding)(bytes);
      },
    }),
  ],
});
