/**
 * How many single-character changes (insert, delete, replace, swap of neighbours) turn one word into the other.
 * Case does not count. Returns `limit + 1` as soon as the distance is known to be above `limit`.
 */
export function editDistance(left: string, right: string, limit = Number.POSITIVE_INFINITY): number {
  const a = left.toUpperCase();
  const b = right.toUpperCase();
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    if (Math.min(...row) > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/**
 * The candidates close enough to a word to be what was meant, nearest first, equals first among them by their order. The longer the word, the more
 * slips are forgiven: one in three characters, none in shorter words.
 */
export function nearestWords(word: string, candidates: Iterable<string>, most = 3): string[] {
  const limit = Math.floor(word.length / 3);
  return [...candidates]
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate, limit) }))
    .filter((each) => each.distance <= limit)
    .sort((left, right) => left.distance - right.distance)
    .slice(0, most)
    .map((each) => each.candidate);
}

/** The nearest candidate, or null if none is near. */
export function nearestWord(word: string, candidates: Iterable<string>): string | null {
  return nearestWords(word, candidates, 1)[0] ?? null;
}

/** `Did you mean 'A', 'B' or 'C'?`, or null if nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | null {
  const quoted = nearestWords(word, candidates).map((candidate) => `'${candidate}'`);
  const last = quoted.pop();
  if (last === undefined) return null;
  return quoted.length === 0 ? `Did you mean ${last}?` : `Did you mean ${quoted.join(', ')} or ${last}?`;
}
