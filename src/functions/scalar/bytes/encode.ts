import { p, scalar, t, variant } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';
import { asciiBytes, asciiText, base64Text, encodingOf, hexBytes, hexText, utf8Bytes, utf8Text, type Encoding } from './encodings.js';

/** Beside plain digits, `0x…` (its first digit may be missing) and `X'…'` are hexadecimal. */
function prefixedHexBytes(text: string): Uint8Array {
  if (text.startsWith('0x')) return hexBytes((text.length % 2 === 1 ? '0' : '') + text.slice(2));
  const quoted = /^[xX]'(.*)'$/s.exec(text);
  return hexBytes(quoted?.[1] ?? text);
}

const READERS: { readonly [E in Encoding]: (text: string) => Uint8Array } = {
  hex: prefixedHexBytes,
  utf8: utf8Bytes,
  ascii: asciiBytes,
  // Characters that are not base64 are skipped here, unlike in TO_BYTES.
  base64: (text) => new Uint8Array(Buffer.from(text, 'base64')),
};
const WRITERS: { readonly [E in Encoding]: (bytes: Uint8Array) => string } = { hex: hexText, utf8: utf8Text, ascii: asciiText, base64: base64Text };

export const encode = scalar({
  name: 'ENCODE',
  category: 'STRING',
  description: 'A text in one encoding written in another: hex, utf8, ascii or base64.',
  examples: [{ sql: "ENCODE('Hello', 'utf8', 'base64')", result: 'SGVsbG8=' }],
  variants: [
    variant({
      parameters: [p.string('text'), p.string('from'), p.string('to')],
      returns: t.string,
      nulls: 'propagate',
      evaluate: (text, from, to) => {
        const [reading, writing] = [encodingOf(from), encodingOf(to)];
        if (reading === null || writing === null || reading === writing) {
          throw new EvaluationError('Supported input and output encodings are: hex, utf8, ascii and base64');
        }
        return WRITERS[writing](READERS[reading](text));
      },
    }),
  ],
});
