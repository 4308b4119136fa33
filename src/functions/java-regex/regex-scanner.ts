import { EvaluationError } from '../evaluation-error.js';
import { anyCase, negated, setOf, type CharSet } from './char-set.js';
import { ESCAPED_CLASSES, namedClass } from './class-names.js';

export interface RegexFlags {
  ignoreCase: boolean;
  unicodeCase: boolean;
  dotAll: boolean;
  multiline: boolean;
  unixLines: boolean;
  comments: boolean;
}

const CONTROLS: ReadonlyMap<string, number> = new Map([['t', 9], ['n', 10], ['r', 13], ['f', 12], ['a', 7], ['e', 27]]);

/** The text of a pattern, read code point by code point, and its escapes. */
export class RegexScanner {
  at = 0;
  flags: RegexFlags = { ignoreCase: false, unicodeCase: false, dotAll: false, multiline: false, unixLines: false, comments: false };

  constructor(readonly pattern: string) {}

  get isDone(): boolean {
    return this.at >= this.pattern.length;
  }

  fail(reason: string): never {
    throw new EvaluationError(`Invalid regular expression pattern '${this.pattern}': ${reason} near index ${this.at}.`);
  }

  take(text: string): boolean {
    if (!this.pattern.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const found = expression.exec(this.pattern);
    if (found !== null) this.at = expression.lastIndex;
    return found;
  }

  codePoint(): number {
    const point = this.pattern.codePointAt(this.at);
    if (point === undefined) return this.fail('Unexpected end');
    this.at += point > 0xffff ? 2 : 1;
    return point;
  }

  cased(set: CharSet): CharSet {
    return this.flags.ignoreCase ? anyCase(set, this.flags.unicodeCase) : set;
  }

  /** Inside a class: a `-` with something to the right of it. */
  startsRange(): boolean {
    const next = this.pattern.charAt(this.at + 1);
    return this.pattern.charAt(this.at) === '-' && next !== ']' && next !== '[' && next !== '';
  }

  /** One member of a class: a code point, or the set of an escape such as `\d`. */
  classMember(): number | CharSet {
    return this.take('\\') ? this.escape() : this.codePoint();
  }

  /** After a backslash: what is one character or a class in- and outside of brackets. */
  escape(): number | CharSet {
    const letter = this.pattern.charAt(this.at);
    const known = ESCAPED_CLASSES.get(letter);
    const control = CONTROLS.get(letter);
    if (known !== undefined || control !== undefined) {
      this.at++;
      return known ?? control ?? 0;
    }
    if (letter === 'p' || letter === 'P') return this.#property();
    if (/[0cuxN]/.test(letter)) return this.#coded(letter);
    if (/[A-Za-z1-9]/.test(letter)) return this.fail(`Illegal or unsupported escape sequence \\${letter}`);
    return this.codePoint();
  }

  #property(): CharSet {
    const found = this.match(/([pP])(?:\{(\^?)([^}]*)\}|([A-Z]))/y);
    const [, letter, , name, short] = found ?? [];
    const set = namedClass(name ?? short ?? '');
    if (set === null) return this.fail(`Unknown character property name {${name ?? ''}}`);
    return letter === 'P' ? negated(set) : set;
  }

  #coded(letter: string): number {
    const found = this.match(/0([0-3]?[0-7]{1,2})|c(.)|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}/sy);
    if (found === null) return this.fail(`Illegal escape sequence \\${letter}`);
    const [, octal, control, unit, byte, wide] = found;
    if (octal !== undefined) return Number.parseInt(octal, 8);
    if (control !== undefined) return control.charCodeAt(0) ^ 64;
    const value = Number.parseInt(unit ?? byte ?? wide ?? '0', 16);
    // Two escapes may be the halves of one character.
    const low = value >= 0xd800 && value < 0xdc00 ? this.match(/\\u(d[c-f][0-9a-f]{2})/iy)?.[1] : undefined;
    return low === undefined ? value : (value - 0xd800) * 0x400 + (Number.parseInt(low, 16) - 0xdc00) + 0x10000;
  }
}

export const single = (point: number): CharSet => setOf([point, point]);
