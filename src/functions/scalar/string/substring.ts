import { p, scalar, t, variant } from '../../define.js';

/** Offsets of the part: positions count from 1, negative ones from the end. */
function partOf(size: number, position: number, length: number | null): readonly [from: number, to: number] {
  const start = position < 0 ? Math.max(size + position, 0) : Math.max(position - 1, 0);
  const from = Math.min(start, size);
  return [from, length === null ? size : Math.min(from + Math.max(length, 0), size)];
}

export const substring = scalar({
  name: 'SUBSTRING',
  shownAs: 'substring',
  category: 'STRING',
  description: 'The part of a text or of bytes from a position, counted from 1 or back from the end when negative, to the end or of a length.',
  examples: [
    { sql: "SUBSTRING('stream', 4)", result: 'eam' },
    { sql: "SUBSTRING('stream', -4, 2)", result: 're' },
  ],
  variants: [
    variant({
      parameters: [p.string('text'), p.integer('position')],
      returns: t.string,
      nulls: 'propagate',
      evaluate: (text, position) => text.slice(...partOf(text.length, position, null)),
    }),
    variant({
      parameters: [p.string('text'), p.integer('position'), p.integer('length')],
      returns: t.string,
      nulls: 'propagate',
      evaluate: (text, position, length) => text.slice(...partOf(text.length, position, length)),
    }),
    variant({
      parameters: [p.bytes('bytes'), p.integer('position')],
      returns: t.bytes,
      nulls: 'propagate',
      evaluate: (bytes, position) => bytes.slice(...partOf(bytes.length, position, null)),
    }),
    variant({
      parameters: [p.bytes('bytes'), p.integer('position'), p.integer('length')],
      returns: t.bytes,
      nulls: 'propagate',
      evaluate: (bytes, position, length) => bytes.slice(...partOf(bytes.length, position, length)),
    }),
  ],
});
