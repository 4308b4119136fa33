/** A set of code points: ranges (sorted, apart) and Unicode properties written as `\p{…}` or `\P{…}`; the whole may be negated. */
export interface CharSet {
  readonly ranges: readonly Range[];
  readonly properties: readonly string[];
  readonly isNegated: boolean;
}
export type Range = readonly [from: number, to: number];

export const MAX_CODE_POINT = 0x10ffff;

export const setOf = (...ranges: readonly Range[]): CharSet => ({ ranges: merged(ranges), properties: [], isNegated: false });
export const propertySet = (...properties: readonly string[]): CharSet => ({ ranges: [], properties, isNegated: false });
export const negated = (set: CharSet): CharSet => ({ ...set, isNegated: !set.isNegated });

function merged(ranges: readonly Range[]): readonly Range[] {
  const result: Range[] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1] + 1) result[result.length - 1] = [last[0], Math.max(last[1], to)];
    else result.push([from, to]);
  }
  return result;
}

/** The ranges that are left out. */
function complement(ranges: readonly Range[]): readonly Range[] {
  const result: Range[] = [];
  let next = 0;
  for (const [from, to] of merged(ranges)) {
    if (from > next) result.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= MAX_CODE_POINT) result.push([next, MAX_CODE_POINT]);
  return result;
}

/** The set without negation around it; null where it cannot be written so (several properties, negated). */
function positive(set: CharSet): CharSet | null {
  if (!set.isNegated) return set;
  if (set.properties.length === 0) return { ranges: complement(set.ranges), properties: [], isNegated: false };
  const [property] = set.properties;
  if (set.properties.length > 1 || set.ranges.length > 0 || property === undefined) return null;
  return { ranges: [], properties: [(property.startsWith('\\p') ? '\\P' : '\\p') + property.slice(2)], isNegated: false };
}

/** Null where the union cannot be written as one class. */
export function union(a: CharSet, b: CharSet): CharSet | null {
  const [left, right] = [positive(a), positive(b)];
  if (left === null || right === null) return null;
  return { ranges: merged([...left.ranges, ...right.ranges]), properties: [...left.properties, ...right.properties], isNegated: false };
}

/** Null where properties are in the way. */
export function intersection(a: CharSet, b: CharSet): CharSet | null {
  const [left, right] = [positive(a), positive(b)];
  if (left === null || right === null || left.properties.length > 0 || right.properties.length > 0) return null;
  return { ranges: complement([...complement(left.ranges), ...complement(right.ranges)]), properties: [], isNegated: false };
}

/** Whether no code point can be in both; false where that is not known. */
export function areDisjoint(a: CharSet, b: CharSet): boolean {
  const shared = intersection(a, b);
  return shared !== null && shared.ranges.length === 0;
}

const CASE_DISTANCE = 32;

/** With the other case of its letters: of a to z, or of all single letters. */
export function anyCase(set: CharSet, isUnicode: boolean): CharSet {
  const added: Range[] = [];
  for (const [from, to] of set.ranges) {
    const [lowFrom, lowTo] = [Math.max(from, 97), Math.min(to, 122)];
    if (lowFrom <= lowTo) added.push([lowFrom - CASE_DISTANCE, lowTo - CASE_DISTANCE]);
    const [upFrom, upTo] = [Math.max(from, 65), Math.min(to, 90)];
    if (upFrom <= upTo) added.push([upFrom + CASE_DISTANCE, upTo + CASE_DISTANCE]);
    if (isUnicode) added.push(...otherCases(from, to));
  }
  return { ...set, ranges: merged([...set.ranges, ...added]) };
}

/** Ranges of scripts are looked at letter by letter, so a great one keeps its own case only. */
function otherCases(from: number, to: number): Range[] {
  if (to - from > 1000) return [];
  const result: Range[] = [];
  for (let code = from; code <= to; code++) {
    const letter = String.fromCodePoint(code);
    for (const other of [letter.toLowerCase(), letter.toUpperCase()]) {
      const point = other.codePointAt(0);
      if (point !== undefined && String.fromCodePoint(point) === other) result.push([point, point]);
    }
  }
  return result;
}
