import { EvaluationError } from '../functions/index.js';

/**
 * LIKE without regular expressions: the pattern is cut at `%` into segments; each segment is found at its leftmost place
 * after the one before. The leftmost place is always good enough, also though `%` may not cross a line break: a later,
 * overlapping place of the same segment would need a line break inside the segment and one in the gap before it. So there is no
 * backtracking, whatever the pattern.
 */
const ANY = -1;
type Segment = readonly number[];
export type LikeMatcher = (text: string) => boolean;

/** Line breaks as Java's `.` sees them. */
function isLineBreak(unit: number): boolean {
  return unit === 10 || unit === 13 || unit === 0x85 || unit === 0x2028 || unit === 0x2029;
}

function parsePattern(pattern: string, escape: string | null): readonly Segment[] {
  const segments: number[][] = [[]];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] ?? '';
    const current = segments.at(-1) ?? [];
    if (character === escape) {
      index++;
      if (index === pattern.length) throw new EvaluationError(`LIKE pattern must not end with escape character. Pattern: ${pattern}`);
      current.push(pattern.charCodeAt(index));
    } else if (character === '%') segments.push([]);
    else current.push(character === '_' ? ANY : pattern.charCodeAt(index));
  }
  return segments;
}

/** Compiles a pattern; throws EvaluationError when it ends in its escape character. */
export function likeMatcher(pattern: string, escape: string | null): LikeMatcher {
  const segments = parsePattern(pattern, escape);
  const [first = [], ...rest] = segments;
  const last = rest.pop();
  return (text) => {
    const start = matchForward(first, text, 0);
    if (start < 0) return false;
    if (last === undefined) return start === text.length;
    let position = start;
    for (const segment of rest) {
      position = find(segment, text, position);
      if (position < 0) return false;
    }
    const end = matchBackward(last, text);
    return end >= position && isFreeOfBreaks(text, position, end);
  };
}

/** A matcher for patterns that are not known before the row; the last pattern is kept. */
export function dynamicLike(escape: string | null): (text: string, pattern: string) => boolean {
  let known: string | null = null;
  let matcher: LikeMatcher = () => false;
  return (text, pattern) => {
    if (pattern !== known) {
      matcher = likeMatcher(pattern, escape);
      known = pattern;
    }
    return matcher(text);
  };
}

/** End of the segment when it stands at `position`, else −1. `_` takes a whole code point. */
function matchForward(segment: Segment, text: string, position: number): number {
  let at = position;
  for (const unit of segment) {
    if (at >= text.length) return -1;
    if (unit === ANY) {
      if (isLineBreak(text.charCodeAt(at))) return -1;
      at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    } else if (text.charCodeAt(at) === unit) at++;
    else return -1;
  }
  return at;
}

/** Start of the segment when it ends the text, else −1. */
function matchBackward(segment: Segment, text: string): number {
  let at = text.length;
  for (let index = segment.length - 1; index >= 0; index--) {
    const unit = segment[index];
    if (at <= 0) return -1;
    at--;
    const found = text.charCodeAt(at);
    if (unit === ANY) {
      if (isLineBreak(found)) return -1;
      if (at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff) at--;
    } else if (found !== unit) return -1;
  }
  return at;
}

/** End of the first place of the segment at or after `position` that `%` can reach, else −1. */
function find(segment: Segment, text: string, position: number): number {
  let at = position;
  for (;;) {
    const end = matchForward(segment, text, at);
    if (end >= 0) return end;
    if (at >= text.length || isLineBreak(text.charCodeAt(at))) return -1;
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
}

function isFreeOfBreaks(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (isLineBreak(text.charCodeAt(at))) return false;
  return true;
}
