import { assertNever } from '../../errors/index.js';
import type { Element, NumberElement, TextStyle } from './element.js';
import type { Field } from './field.js';
import { parseLocalizedOffset, parseOffset, type ParsedOffset } from './offset.js';
import { parsableZoneNames } from './zone-names.js';
import { fixedZone, zoneIds, zoneOf, type Zone } from './zone.js';
import { textsOf, type TextLocale } from './texts.js';

/** What a text says, before the fields are brought together. */
export interface ScannedFields {
  readonly fields: ReadonlyMap<Field, number>;
  readonly zone: Zone | null;
}

/** Reads the whole text by the elements, letters in any case; null when it does not fit. */
export function scanText(elements: readonly Element[], text: string, locale: TextLocale): ScannedFields | null {
  const scanner = new Scanner(text, locale);
  const end = scanner.all(elements, 0);
  return end === text.length ? { fields: scanner.fields, zone: scanner.zone } : null;
}

/** Where the next element starts; −1: the text does not fit. */
type Position = number;
const MISMATCH: Position = -1;

class Scanner {
  fields = new Map<Field, number>();
  zone: Zone | null = null;

  constructor(
    readonly text: string,
    readonly locale: TextLocale,
  ) {}

  all(elements: readonly Element[], from: Position): Position {
    let at = from;
    for (const element of elements) {
      at = this.#one(element, at);
      if (at === MISMATCH) return MISMATCH;
    }
    return at;
  }

  #one(element: Element, at: Position): Position {
    switch (element.kind) {
      case 'literal':
        return sameLetters(this.text.slice(at, at + element.text.length), element.text) ? at + element.text.length : MISMATCH;
      case 'number':
        return this.#number(element, at);
      case 'text':
        return this.#text(element.field, element.style, at);
      case 'offset':
        return this.#offset(parseOffset(this.text, at, element.type, element.zero));
      case 'localizedOffset':
        return this.#offset(parseLocalizedOffset(this.text, at, element.style));
      case 'zoneId':
        return this.#zone(at, new Map());
      case 'zoneName':
        return this.#zone(at, parsableZoneNames(element.style));
      case 'dayPeriod':
        // Day periods only narrow what the hour says.
        return MISMATCH;
      case 'optional':
        return this.#optional(element.elements, at);
      case 'padded':
        return this.#padded(element.width, element.element, at);
      default:
        return assertNever(element);
    }
  }

  #optional(elements: readonly Element[], at: Position): Position {
    const { fields, zone } = this;
    this.fields = new Map(fields);
    const end = this.all(elements, at);
    if (end !== MISMATCH) return end;
    this.fields = fields;
    this.zone = zone;
    return at;
  }

  #padded(width: number, element: Element, at: Position): Position {
    if (at + width > this.text.length) return MISMATCH;
    let start = at;
    while (start < at + width && this.text.charAt(start) === ' ') start++;
    const end = this.#one(element, start);
    return end === at + width ? end : MISMATCH;
  }

  #set(field: Field, value: number, end: Position): Position {
    const known = this.fields.get(field);
    this.fields.set(field, value);
    return known === undefined || known === value ? end : MISMATCH;
  }

  #offset(parsed: ParsedOffset | null): Position {
    return parsed === null ? MISMATCH : this.#set('OffsetSeconds', parsed.seconds, parsed.end);
  }

  #text(field: Field, style: TextStyle, at: Position): Position {
    const known = textsOf(field, style, this.locale);
    const candidates = known === null || new Set(known.texts).size < known.texts.length ? [] : known.texts;
    let best = -1;
    for (const [index, candidate] of candidates.entries()) {
      const isLonger = candidate.length > (candidates[best]?.length ?? 0);
      if (isLonger && sameLetters(this.text.slice(at, at + candidate.length), candidate)) best = index;
    }
    const found = candidates[best];
    if (found !== undefined && known !== null) return this.#set(field, best + known.from, at + found.length);
    // One letter stands for several months: Java reads a number then.
    return candidates.length > 0 ? MISMATCH : this.#number({ kind: 'number', field, minWidth: 1, maxWidth: 19, sign: 'normal', subsequentWidth: 0, isReduced: false, isFraction: false }, at);
  }

  #number(element: NumberElement, at: Position): Position {
    const { field, minWidth, maxWidth, sign, subsequentWidth } = element;
    const signed = readSign(this.text.charAt(at), element);
    if (signed === null) return MISMATCH;
    const start = signed === '' ? at : at + 1;
    let end = start;
    const furthest = Math.min(start + maxWidth + Math.max(subsequentWidth, 0), this.text.length);
    while (end < furthest && isDigit(this.text.charCodeAt(end))) end++;
    if (end - start < minWidth) return MISMATCH;
    // The numbers that follow without a separator take their digits from the end.
    if (subsequentWidth > 0) end = start + Math.max(minWidth, end - start - subsequentWidth);
    const digits = this.text.slice(start, end);
    const width = end - start;
    if (sign === 'exceedsPad' && signed !== '-' && (signed === '+') === (width <= minWidth)) return MISMATCH;
    if (element.isFraction) return this.#set(field, Number(digits.padEnd(9, '0')), end);
    const magnitude = Number(digits);
    if (signed === '-' && magnitude === 0) return MISMATCH;
    const value = element.isReduced ? 2000 + magnitude : signed === '-' ? -magnitude : magnitude;
    return this.#set(field, value, end);
  }

  /** A zone id, an offset, or one of the names; the longest that fits. */
  #zone(at: Position, names: ReadonlyMap<string, string>): Position {
    const rest = this.text.slice(at);
    const offset = /^(?:UTC|UT|GMT)?[+-]\d\d?(?::?\d\d(?::?\d\d)?)?/i.exec(rest)?.[0];
    if (offset !== undefined) return this.#setZone(zoneOf(offset.toUpperCase()), at + offset.length);
    let best = '';
    let id = '';
    for (const candidate of zoneIds()) {
      if (candidate.length > best.length && sameLetters(rest.slice(0, candidate.length), candidate)) [best, id] = [candidate, candidate];
    }
    for (const [name, zone] of names) {
      if (name.length > best.length && sameLetters(rest.slice(0, name.length), name)) [best, id] = [name, zone];
    }
    if (best !== '') return this.#setZone(zoneOf(id), at + best.length);
    return /^z/i.test(rest) ? this.#setZone(fixedZone('Z', 0, true), at + 1) : MISMATCH;
  }

  #setZone(zone: Zone, end: Position): Position {
    this.zone = zone;
    return end;
  }
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Java compares letters by both cases. */
function sameLetters(a: string, b: string): boolean {
  return a === b || (a.length === b.length && (a.toLowerCase() === b.toLowerCase() || a.toUpperCase() === b.toUpperCase()));
}

/** The sign in front of a number; null when it may not stand there. */
function readSign(letter: string, { sign }: NumberElement): '' | '+' | '-' | null {
  if (letter === '+') return sign === 'exceedsPad' ? '+' : null;
  if (letter === '-') return sign === 'notNegative' ? null : '-';
  return '';
}
