import { RequestError } from '../../src/errors/index.js';
import type { Dice } from './dice.js';

/** Makes texts that match a simple regular expression: literals, classes, groups, alternatives and counts. */
export type TextMaker = (dice: Dice) => string;

const MOST = 8;
const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');
const CLASSES: Readonly<Record<string, string>> = {
  d: '0123456789',
  w: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_',
  s: ' ',
};

class PatternReader {
  private at = 0;

  constructor(private readonly pattern: string) {}

  read(): TextMaker {
    const maker = this.alternatives();
    if (this.at < this.pattern.length) this.refuse();
    return maker;
  }

  private refuse(): never {
    throw new RequestError('BAD_REQUEST', `The pattern ${this.pattern.slice(0, 200)} cannot be used to make texts (at ${this.at + 1})`, { hint: 'Literals, classes, groups, | and ?, *, +, {n,m} are understood.' });
  }

  private take(text: string): boolean {
    if (!this.pattern.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  private next(): string {
    const character = this.pattern[this.at];
    if (character === undefined) return this.refuse();
    this.at += 1;
    return character;
  }

  private alternatives(): TextMaker {
    const makers = [this.sequence()];
    while (this.take('|')) makers.push(this.sequence());
    return makers.length === 1 ? (makers[0] ?? (() => '')) : (dice) => dice.pick(makers)(dice);
  }

  private sequence(): TextMaker {
    const parts: TextMaker[] = [];
    while (this.at < this.pattern.length && this.pattern[this.at] !== '|' && this.pattern[this.at] !== ')') parts.push(this.counted(this.atom()));
    return (dice) => parts.map((part) => part(dice)).join('');
  }

  private counted(maker: TextMaker): TextMaker {
    const [least, most] = this.count();
    if (least === 1 && most === 1) return maker;
    return (dice) => Array.from({ length: dice.whole(least, most) }, () => maker(dice)).join('');
  }

  private count(): readonly [number, number] {
    if (this.take('?')) return [0, 1];
    if (this.take('*')) return [0, MOST];
    if (this.take('+')) return [1, MOST];
    const match = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.pattern.slice(this.at));
    if (match === null) return [1, 1];
    this.at += match[0].length;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === '' ? Math.max(least, MOST) : Number(match[3]);
    return most < least ? this.refuse() : [least, most];
  }

  private atom(): TextMaker {
    const character = this.next();
    if (character === '(') {
      this.take('?:');
      const inner = this.alternatives();
      return this.take(')') ? inner : this.refuse();
    }
    const letters = character === '[' ? this.classLetters() : character === '.' ? PRINTABLE : character === '\\' ? this.escaped() : character;
    if (character !== '[' && '^$*+?{'.includes(character)) return character === '^' || character === '$' ? () => '' : this.refuse();
    return (dice) => dice.pick([...letters]);
  }

  private escaped(): string {
    const character = this.next();
    return CLASSES[character] ?? (/[a-zA-Z]/.test(character) ? this.refuse() : character);
  }

  private classLetters(): string {
    const isNegated = this.take('^');
    let letters = '';
    while (!this.take(']')) {
      const from = this.take('\\') ? this.escaped() : this.next();
      if (from.length > 1 || this.pattern[this.at] !== '-' || this.pattern[this.at + 1] === ']') {
        letters += from;
        continue;
      }
      this.at += 1;
      const to = this.next();
      for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code += 1) letters += String.fromCharCode(code);
    }
    const chosen = isNegated ? [...PRINTABLE].filter((each) => !letters.includes(each)).join('') : letters;
    return chosen === '' ? this.refuse() : chosen;
  }
}

/** Throws RequestError for a pattern that is not understood. */
export function textsMatching(pattern: string): TextMaker {
  return new PatternReader(pattern).read();
}
