import { p, scalar, t, variant } from '../../define.js';
import { indexOfBytes } from '../bytes/join-bytes.js';

function splitBytes(bytes: Uint8Array, delimiter: Uint8Array): Uint8Array[] {
  if (delimiter.length === 0) return bytes.length === 0 ? [bytes] : Array.from(bytes, (byte) => Uint8Array.of(byte));
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let at = indexOfBytes(bytes, delimiter, 0); at >= 0; at = indexOfBytes(bytes, delimiter, from)) {
    parts.push(bytes.slice(from, at));
    from = at + delimiter.length;
  }
  return [...parts, bytes.slice(from)];
}

export const split = scalar({
  name: 'SPLIT',
  category: 'STRING',
  description: 'The parts between the delimiters, empty ones included; with an empty delimiter one part for each character.',
  examples: [
    { sql: "SPLIT('a,,b', ',')", result: '[a, , b]' },
    { sql: "SPLIT('abc', '')", result: '[a, b, c]' },
  ],
  variants: [
    variant({
      parameters: [p.string('text'), p.string('delimiter')],
      returns: t.array(t.string),
      nulls: 'propagate',
      evaluate: (text, delimiter) => (text === '' ? [''] : text.split(delimiter)),
    }),
    variant({ parameters: [p.bytes('bytes'), p.bytes('delimiter')], returns: t.array(t.bytes), nulls: 'propagate', evaluate: splitBytes }),
  ],
});
