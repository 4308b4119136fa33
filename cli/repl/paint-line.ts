import { highlightTokens, type HighlightKind } from '../../src/parser/index.js';

const PLAIN = '\u001b[0m';
const COLOURS: Readonly<Record<HighlightKind, string | null>> = {
  keyword: '\u001b[34m',
  function: '\u001b[36m',
  string: '\u001b[32m',
  number: '\u001b[35m',
  variable: '\u001b[33m',
  comment: '\u001b[2m',
  error: '\u001b[31m',
  identifier: null,
  quoted: null,
  operator: null,
  punctuation: null,
};

/** The line in colours. `before`: lines of the same statement typed earlier, which say whether this one starts in a string. */
export function paintLine(before: string, line: string): string {
  let painted = '';
  let at = 0;
  for (const { kind, start, end } of highlightTokens(before + line)) {
    const from = Math.max(0, start - before.length);
    const to = end - before.length;
    const colour = COLOURS[kind];
    if (to <= from || colour === null) continue;
    painted += `${line.slice(at, from)}${colour}${line.slice(from, to)}${PLAIN}`;
    at = to;
  }
  return painted + line.slice(at);
}
