import type { Element, NumberElement, OffsetType, SignStyle, TextStyle } from './element.js';
import type { Field } from './field.js';
import { PatternError } from './pattern-error.js';

/** Reads a pattern by the rules of Java's `DateTimeFormatterBuilder.appendPattern`. Throws PatternError. */
export function parsePattern(pattern: string): readonly Element[] {
  return new PatternReader(pattern).read();
}

const MAX_WIDTH = 19;

class PatternReader {
  #at = 0;
  /** One list for the pattern and one for each open `[`. */
  readonly #open: ElementList[] = [new ElementList()];

  constructor(readonly pattern: string) {}

  read(): readonly Element[] {
    while (this.#at < this.pattern.length) this.#next(this.pattern.charAt(this.#at));
    // Sections left open end with the pattern.
    while (this.#open.length > 1) this.#closeSection();
    return this.#active().elements;
  }

  #active(): ElementList {
    const list = this.#open.at(-1);
    if (list === undefined) throw new PatternError(`Invalid pattern: ${this.pattern}`);
    return list;
  }

  #next(sign: string): void {
    if (isLetter(sign)) return this.#letters(sign);
    this.#at++;
    if (sign === "'") return this.#quoted();
    if (sign === '[') {
      this.#open.push(new ElementList());
    } else if (sign === ']') {
      if (this.#open.length === 1) throw new PatternError('Pattern invalid as it contains ] without previous [');
      this.#closeSection();
    } else if ('{}#'.includes(sign)) {
      throw new PatternError(`Pattern includes reserved character: '${sign}'`);
    } else {
      this.#active().add({ kind: 'literal', text: sign });
    }
  }

  #closeSection(): void {
    const { elements } = this.#active();
    this.#open.pop();
    // As in Java, digits before and after a section are not adjacent; an empty one leaves no trace but that.
    this.#active().add({ kind: 'optional', elements });
  }

