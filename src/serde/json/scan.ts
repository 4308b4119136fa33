import { HAS_ESCAPE, HAS_WIDE, MAX_DEPTH, malformed, type JsonSource } from './source.js';

// Each function takes the place where its piece of syntax starts and gives the place after it. Bytes behind the end of the
// record may belong to the next record of the batch, so whoever scans a record to its end compares with `source.end`.

export function skipSpace(source: JsonSource, from: number): number {
  let at = from;
  for (;;) {
    const byte = source.bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at++;
  }
}

/**
 * From after the opening quote to after the closing one; leaves `source.flags`. Four bytes a step as long as they are plain:
 * checks quotes, backslashes, control characters and non-ASCII at once, with borrow tricks on a 32-bit word. A borrow may
 * raise a false alarm, which only costs a look at the four bytes.
 */
export function skipString(source: JsonSource, from: number): number {
  const { view, bytes, end } = source;
  const lastWord = end - 4;
  let flags = 0;
  let at = from;
  for (;;) {
    while (at <= lastWord) {
      const word = view.getInt32(at, true);
      const quotes = word ^ 0x22222222;
      const slashes = word ^ 0x5c5c5c5c;
      if (((word | (word - 0x20202020) | (quotes - 0x01010101) | (slashes - 0x01010101)) & 0x80808080) !== 0) break;
      at += 4;
    }
    const stop = at + 4 < end ? at + 4 : end;
    while (at < stop) {
      const byte = bytes[at] ?? 0;
      at++;
      if (byte === 0x22) {
        source.flags = flags;
        return at;
      }
      if (byte === 0x5c) {
        flags |= HAS_ESCAPE;
        at = skipEscape(source, at);
        break;
      }
      if (byte < 0x20) malformed('a control character in a string must be escaped', source, at - 1);
      if (byte >= 0x80) flags |= HAS_WIDE;
    }
    if (at >= end) malformed('a string is not closed', source, end);
  }
}

function skipEscape(source: JsonSource, from: number): number {
  switch (source.bytes[from]) {
    case 0x22: case 0x5c: case 0x2f: case 0x62: case 0x66: case 0x6e: case 0x72: case 0x74:
      return from + 1;
    case 0x75:
      for (let at = from + 1; at < from + 5; at++) {
        if (!isHex(source.bytes[at] ?? 0)) malformed('expected four hex digits after \\u', source, at);
      }
      return from + 5;
    default:
      return malformed('expected an escape character after \\', source, from);
  }
}

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

/** Java's parser refuses longer ones too; it keeps hostile numbers from costing more than their bytes. */
const MAX_NUMBER_LENGTH = 1000;

/** Stops at the end of the record: an unwrapped number may be followed by the digits of the next record. */
export function skipNumber(source: JsonSource, from: number): number {
  const { bytes, end } = source;
  let at = from;
  if (bytes[at] === 0x2d) at++;
  if (at < end && bytes[at] === 0x30) at++;
  else at = skipDigits(source, at);
  if (at < end && bytes[at] === 0x2e) at = skipDigits(source, at + 1);
  if (at < end && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
    at++;
    if (at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++;
    at = skipDigits(source, at);
  }
  if (at - from > MAX_NUMBER_LENGTH) malformed(`a number longer than ${MAX_NUMBER_LENGTH} characters`, source, from);
  // 01, 1x, 1.2.3: a number ends where the document goes on.
  const next = at < end ? (bytes[at] ?? 0x20) : 0x20;
  if (next !== 0x2c && next !== 0x7d && next !== 0x5d && next > 0x20) malformed('expected the end of a number', source, at);
  return at;
}

function skipDigits(source: JsonSource, from: number): number {
  const { bytes, end } = source;
  let at = from;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x30 || byte > 0x39) break;
    at++;
  }
  if (at === from) malformed('expected a digit or a value', source, at);
  return at;
}

export function skipWord(source: JsonSource, from: number, word: string): number {
  for (let at = 0; at < word.length; at++) {
    if (source.bytes[from + at] !== word.charCodeAt(at)) malformed(`expected ${word}`, source, from + at);
  }
  return from + word.length;
}

/** Any value; `depth` is the number of containers around it. */
export function skipValue(source: JsonSource, from: number, depth: number): number {
  if (from >= source.end) malformed('expected a value', source, from);
  switch (source.bytes[from]) {
    case 0x22: return skipString(source, from + 1);
    case 0x7b: return skipObject(source, from, depth);
    case 0x5b: return skipArray(source, from, depth);
    case 0x74: return skipWord(source, from, 'true');
    case 0x66: return skipWord(source, from, 'false');
    case 0x6e: return skipWord(source, from, 'null');
    default: return skipNumber(source, from);
  }
}

/** Refuses a container that is nested too deep. */
export function enter(source: JsonSource, at: number, depth: number): void {
  if (depth >= MAX_DEPTH) malformed(`nested deeper than ${MAX_DEPTH} levels`, source, at);
}

function skipObject(source: JsonSource, from: number, depth: number): number {
  enter(source, from, depth);
  let at = skipSpace(source, from + 1);
  if (source.bytes[at] === 0x7d) return at + 1;
  for (;;) {
    at = skipName(source, at);
    at = skipSpace(source, skipValue(source, at, depth + 1));
    if (source.bytes[at] === 0x7d) return at + 1;
    at = skipSpace(source, expectComma(source, at));
  }
}

function skipArray(source: JsonSource, from: number, depth: number): number {
  enter(source, from, depth);
  let at = skipSpace(source, from + 1);
  if (source.bytes[at] === 0x5d) return at + 1;
  for (;;) {
    at = skipSpace(source, skipValue(source, at, depth + 1));
    if (source.bytes[at] === 0x5d) return at + 1;
    at = skipSpace(source, expectComma(source, at));
  }
}

export function expectComma(source: JsonSource, at: number): number {
  if (source.bytes[at] !== 0x2c || at >= source.end) malformed('expected , or the end of a container', source, at);
  return at + 1;
}

/** A field name and its colon, from the opening quote to the start of the value. */
export function skipName(source: JsonSource, from: number): number {
  if (source.bytes[from] !== 0x22) malformed('expected a field name', source, from);
  return skipColon(source, skipString(source, from + 1));
}

export function skipColon(source: JsonSource, from: number): number {
  const at = skipSpace(source, from);
  if (source.bytes[at] !== 0x3a) malformed('expected :', source, at);
  return skipSpace(source, at + 1);
}

/** Nothing but white space may follow the document. */
export function expectEnd(source: JsonSource, from: number): void {
  const at = skipSpace(source, from);
  // White space of the record may run into that of the next one, so `at` may lie behind the end; `from` may not.
  if (from > source.end || at < source.end) malformed('expected the end of the document', source, from > source.end ? source.end : at);
}
