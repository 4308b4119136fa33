import { civilFromDays, DAY_MS, daysFromCivil } from '../../types/index.js';
import { EvaluationError } from '../evaluation-error.js';
import { localDayOfWeek, startOfWeekYear } from './field.js';
import { PatternError } from './pattern-error.js';
import { textsOf } from './texts.js';
import { parsableZoneNames } from './zone-names.js';
import { zoneOf } from './zone.js';

/**
 * The parser behind PARSE_DATE. ksqlDB reads these patterns by the older SimpleDateFormat family (Apache's FastDateFormat in
 * GMT): values may run over (month 13 is January), text after the pattern is ignored, letters match in any case.
 */
export function compileLenientDateParser(pattern: string, nowMs: number): (text: string) => number {
  const pieces = piecesOf(pattern);
  const centuryStart = civilFromDays(Math.floor(nowMs / DAY_MS)).year - 80;
  return (text) => {
    const scan: Scan = { text, at: 0, calendar: new LenientCalendar(centuryStart) };
    for (const piece of pieces) {
      if (!piece(scan)) throw new EvaluationError(`Unparseable date: '${text}' does not follow the pattern '${pattern}'.`);
    }
    return scan.calendar.epochMs();
  };
}

interface Scan {
  readonly text: string;
  at: number;
  readonly calendar: LenientCalendar;
}
/** Reads one piece of the text; false when it does not fit. */
type Piece = (scan: Scan) => boolean;

type CalendarField =
  | 'era' | 'year' | 'month' | 'dayOfMonth' | 'dayOfYear' | 'dayOfWeek' | 'weekOfYear' | 'weekOfMonth' | 'dayOfWeekInMonth'
  | 'hourOfDay' | 'hour' | 'half' | 'minute' | 'second' | 'millisecond';

/** Java's lenient calendar: later fields win over earlier ones that contradict them. */
class LenientCalendar {
  readonly #values = new Map<CalendarField, { readonly value: number; readonly order: number }>();
  #offsetMs = 0;

  constructor(readonly centuryStart: number) {}

  set(field: CalendarField, value: number): void {
    this.#values.set(field, { value, order: this.#values.size });
  }
  setOffset(seconds: number): void {
    this.#offsetMs = seconds * 1000;
  }
  fullYear(year: number): number {
    if (year >= 100) return year;
    const century = Math.floor(this.centuryStart / 100) * 100;
    return year >= this.centuryStart - century ? century + year : century + 100 + year;
  }

  epochMs(): number {
    const at = (field: CalendarField): number => this.#values.get(field)?.value ?? 0;
    const hour = this.#order('hourOfDay') >= this.#order('hour') ? at('hourOfDay') : at('hour') + 12 * at('half');
    return this.#day() * DAY_MS + ((hour * 60 + at('minute')) * 60 + at('second')) * 1000 + at('millisecond') - this.#offsetMs;
  }

