import { negated, setOf } from './char-set.js';
import { LINE_ENDS, VERTICAL } from './class-names.js';
import { parseClass } from './parse-class.js';
import type { RegexNode, RepeatNode } from './regex-node.js';
import { RegexScanner, single, type RegexFlags } from './regex-scanner.js';

/** Deeper patterns are refused, as they would exhaust the stack. */
const MAX_DEPTH = 200;
/** The most a bounded repetition may ask for: every repetition costs memory. */
const MAX_REPEAT = 1000;

/** Reads a pattern of `java.util.regex`. What no linear-time engine can match (back references, lookaround) is refused. */
export function parseRegex(pattern: string): RegexNode {
  const parser = new RegexParser(new RegexScanner(pattern));
  const node = parser.alternatives(0);
  if (!parser.scanner.isDone) parser.scanner.fail("Unmatched closing ')'");
  return node;
}

class RegexParser {
  constructor(readonly scanner: RegexScanner) {}

  alternatives(depth: number): RegexNode {
    if (depth > MAX_DEPTH) this.scanner.fail('The pattern is nested too deeply');
    const branches = [this.#sequence(depth)];
    while (this.scanner.take('|')) branches.push(this.#sequence(depth));
    const [only] = branches;
    return branches.length === 1 && only !== undefined ? only : { kind: 'alternatives', branches };
  }

  #sequence(depth: number): RegexNode {
    const items: RegexNode[] = [];
    const { scanner } = this;
    while (!scanner.isDone && !')|'.includes(scanner.pattern.charAt(scanner.at))) {
      if (scanner.flags.comments && scanner.match(/\s+|#[^\n]*/y) !== null) continue;
      if (scanner.take('\\Q')) items.push(...this.#quoted());
      else items.push(...this.#quantified(depth));
    }
    return { kind: 'sequence', items };
  }

  /** Literal text up to `\E`; a quantifier after it belongs to its last character. */
  #quoted(): RegexNode[] {
    const { scanner } = this;
    const end = scanner.pattern.indexOf('\\E', scanner.at);
    const text = scanner.pattern.slice(scanner.at, end < 0 ? undefined : end);
    scanner.at = end < 0 ? scanner.pattern.length : end + 2;
    const items = Array.from(text, (letter): RegexNode => ({ kind: 'set', set: scanner.cased(single(letter.codePointAt(0) ?? 0)) }));
    const last = items.pop();
    return last === undefined ? [] : [...items, this.#repeated(last)];
  }

  #quantified(depth: number): RegexNode[] {
    const atom = this.#atom(depth);
    return atom === null ? [] : [this.#repeated(atom)];
  }

  #repeated(atom: RegexNode): RegexNode {
    const { scanner } = this;
    const found = this.#quantifier();
    if (found === null) return atom;
    const [min, max] = found;
    if (min > MAX_REPEAT || (max ?? 0) > MAX_REPEAT) scanner.fail(`A repetition of more than ${MAX_REPEAT} is not supported`);
    if (max !== null && max < min) scanner.fail('Illegal repetition range');
    const mode: RepeatNode['mode'] = scanner.take('?') ? 'lazy' : scanner.take('+') ? 'possessive' : 'greedy';
    return { kind: 'repeat', body: atom, min, max, mode };
  }

  #quantifier(): readonly [min: number, max: number | null] | null {
    const { scanner } = this;
    if (scanner.take('*')) return [0, null];
    if (scanner.take('+')) return [1, null];
    if (scanner.take('?')) return [0, 1];
    if (scanner.pattern.charAt(scanner.at) !== '{') return null;
    const found = scanner.match(/\{(\d{1,9})(,(\d{0,9}))?\}/y);
    if (found === null) return scanner.fail('Illegal repetition');
    const min = Number(found[1]);
    if (found[2] === undefined) return [min, min];
    return [min, found[3] === '' || found[3] === undefined ? null : Number(found[3])];
  }

  /** Null: a piece that only sets flags. */
  #atom(depth: number): RegexNode | null {
    const { scanner } = this;
    if (scanner.take('(')) return this.#group(depth);
    if (scanner.take('[')) return { kind: 'set', set: parseClass(scanner) };
    if (scanner.take('.')) return { kind: 'set', set: this.#anyCharacter() };
    if (scanner.take('^')) return { kind: 'assertion', place: scanner.flags.multiline ? 'lineStart' : 'textStart' };
    if (scanner.take('$')) return { kind: 'assertion', place: scanner.flags.multiline ? 'lineEnd' : 'softEnd' };
    if (scanner.take('\\')) return this.#escape();
    const letter = scanner.pattern.charAt(scanner.at);
    if ('*+?'.includes(letter)) return scanner.fail(`Dangling meta character '${letter}'`);
    if (letter === '{') return scanner.fail('Illegal repetition');
    return { kind: 'set', set: scanner.cased(single(scanner.codePoint())) };
  }

  #anyCharacter() {
    const { dotAll, unixLines } = this.scanner.flags;
    return dotAll ? negated(setOf()) : negated(unixLines ? single(0x0a) : LINE_ENDS);
  }

  #escape(): RegexNode {
    const { scanner } = this;
    if (scanner.take('A')) return { kind: 'assertion', place: 'textStart' };
    if (scanner.take('z')) return { kind: 'assertion', place: 'textEnd' };
    if (scanner.take('Z')) return { kind: 'assertion', place: 'softEnd' };
    if (scanner.take('b')) return { kind: 'assertion', place: 'wordEdge' };
    if (scanner.take('B')) return { kind: 'assertion', place: 'noWordEdge' };
    if (scanner.take('R')) return LINE_BREAK;
    if (/[1-9k]/.test(scanner.pattern.charAt(scanner.at))) return scanner.fail('Back references are not supported, as they cannot be matched in linear time;');
    const found = scanner.escape();
    return { kind: 'set', set: typeof found === 'number' ? scanner.cased(single(found)) : found };
  }

  #group(depth: number): RegexNode | null {
    const { scanner } = this;
    const outer = { ...scanner.flags };
    if (!scanner.take('?')) return this.#closed(depth, outer, true, null);
    if (scanner.take(':')) return this.#closed(depth, outer, false, null);
    const named = scanner.match(/<([a-zA-Z][a-zA-Z0-9]*)>/y);
    if (named?.[1] !== undefined) return this.#closed(depth, outer, true, named[1]);
    if (scanner.match(/<?[=!]|>/y) !== null) return scanner.fail('Lookahead, lookbehind and atomic groups are not supported, as they cannot be matched in linear time;');
    const flags = scanner.match(/([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])/y);
    if (flags === null) return scanner.fail('Unknown inline modifier');
    this.#setFlags(flags[1] ?? '', true);
    this.#setFlags(flags[2] ?? '', false);
    // Without a colon the flags hold to the end of the enclosing group.
    return flags[3] === ')' ? null : this.#closed(depth, outer, false, null);
  }

  #closed(depth: number, outer: RegexFlags, captures: boolean, name: string | null): RegexNode {
    const body = this.alternatives(depth + 1);
    if (!this.scanner.take(')')) this.scanner.fail('Unclosed group');
    this.scanner.flags = outer;
    return { kind: 'group', captures, name, body };
  }

  #setFlags(letters: string, value: boolean): void {
    const { flags } = this.scanner;
    for (const letter of letters) {
      if (letter === 'i') flags.ignoreCase = value;
      else if (letter === 'u' || letter === 'U') flags.unicodeCase = value;
      else if (letter === 's') flags.dotAll = value;
      else if (letter === 'm') flags.multiline = value;
      else if (letter === 'd') flags.unixLines = value;
      else if (letter === 'x') flags.comments = value;
      else this.scanner.fail(`Unknown inline modifier ${letter}`);
    }
  }
}

const LINE_BREAK: RegexNode = {
  kind: 'group',
  captures: false,
  name: null,
  body: {
    kind: 'alternatives',
    branches: [
      { kind: 'sequence', items: [{ kind: 'set', set: single(0x0d) }, { kind: 'set', set: single(0x0a) }] },
      { kind: 'set', set: VERTICAL },
    ],
  },
};
