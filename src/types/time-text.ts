/** Text forms of DATE (epoch days), TIME (milliseconds of day) and TIMESTAMP (epoch milliseconds), proleptic ISO calendar, UTC. */
import type { Long } from './value.js';

export const DAY_MS = 86_400_000;

/** Year, month (1–12) and day of an epoch day; whole-number arithmetic over 400-year eras, so any year works. */
export function civilFromDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

/** The epoch day of a civil date. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);
const three = (value: number): string => value.toString().padStart(3, '0');

/** ISO years: four digits at least, a sign outside 0000–9999. */
function yearText(year: number): string {
  if (year < 0) return `-${(-year).toString().padStart(4, '0')}`;
  return year > 9999 ? `+${year}` : year.toString().padStart(4, '0');
}

/** `yyyy-MM-dd`. */
export function dateToText(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${yearText(year)}-${two(month)}-${two(day)}`;
}

/** 1582-10-15, the first day of the Gregorian calendar. */
const GREGORIAN_START = -141_427;

/** `yyyy-MM-dd` of Java's older classes: Julian before the Gregorian calendar began. */
export function hybridDateToText(days: number): string {
  if (days >= GREGORIAN_START) return dateToText(days);
  // Counted from 1 March of year 0, so that a leap day ends its year; four years are 1461 days.
  const shifted = days + 719_470;
  const cycle = Math.floor(shifted / 1461);
  const dayOfCycle = shifted - cycle * 1461;
  const yearOfCycle = Math.min(3, Math.floor(dayOfCycle / 365));
  const dayOfYear = dayOfCycle - yearOfCycle * 365;
  const month = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * month + 2) / 5) + 1;
  return `${yearText(cycle * 4 + yearOfCycle + (month < 10 ? 0 : 1))}-${two(month < 10 ? month + 3 : month - 9)}-${two(day)}`;
}

/** ISO local time at whole seconds: `10:15`, `10:15:30`; milliseconds are lost, as in ksqlDB. 24:00 shows as `24:00`. */
export function timeToText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const text = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return seconds % 60 === 0 ? text : `${text}:${two(seconds % 60)}`;
}

/** The epoch day of an instant and the milliseconds of that day. */
export function splitTimestamp(ms: Long): { readonly days: number; readonly rest: number } {
  if (typeof ms === 'number') {
    const days = Math.floor(ms / DAY_MS);
    return { days, rest: ms - days * DAY_MS };
  }
  const day = BigInt(DAY_MS);
  const rest = ((ms % day) + day) % day;
  return { days: Number((ms - rest) / day), rest: Number(rest) };
}

/** `yyyy-MM-dd'T'HH:mm:ss.SSS`. */
export function timestampToText(ms: Long): string {
  const { days, rest } = splitTimestamp(ms);
  const seconds = Math.floor(rest / 1000);
  const minutes = Math.floor(seconds / 60);
  return `${dateToText(days)}T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}.${three(rest % 1000)}`;
}

const DATE = /^(\d{4}|[+-]\d{4,10})-(\d\d)-(\d\d)$/;

/** `yyyy`, `yyyy-MM` → completed with `-01`. */
function completeDate(text: string): string {
  const parts = text.split('-').length - (text.startsWith('-') ? 1 : 0);
  return parts === 1 ? `${text}-01-01` : parts === 2 ? `${text}-01` : text;
}

/** The day, or null. `isLenientDay`: a day 29–31 that the month lacks becomes its last one (Java's SMART resolving). */
function parseDay(text: string, isLenientDay: boolean): number | null {
  const match = DATE.exec(text);
  if (match === null) return null;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  const last = daysInMonth(year, month);
  if (day > last && !isLenientDay) return null;
  return daysFromCivil(year, month, Math.min(day, last));
}

/** `yyyy[-MM[-dd]]`. */
export function textToDate(text: string): number | null {
  return parseDay(completeDate(text), false);
}

const LOCAL_TIME = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{0,9}))?)?$/;

/** ISO local time `HH:mm[:ss[.fraction]]`, cut to milliseconds. */
export function textToTime(text: string): number | null {
  const match = LOCAL_TIME.exec(text);
  if (match === null) return null;
  const [, hours, minutes, seconds = '0', fraction = ''] = match;
  return (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3));
}

const TIME_TEMPLATE = '00:00:00.000';
const FULL_TIME = /^(?:([01]\d|2[0-3]):([0-5]\d):([0-5]\d)\.(\d{3})|24:00:00\.000)$/;
const ZONE = /^[+-](\d\d):?(\d\d)$/;

/** Offset of a zone text in milliseconds, or null. */
function parseZone(text: string): number | null {
  if (text === '' || text === 'Z') return 0;
  const match = ZONE.exec(text);
  if (match === null) return null;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  if (Number(match[2]) > 59 || minutes > 18 * 60) return null;
  return (text.startsWith('-') ? -minutes : minutes) * 60_000;
}

/**
 * `date[Ttime][zone]` (types reference, "Timestamp text"). Without `T` the date may be `yyyy`, `yyyy-MM` or
 * `yyyy-MM-dd`; with it the time may be cut anywhere and is completed from `00:00:00.000`. Default zone UTC.
 */
export function textToTimestamp(text: string): number | null {
  const split = text.indexOf('T');
  if (split < 0) {
    const day = parseDay(completeDate(text), true);
    return day === null ? null : day * DAY_MS;
  }
  const day = parseDay(text.slice(0, split), true);
  const rest = text.slice(split + 1);
  const zoneStart = rest.search(/[Z+-]/);
  const time = zoneStart < 0 ? rest : rest.slice(0, zoneStart);
  const zone = parseZone(zoneStart < 0 ? '' : rest.slice(zoneStart));
  const match = FULL_TIME.exec(time + TIME_TEMPLATE.slice(time.length));
  if (day === null || zone === null || match === null) return null;
  const [, hours = '24', minutes = '0', seconds = '0', millis = '0'] = match;
  return day * DAY_MS + (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000 + Number(millis) - zone;
}
