import { p, t, variant } from '../../define.js';
import type { ScalarVariant } from '../../entry.js';
import { EvaluationError } from '../../evaluation-error.js';
import { joinBytes } from '../bytes/join-bytes.js';

/** A row must not take the memory of the process. */
const MAX_LENGTH = 1 << 24;

function checkLength(length: number): void {
  if (length > MAX_LENGTH) throw new EvaluationError(`Cannot pad to a length of ${length}; at most ${MAX_LENGTH} is allowed.`);
}

function padText(text: string | null, length: number | null, padding: string | null, side: 'left' | 'right'): string | null {
  if (text === null || length === null || length < 0 || padding === null || padding === '') return null;
  checkLength(length);
  if (text.length >= length) return text.slice(0, length);
  return side === 'left' ? text.padStart(length, padding) : text.padEnd(length, padding);
}

function padBytes(bytes: Uint8Array | null, length: number | null, padding: Uint8Array | null, side: 'left' | 'right'): Uint8Array | null {
  if (bytes === null || length === null || length < 0 || padding === null || padding.length === 0) return null;
  checkLength(length);
  if (bytes.length >= length) return bytes.slice(0, length);
  const filler = Uint8Array.from({ length: length - bytes.length }, (_, index) => padding[index % padding.length] ?? 0);
  return joinBytes(side === 'left' ? [filler, bytes] : [bytes, filler]);
}

/** LPAD and RPAD: both cut what is too long at the right end. */
export function paddingVariants(side: 'left' | 'right'): readonly ScalarVariant[] {
  return [
    variant({
      parameters: [p.string('text'), p.integer('length'), p.string('padding')],
      returns: t.string,
      nulls: 'called',
      evaluate: (text, length, padding) => padText(text, length, padding, side),
    }),
    variant({
      parameters: [p.bytes('bytes'), p.integer('length'), p.bytes('padding')],
      returns: t.bytes,
      nulls: 'called',
      evaluate: (bytes, length, padding) => padBytes(bytes, length, padding, side),
    }),
  ];
}