  #quoted(): void {
    const start = this.#at;
    for (; this.#at < this.pattern.length; this.#at++) {
      if (this.pattern.charAt(this.#at) !== "'") continue;
      if (this.pattern.charAt(this.#at + 1) !== "'") break;
      this.#at++;
    }
    if (this.#at >= this.pattern.length) throw new PatternError(`Pattern ends with an incomplete string literal: ${this.pattern}`);
    const text = this.pattern.slice(start, this.#at).replaceAll("''", "'");
    this.#at++;
    this.#active().add({ kind: 'literal', text: text === '' ? "'" : text });
  }

  #run(letter: string): number {
    const start = this.#at;
    while (this.pattern.charAt(this.#at) === letter) this.#at++;
    return this.#at - start;
  }

  #letters(first: string): void {
    let letter = first;
    let count = this.#run(letter);
    let padWidth = 0;
    if (letter === 'p') {
      padWidth = count;
      letter = this.pattern.charAt(this.#at);
      if (!isLetter(letter)) throw new PatternError(`Pad letter 'p' must be followed by valid pad pattern: ${this.pattern}`);
      count = this.#run(letter);
    }
    const element = elementFor(letter, count);
    if (element === null) throw new PatternError(`Unknown pattern letter: ${letter}`);
    if (padWidth > 0) this.#active().add({ kind: 'padded', width: padWidth, element });
    else this.#active().add(element);
  }
}

const isLetter = (sign: string): boolean => /^[A-Za-z]$/.test(sign);

/** Elements in order; keeps track of numbers that follow each other without a separator. */
class ElementList {
  readonly elements: Element[] = [];
  /** Place of the number that gives way to the fixed ones after it; −1: none. */
  #activeNumber = -1;

  add(element: Element): void {
    if (element.kind !== 'number') {
      this.elements.push(element);
      this.#activeNumber = -1;
      return;
    }
    const base = this.elements[this.#activeNumber];
    if (base?.kind !== 'number') {
      this.#activeNumber = this.elements.push(element) - 1;
      return;
    }
    if (element.minWidth === element.maxWidth && element.sign === 'notNegative') {
      this.elements[this.#activeNumber] = { ...base, subsequentWidth: base.subsequentWidth + element.maxWidth };
      this.elements.push({ ...element, subsequentWidth: -1 });
    } else {
      this.elements[this.#activeNumber] = { ...base, subsequentWidth: -1 };
      this.#activeNumber = this.elements.push(element) - 1;
    }
  }
}

const PLAIN_FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['d', 'DayOfMonth'], ['h', 'ClockHourOfAmPm'], ['H', 'HourOfDay'], ['k', 'ClockHourOfDay'], ['K', 'HourOfAmPm'],
  ['m', 'MinuteOfHour'], ['s', 'SecondOfMinute'],
]);
const WIDE_FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([['A', 'MilliOfDay'], ['n', 'NanoOfSecond'], ['N', 'NanoOfDay']]);
const NAMED_FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['M', 'MonthOfYear'], ['L', 'MonthOfYear'], ['Q', 'QuarterOfYear'], ['q', 'QuarterOfYear'], ['E', 'DayOfWeek'], ['e', 'DayOfWeek'], ['c', 'DayOfWeek'],
]);

function number(field: Field, minWidth: number, maxWidth: number, sign: SignStyle): NumberElement {
  return { kind: 'number', field, minWidth, maxWidth, sign, subsequentWidth: 0, isReduced: false, isFraction: false };
}
/** As many digits as there are, or exactly two. */
const plain = (field: Field, count: number): NumberElement => (count === 1 ? number(field, 1, MAX_WIDTH, 'normal') : number(field, 2, 2, 'notNegative'));

function atMost(letter: string, count: number, most: number): void {
  if (count > most) throw new PatternError(`Too many pattern letters: ${letter}`);
}

function elementFor(letter: string, count: number): Element | null {
  const field = PLAIN_FIELDS.get(letter);
  if (field !== undefined) {
    atMost(letter, count, 2);
    return plain(field, count);
  }
  const wide = WIDE_FIELDS.get(letter);
  if (wide !== undefined) return number(wide, count, MAX_WIDTH, 'notNegative');
  const named = NAMED_FIELDS.get(letter);
  if (named !== undefined) return namedElement(letter, named, count);
  return yearOrZone(letter, count);
}

function namedElement(letter: string, field: Field, count: number): Element {
  atMost(letter, count, 5);
  if (letter === 'c' && count === 2) throw new PatternError('Invalid pattern "cc"');
  if (count > 2) return { kind: 'text', field, style: styleOf(count) };
  if (letter === 'E') return { kind: 'text', field, style: 'short' };
  if (letter === 'e' || letter === 'c') return number('LocalizedDayOfWeek', count, count, 'notNegative');
  return plain(field, count);
}

const styleOf = (count: number): TextStyle => (count === 4 ? 'full' : count === 5 ? 'narrow' : 'short');

function yearOrZone(letter: string, count: number): Element | null {
  switch (letter) {
    case 'u':
      return year('Year', count);
    case 'y':
      return year('YearOfEra', count);
    case 'Y':
      return year('WeekBasedYear', count);
    case 'G':
      atMost(letter, count, 5);
      return { kind: 'text', field: 'Era', style: styleOf(count) };
    case 'a':
      atMost(letter, count, 1);
      return { kind: 'text', field: 'AmPmOfDay', style: 'short' };
    case 'D':
      atMost(letter, count, 3);
      return count === 1 ? number('DayOfYear', 1, MAX_WIDTH, 'normal') : number('DayOfYear', count, 3, 'notNegative');
    case 'F':
      atMost(letter, count, 1);
      return number('AlignedDayOfWeekInMonth', 1, MAX_WIDTH, 'normal');
    case 'W':
      atMost(letter, count, 1);
      return number('WeekOfMonth', 1, 1, 'notNegative');
    case 'w':
      atMost(letter, count, 2);
      return number('WeekOfWeekBasedYear', count, 2, 'notNegative');
    case 'g':
      return number('ModifiedJulianDay', count, MAX_WIDTH, 'normal');
    case 'S':
      return fraction(count);
    case 'B':
      if (count !== 1 && count !== 4 && count !== 5) throw new PatternError(`Wrong number of pattern letters: ${letter}`);
      return { kind: 'dayPeriod', style: styleOf(count) };
    default:
      return zoneElement(letter, count);
  }
}

function year(field: Field, count: number): NumberElement {
  if (count === 2) return { ...number(field, 2, 2, 'notNegative'), isReduced: true };
  return number(field, count, MAX_WIDTH, count < 4 ? 'normal' : 'exceedsPad');
}

function fraction(count: number): NumberElement {
  if (count > 9) throw new PatternError(`Maximum width must be from 1 to 9 inclusive but was ${count}`);
  return { ...number('NanoOfSecond', count, count, 'notNegative'), isFraction: true };
}

const OFFSETS: readonly OffsetType[] = [
  { colon: false, minutes: 'nonZero', seconds: 'never' },
  { colon: false, minutes: 'always', seconds: 'never' },
  { colon: true, minutes: 'always', seconds: 'never' },
  { colon: false, minutes: 'always', seconds: 'nonZero' },
  { colon: true, minutes: 'always', seconds: 'nonZero' },
];

function zoneElement(letter: string, count: number): Element | null {
  switch (letter) {
    case 'X':
    case 'x': {
      const type = OFFSETS[count - 1];
      if (type === undefined) throw new PatternError(`Too many pattern letters: ${letter}`);
      return { kind: 'offset', type, zero: letter === 'X' ? 'Z' : count === 1 ? '+00' : type.colon ? '+00:00' : '+0000' };
    }
    case 'Z':
      atMost(letter, count, 5);
      if (count === 4) return { kind: 'localizedOffset', style: 'full' };
      return count < 4
        ? { kind: 'offset', type: { colon: false, minutes: 'always', seconds: 'never' }, zero: '+0000' }
        : { kind: 'offset', type: { colon: true, minutes: 'always', seconds: 'nonZero' }, zero: 'Z' };
    case 'O':
      if (count !== 1 && count !== 4) throw new PatternError(`Pattern letter count must be 1 or 4: ${letter}`);
      return { kind: 'localizedOffset', style: count === 1 ? 'short' : 'full' };
    case 'V':
      if (count !== 2) throw new PatternError(`Pattern letter count must be 2: ${letter}`);
      return { kind: 'zoneId' };
    case 'v':
      if (count !== 1 && count !== 4) throw new PatternError(`Wrong number of pattern letters: ${letter}`);
      return { kind: 'zoneName', style: count === 1 ? 'short' : 'full', isGeneric: true };
    case 'z':
      atMost(letter, count, 4);
      return { kind: 'zoneName', style: count === 4 ? 'full' : 'short', isGeneric: false };
    default:
      return null;
  }
}
