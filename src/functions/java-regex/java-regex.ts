import { RE2JS, RE2JSException } from 're2js';
import { EvaluationError } from '../evaluation-error.js';
import { emitRegex } from './emit.js';
import { isSafeToBacktrack, MAX_SAFE_LENGTH } from './is-safe.js';
import { parseRegex } from './parse-regex.js';
import type { RegexNode } from './regex-node.js';

/** One match; `groups[0]` is the whole, null a group that took no part. */
export interface RegexMatch {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | null)[];
}

/**
 * A pattern of `java.util.regex`, matched in time linear in the text whatever the pattern: by RE2, or for patterns that cannot
 * go wrong there by JavaScript's own engine, which is 20 times faster. Both get the same explicit pattern.
 */
export interface JavaRegex {
  readonly groupCount: number;
  /** Group numbers by name. */
  readonly groupNames: ReadonlyMap<string, number>;
  /** The first match at or after a position, or null. */
  find(text: string, from: number): RegexMatch | null;
  /** All matches in order. */
  findAll(text: string): Iterable<RegexMatch>;
}

export function compileJavaRegex(pattern: string): JavaRegex {
  const node = parseRegex(pattern);
  const names: (string | null)[] = [];
  collectGroups(node, names);
  const linear = compileLinear(emitRegex(node, 're2'), pattern);
  const fast = isSafeToBacktrack(node) ? new RegExp(emitRegex(node, 'javascript'), 'gu') : null;
  const cutsEnd = hasSoftEnd(node);
  return {
    groupCount: names.length,
    groupNames: new Map(names.flatMap((name, index) => (name === null ? [] : [[name, index + 1] as const]))),
    find: (text, from) => {
      // `$` also holds before a line end that ends the text.
      const subject = cutsEnd ? text.replace(FINAL_LINE_END, '') : text;
      if (from > subject.length) return null;
      return fast !== null && subject.length <= MAX_SAFE_LENGTH ? findFast(fast, subject, from) : findLinear(linear, subject, from, names.length);
    },
    findAll(text) {
      return matchesOf(this, text);
    },
  };
}

const FINAL_LINE_END = /(?:\r\n|[\n\r\u0085\u2028\u2029])$/;

function compileLinear(emitted: string, pattern: string): RE2JS {
  try {
    return RE2JS.compile(emitted);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new EvaluationError(`Invalid regular expression pattern '${pattern}': ${error.message}`, { cause: error });
  }
}

function findFast(expression: RegExp, text: string, from: number): RegexMatch | null {
  expression.lastIndex = from;
  const found = expression.exec(text);
  if (found === null) return null;
  const groups: (string | null)[] = [];
  for (let index = 0; index < found.length; index++) groups.push(found[index] ?? null);
  return { start: found.index, end: found.index + found[0].length, groups };
}

function findLinear(expression: RE2JS, text: string, from: number, groupCount: number): RegexMatch | null {
  const matcher = expression.matcher(text);
  if (!matcher.find(from)) return null;
  return { start: matcher.start(), end: matcher.end(), groups: Array.from({ length: groupCount + 1 }, (_, group) => matcher.group(group)) };
}

/**
 * After an empty match the search goes on one UTF-16 unit further, as in Java: what matches nothing also does so within a
 * character of two units, where neither engine would look.
 */
function* matchesOf(regex: JavaRegex, text: string): Iterable<RegexMatch> {
  let from = 0;
  for (;;) {
    const match = from > text.length ? null : regex.find(text, from);
    if (match === null) return;
    yield match;
    from = match.end;
    if (match.start < match.end) continue;
    from++;
    if (!isWithinCharacter(text, from)) continue;
    const within = regex.find(text.slice(from), 0);
    if (within?.start === 0 && within.end === 0) yield { start: from, end: from, groups: within.groups };
    from++;
  }
}

const isWithinCharacter = (text: string, at: number): boolean => /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1));

/** Names of the capturing groups in order of their opening parentheses; null for those without one. */
function collectGroups(node: RegexNode, names: (string | null)[]): void {
  if (node.kind === 'sequence') for (const item of node.items) collectGroups(item, names);
  else if (node.kind === 'alternatives') for (const branch of node.branches) collectGroups(branch, names);
  else if (node.kind === 'repeat') collectGroups(node.body, names);
  else if (node.kind === 'group') {
    if (node.captures) names.push(node.name);
    collectGroups(node.body, names);
  }
}

function hasSoftEnd(node: RegexNode): boolean {
  switch (node.kind) {
    case 'assertion':
      return node.place === 'softEnd';
    case 'sequence':
      return node.items.some(hasSoftEnd);
    case 'alternatives':
      return node.branches.some(hasSoftEnd);
    case 'group':
    case 'repeat':
      return hasSoftEnd(node.body);
    default:
      return false;
  }
}
