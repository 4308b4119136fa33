import { p, primitive, t, variant } from '../../define.js';
import type { ScalarVariant } from '../../entry.js';
import { EvaluationError } from '../../evaluation-error.js';

/** What each class of characters becomes; null leaves it as it is. */
interface Masks {
  readonly upper: string | null;
  readonly lower: string | null;
  readonly digit: string | null;
  readonly other: string | null;
}
const DEFAULT_MASKS: Masks = { upper: 'X', lower: 'x', digit: 'n', other: '-' };

function masksOf(upper: string | null, lower: string | null, digit: string | null, other: string | null): Masks {
  for (const mask of [upper, lower, digit, other]) {
    if (mask !== null && mask.length !== 1) throw new EvaluationError(`Invalid mask character: '${mask}'. It must be a single character or null.`);
  }
  return { upper, lower, digit, other };
}

/** Works on UTF-16 units, so that both halves of a character outside the basic plane are "other". */
function maskUnit(unit: string, masks: Masks): string {
  if (unit >= 'a' && unit <= 'z') return masks.lower ?? unit;
  if (unit >= 'A' && unit <= 'Z') return masks.upper ?? unit;
  if (unit >= '0' && unit <= '9') return masks.digit ?? unit;
  if (unit >= '\u0080') {
    if (/\p{Lowercase}/u.test(unit)) return masks.lower ?? unit;
    if (/\p{Uppercase}/u.test(unit)) return masks.upper ?? unit;
    if (/\p{Nd}/u.test(unit)) return masks.digit ?? unit;
  }
  return masks.other ?? unit;
}

function maskRange(text: string, from: number, to: number, masks: Masks): string {
  let masked = '';
  for (let at = from; at < to; at++) masked += maskUnit(text.charAt(at), masks);
  return text.slice(0, from) + masked + text.slice(to);
}

/** The part of a text of the given length that is masked. */
type MaskedPart = (length: number, n: number) => readonly [from: number, to: number];

const maskParameters = [
  p.string('upper', 'for upper-case letters; null leaves them as they are'),
  p.string('lower', 'for lower-case letters'),
  p.string('digit', 'for digits'),
  p.string('other', 'for all other characters'),
] as const;

/** MASK: everything. */
export function maskVariants(): readonly ScalarVariant[] {
  return [
    variant({ parameters: [p.string('text')], returns: t.string, nulls: 'propagate', evaluate: (text) => maskRange(text, 0, text.length, DEFAULT_MASKS) }),
    variant({
      parameters: [p.string('text'), ...maskParameters],
      returns: t.string,
      nulls: 'called',
      evaluate: (text, ...given) => {
        const masks = masksOf(...given);
        return text === null ? null : maskRange(text, 0, text.length, masks);
      },
    }),
  ];
}

/** MASK_LEFT and its kin: a part of n characters, or all but them. */
export function maskPartVariants(name: string, part: MaskedPart): readonly ScalarVariant[] {
  const masked = (text: string | null, n: number, masks: Masks): string | null => {
    if (n < 0) throw new EvaluationError(`function ${name} requires a non-negative number of characters to mask or skip`);
    if (text === null) return null;
    const [from, to] = part(text.length, Math.min(n, text.length));
    return maskRange(text, from, to, masks);
  };
  return [
    variant({
      parameters: [p.string('text'), primitive(p.integer('n'))],
      returns: t.string,
      nulls: 'called',
      evaluate: (text, n) => masked(text, n, DEFAULT_MASKS),
    }),
    variant({
      parameters: [p.string('text'), primitive(p.integer('n')), ...maskParameters],
      returns: t.string,
      nulls: 'called',
      evaluate: (text, n, ...given) => masked(text, n, masksOf(...given)),
    }),
  ];
}
