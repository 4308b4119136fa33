import { intersection, negated, setOf, union, type CharSet } from './char-set.js';
import type { RegexScanner } from './regex-scanner.js';

/** Reads a character class after its `[`, with Java's unions (`[a[bc]]`) and intersections (`[a-z&&[^aeiou]]`). */
export function parseClass(scanner: RegexScanner): CharSet {
  const isNegated = scanner.take('^');
  let left: CharSet | null = null;
  let current: CharSet | null = null;
  let isFirst = true;
  for (;;) {
    if (scanner.isDone) scanner.fail('Unclosed character class');
    if (scanner.take('&&')) {
      left = meet(scanner, left, current);
      current = null;
    } else if (!isFirst && scanner.take(']')) {
      break;
    } else {
      const item = parseItem(scanner);
      current = current === null ? item : joined(scanner, union(current, item));
    }
    isFirst = false;
  }
  const set = joined(scanner, meet(scanner, left, current));
  return isNegated ? negated(set) : set;
}

function joined(scanner: RegexScanner, set: CharSet | null): CharSet {
  return set ?? scanner.fail('This combination of character classes is not supported');
}

function meet(scanner: RegexScanner, left: CharSet | null, right: CharSet | null): CharSet | null {
  if (left === null || right === null) return left ?? right;
  return joined(scanner, intersection(left, right));
}

function parseItem(scanner: RegexScanner): CharSet {
  if (scanner.take('[')) return parseClass(scanner);
  const low = scanner.classMember();
  if (typeof low !== 'number') return low;
  if (!scanner.startsRange()) return scanner.cased(setOf([low, low]));
  scanner.take('-');
  const high = scanner.classMember();
  if (typeof high !== 'number' || high < low) return scanner.fail('Illegal character range');
  return scanner.cased(setOf([low, high]));
}