  #order(field: CalendarField): number {
    return this.#values.get(field)?.order ?? -1;
  }

  #day(): number {
    const at = (field: CalendarField, otherwise: number): number => this.#values.get(field)?.value ?? otherwise;
    const year = at('era', 1) === 0 ? 1 - at('year', 1970) : at('year', 1970);
    const month = at('month', 1);
    const weekday = at('dayOfWeek', 5);
    const winners = (['dayOfMonth', 'weekOfMonth', 'dayOfWeekInMonth', 'dayOfYear', 'weekOfYear'] as const).toSorted((a, b) => this.#order(b) - this.#order(a));
    const [winner] = winners.filter((field) => this.#order(field) >= 0);
    const monthStart = monthStartOf(year, month);
    const inFirstWeek = weekday - localDayOfWeek(monthStart);
    switch (winner) {
      case 'dayOfYear':
        return monthStartOf(year, 1) + at('dayOfYear', 1) - 1;
      case 'weekOfYear':
        return startOfWeekYear(year) + (at('weekOfYear', 1) - 1) * 7 + (this.#order('dayOfWeek') < 0 ? 0 : weekday - 1);
      case 'weekOfMonth':
        return monthStart + inFirstWeek + (at('weekOfMonth', 1) - 1) * 7;
      case 'dayOfWeekInMonth':
        return monthStart + (((inFirstWeek % 7) + 7) % 7) + (at('dayOfWeekInMonth', 1) - 1) * 7;
      case 'dayOfMonth':
        return lenientDay(year, month, at('dayOfMonth', 1));
      default:
        return this.#order('dayOfWeek') < 0 ? monthStart : monthStart + inFirstWeek;
    }
  }
}

const GREGORIAN_START = daysFromCivil(1582, 10, 15);

/** The day of a date whose month and day may be out of range; before 15 October 1582 by the Julian calendar, as in Java. */
function lenientDay(year: number, month: number, dayOfMonth: number): number {
  const months = year * 12 + month - 1;
  const [actualYear, actualMonth] = [Math.floor(months / 12), (((months % 12) + 12) % 12) + 1];
  const gregorian = daysFromCivil(actualYear, actualMonth, 1) + dayOfMonth - 1;
  return gregorian >= GREGORIAN_START ? gregorian : julianDay(actualYear, actualMonth) + dayOfMonth - 1;
}
const monthStartOf = (year: number, month: number): number => lenientDay(year, month, 1);

/** Epoch day of the first of a month in the Julian calendar. */
function julianDay(year: number, month: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5);
  return shifted * 365 + Math.floor(shifted / 4) + dayOfYear - 719_470;
}

const isNumberLetter = (letter: string, width: number): boolean => 'DFHKSWdhkmsuwyY'.includes(letter) || ('ML'.includes(letter) && width < 3);

function piecesOf(pattern: string): readonly Piece[] {
  const runs = runsOf(pattern);
  return runs.map((run, index) => {
    if (run.literal !== null) return literalPiece(run.literal);
    const next = runs[index + 1];
    const isAdjacent = next !== undefined && next.literal === null && isNumberLetter(next.letter, next.width);
    return letterPiece(run.letter, run.width, isAdjacent ? run.width : 0);
  });
}

interface Run {
  readonly letter: string;
  readonly width: number;
  readonly literal: string | null;
}

function runsOf(pattern: string): readonly Run[] {
  const runs: Run[] = [];
  let literal = '';
  let isQuoted = false;
  const flush = (): void => {
    if (literal !== '') runs.push({ letter: '', width: 0, literal });
    literal = '';
  };
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern.charAt(at);
    if (sign === "'" && pattern.charAt(at + 1) === "'") {
      literal += "'";
      at++;
    } else if (sign === "'") {
      isQuoted = !isQuoted;
    } else if (isQuoted || !/[A-Za-z]/.test(sign)) {
      literal += sign;
    } else {
      flush();
      const start = at;
      while (pattern.charAt(at + 1) === sign) at++;
      runs.push({ letter: sign, width: at - start + 1, literal: null });
    }
  }
  if (isQuoted) throw new PatternError('Unterminated quote');
  flush();
  return runs;
}

function literalPiece(literal: string): Piece {
  return (scan) => {
    if (!scan.text.startsWith(literal, scan.at)) return false;
    scan.at += literal.length;
    return true;
  };
}

const same = (value: number): number => value;

