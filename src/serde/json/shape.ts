import type { FieldIndex } from './field-index.js';
import { expectComma, skipColon, skipSpace, skipString, skipValue } from './scan.js';
import type { JsonSource } from './source.js';
import { decodeString } from './text.js';

/**
 * The bytes between the values of a record: names, punctuation, white space. Producers write records of one shape millions of
 * times, so the shape of a record predicts the next one's.
 */
export interface Shape {
  readonly fields: readonly ShapeField[];
  /** What follows the last value. */
  readonly tail: Buffer;
}
export interface ShapeField {
  /** From the end of the value before to the start of this one. */
  readonly before: Buffer;
  /** −1: no column. */
  readonly column: number;
}

const MAX_FIELDS = 64;
const MAX_SHAPE_BYTES = 4096;

/** The shape of a record that was scanned without error, or null when it is no good guess: repeated or ambiguous names, too big. */
export function shapeOf(source: JsonSource, from: number, index: FieldIndex): Shape | null {
  const { bytes } = source;
  const fields: ShapeField[] = [];
  const seen = new Set<number>();
  let size = 0;
  let valueEnd = from;
  let at = skipSpace(source, skipSpace(source, from) + 1);
  while (bytes[at] === 0x22) {
    const nameEnd = skipString(source, at + 1);
    const hit = index.resolve(decodeString(source, at + 1, nameEnd - 1, source.flags));
    const column = Math.max(hit.exact, hit.upper);
    if ((hit.exact >= 0 && hit.upper >= 0) || seen.has(column)) return null;
    if (column >= 0) seen.add(column);
    const start = skipColon(source, nameEnd);
    fields.push({ before: Buffer.from(bytes.subarray(valueEnd, start)), column });
    size += start - valueEnd;
    if (fields.length > MAX_FIELDS || size > MAX_SHAPE_BYTES) return null;
    valueEnd = skipValue(source, start, 1);
    at = skipSpace(source, valueEnd);
    if (bytes[at] !== 0x7d) at = skipSpace(source, expectComma(source, at));
  }
  const tail = Buffer.from(bytes.subarray(valueEnd, source.end));
  return fields.length === 0 || tail.length > MAX_SHAPE_BYTES ? null : { fields, tail };
}
