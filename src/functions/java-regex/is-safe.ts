import { areDisjoint, type CharSet } from './char-set.js';
import type { RegexNode } from './regex-node.js';

/** Longer texts always go to the linear engine: a search may look at every part of a text from every start. */
export const MAX_SAFE_LENGTH = 2000;
const MAX_BRANCHES = 16;
const MAX_OPTIONAL = 3;

/**
 * Whether a backtracking engine needs at most one pass from each start of the text. So: only single characters are repeated,
 * and either one repetition is all there is, or each is followed by a character that it cannot itself take. Choices are few.
 */
export function isSafeToBacktrack(node: RegexNode): boolean {
  const found: Findings = { repeats: 0, loose: 0, optional: 0, branches: 1, isSimple: true };
  inspect(node, found, 'end');
  return found.isSimple && found.branches <= MAX_BRANCHES && found.optional <= MAX_OPTIONAL && (found.loose === 0 || found.repeats <= 1);
}

interface Findings {
  repeats: number;
  /** Repetitions that what follows might also match. */
  loose: number;
  optional: number;
  branches: number;
  isSimple: boolean;
}

/** What must follow; null where that is not one set. At the end of the pattern a repetition never gives anything back. */
type Next = CharSet | 'end' | null;

function inspect(node: RegexNode, found: Findings, next: Next): void {
  switch (node.kind) {
    case 'set':
    case 'assertion':
      return;
    case 'sequence':
      node.items.forEach((item, index) => inspect(item, found, setAfter(node.items[index + 1]) ?? (index === node.items.length - 1 ? next : null)));
      return;
    case 'alternatives':
      found.branches *= node.branches.length;
      for (const branch of node.branches) inspect(branch, found, next);
      return;
    case 'group':
      inspect(node.body, found, next);
      return;
    case 'repeat': {
      if (node.body.kind !== 'set') {
        found.isSimple = false;
        return;
      }
      if (node.max === node.min) return;
      if (node.max === 1) {
        found.optional++;
        return;
      }
      found.repeats++;
      if (next !== 'end' && (next === null || !areDisjoint(node.body.set, next))) found.loose++;
    }
  }
}

/** The character that must come next, when the next piece begins with one. */
function setAfter(node: RegexNode | undefined): CharSet | null {
  if (node?.kind === 'set') return node.set;
  if (node?.kind === 'repeat' && node.min > 0) return setAfter(node.body);
  if (node?.kind === 'group') return setAfter(node.body);
  return node?.kind === 'sequence' ? setAfter(node.items[0]) : null;
}