function letterPiece(letter: string, width: number, maxWidth: number): Piece {
  const number = (field: CalendarField, change: (value: number) => number = same): Piece => numberPiece(maxWidth, (scan, value) => scan.calendar.set(field, change(value)));
  switch (letter) {
    case 'y':
    case 'Y':
      return numberPiece(maxWidth, (scan, value) => scan.calendar.set('year', width > 2 ? value : scan.calendar.fullYear(value)));
    case 'M':
    case 'L':
      return width < 3 ? number('month') : textPiece('MonthOfYear', (scan, value) => scan.calendar.set('month', value));
    case 'd': return number('dayOfMonth');
    case 'D': return number('dayOfYear');
    case 'E': return textPiece('DayOfWeek', (scan, value) => scan.calendar.set('dayOfWeek', (value % 7) + 1));
    case 'u': return number('dayOfWeek', (value) => (value === 7 ? 1 : value + 1));
    case 'F': return number('dayOfWeekInMonth');
    case 'G': return textPiece('Era', (scan, value) => scan.calendar.set('era', value));
    case 'W': return number('weekOfMonth');
    case 'w': return number('weekOfYear');
    case 'H': return number('hourOfDay');
    case 'k': return number('hourOfDay', (value) => (value === 24 ? 0 : value));
    case 'K': return number('hour');
    case 'h': return number('hour', (value) => (value === 12 ? 0 : value));
    case 'a': return textPiece('AmPmOfDay', (scan, value) => scan.calendar.set('half', value));
    case 'm': return number('minute');
    case 's': return number('second');
    case 'S': return number('millisecond');
    case 'X':
      if (width > 3) throw new PatternError('invalid number of X');
      return zonePiece(/^(?:Z|[+-]\d\d:?\d\d|[+-]\d\d)/);
    case 'Z':
    case 'z':
      return zonePiece(letter === 'Z' && width === 2 ? /^(?:Z|[+-]\d\d:\d\d)/ : /^(?:[+-]\d{4}|GMT[+-]\d{1,2}:\d{2})/i);
    default:
      throw new PatternError(`Format '${letter}' not supported`);
  }
}

const MAX_INTEGER = 2 ** 31 - 1;

/** Digits, at most `maxWidth` of them when another number follows; else white space in front is skipped. */
function numberPiece(maxWidth: number, use: (scan: Scan, value: number) => void): Piece {
  return (scan) => {
    if (maxWidth === 0) while (/^\s$/.test(scan.text.charAt(scan.at))) scan.at++;
    const start = scan.at;
    const end = maxWidth === 0 ? scan.text.length : Math.min(start + maxWidth, scan.text.length);
    while (scan.at < end && /^\d$/.test(scan.text.charAt(scan.at))) scan.at++;
    if (scan.at === start) return false;
    const value = Number(scan.text.slice(start, scan.at));
    if (value > MAX_INTEGER) throw new EvaluationError(`For input string: '${scan.text.slice(start, scan.at)}'`);
    use(scan, value);
    return true;
  };
}

/** A full or short name, the longest that fits. */
function textPiece(field: 'MonthOfYear' | 'DayOfWeek' | 'Era' | 'AmPmOfDay', use: (scan: Scan, value: number) => void): Piece {
  const names = (['full', 'short'] as const)
    .flatMap((style) => {
      const known = textsOf(field, style, 'en');
      return (known?.texts ?? []).map((text, index) => ({ text: text.toLowerCase(), value: index + (known?.from ?? 0) }));
    })
    .toSorted((a, b) => b.text.length - a.text.length);
  return (scan) => {
    const rest = scan.text.slice(scan.at).toLowerCase();
    const found = names.find(({ text }) => rest.startsWith(text));
    if (found === undefined) return false;
    scan.at += found.text.length;
    use(scan, found.value);
    return true;
  };
}

/** An offset, or where the pattern allows them the name or id of a zone. */
function zonePiece(offset: RegExp): Piece {
  const allowsNames = offset.flags.includes('i');
  return (scan) => {
    const rest = scan.text.slice(scan.at);
    const found = offset.exec(rest)?.[0];
    if (found !== undefined) {
      scan.calendar.setOffset(zoneOf(found.toUpperCase()).offsetAt(0));
      scan.at += found.length;
      return true;
    }
    const name = allowsNames ? /^[A-Za-z][A-Za-z/_ ]*/.exec(rest)?.[0] : undefined;
    if (name === undefined) return false;
    for (const style of ['full', 'short'] as const) {
      const zone = parsableZoneNames(style).get(name.toLowerCase());
      if (zone === undefined) continue;
      scan.calendar.setOffset(zoneOf(zone).offsetAt(0));
      scan.at += name.length;
      return true;
    }
    return false;
  };
}
