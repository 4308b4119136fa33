import { civilFromDays, daysFromCivil, daysInMonth } from '../../types/index.js';
import { EvaluationError } from '../evaluation-error.js';
import { DAY_NANOS, dateField, dayOfWeek, localDayOfWeek, startOfWeekYear, timeField, TIME_FIELDS, type Field } from './field.js';
import type { ScannedFields } from './scan.js';
import type { Zone } from './zone.js';

/** A text brought to a date and a time, as far as it says them; what remains is left as fields. */
export interface ResolvedFields {
  readonly day: number | null;
  readonly nanoOfDay: number | null;
  readonly offsetSeconds: number | null;
  readonly zone: Zone | null;
  readonly rest: ReadonlyMap<Field, number>;
}

/** Java's SMART resolving: 31 April is the 30th, 24:00 the next midnight; fields that contradict each other fail. */
export function resolveFields({ fields, zone }: ScannedFields): ResolvedFields {
  const rest = new Map(fields);
  const offsetSeconds = rest.get('OffsetSeconds') ?? null;
  rest.delete('OffsetSeconds');
  const date = resolveDate(rest);
  const time = resolveTime(rest);
  const day = date !== null && time.extraDay ? date + 1 : date;
  crossCheck(rest, date, time.nanoOfDay);
  return { day, nanoOfDay: time.nanoOfDay, offsetSeconds, zone, rest };
}

type Fields = Map<Field, number>;

/** Takes a field out; fails when its value is not within the range. */
function take(fields: Fields, field: Field, least: number, most: number): number | null {
  const value = fields.get(field);
  if (value === undefined) return null;
  fields.delete(field);
  checkRange(field, value, least, most);
  return value;
}

function checkRange(field: Field, value: number, least: number, most: number): void {
  if (value < least || value > most) throw new EvaluationError(`Invalid value for ${field} (valid values ${least} - ${most}): ${value}`);
}

/** Sets a field that others imply; fails when the text says otherwise. */
function imply(fields: Fields, field: Field, value: number): void {
  const known = fields.get(field);
  if (known !== undefined && known !== value) throw new EvaluationError(`Conflict found: ${field} ${known} differs from ${field} ${value}`);
  fields.set(field, value);
}

const MAX_YEAR = 999_999_999;

function resolveDate(fields: Fields): number | null {
  const local = take(fields, 'LocalizedDayOfWeek', 1, 7);
  if (local !== null) imply(fields, 'DayOfWeek', ((local + 5) % 7) + 1);
  const julian = take(fields, 'ModifiedJulianDay', -MAX_YEAR * 366, MAX_YEAR * 366);
  if (julian !== null) return julian - 40_587;
  resolveYearOfEra(fields);
  return resolveWeekDate(fields) ?? resolveYearDate(fields);
}

function resolveYearOfEra(fields: Fields): void {
  const yearOfEra = take(fields, 'YearOfEra', 1, MAX_YEAR + 1);
  if (yearOfEra === null) return;
  const era = take(fields, 'Era', 0, 1);
  const isBefore = era === null ? (fields.get('Year') ?? 1) <= 0 : era === 0;
  imply(fields, 'Year', isBefore ? 1 - yearOfEra : yearOfEra);
}

/** Week-based year, week and day of the week; or year, month, week of the month and day of the week. */
function resolveWeekDate(fields: Fields): number | null {
  const weekday = fields.get('DayOfWeek');
  if (weekday === undefined) return null;
  const [weekYear, week] = [fields.get('WeekBasedYear'), fields.get('WeekOfWeekBasedYear')];
  const inWeek = weekday % 7;
  if (weekYear !== undefined && week !== undefined) {
    for (const field of ['DayOfWeek', 'WeekBasedYear', 'WeekOfWeekBasedYear'] as const) fields.delete(field);
    checkRange('WeekOfWeekBasedYear', week, 1, 53);
    return startOfWeekYear(weekYear) + (week - 1) * 7 + inWeek;
  }
  const [year, month, weekOfMonth] = [fields.get('Year'), fields.get('MonthOfYear'), fields.get('WeekOfMonth')];
  if (year === undefined || month === undefined || weekOfMonth === undefined || fields.has('DayOfMonth')) return null;
  for (const field of ['DayOfWeek', 'Year', 'MonthOfYear', 'WeekOfMonth'] as const) fields.delete(field);
  checkRange('MonthOfYear', month, 1, 12);
  const first = daysFromCivil(year, month, 1);
  return first - (localDayOfWeek(first) - 1) + (weekOfMonth - 1) * 7 + inWeek;
}

function resolveYearDate(fields: Fields): number | null {
  const year = fields.get('Year');
  if (year === undefined) return null;
  if (fields.has('MonthOfYear') && fields.has('DayOfMonth')) {
    take(fields, 'Year', -MAX_YEAR, MAX_YEAR);
    const month = take(fields, 'MonthOfYear', 1, 12) ?? 1;
    const day = take(fields, 'DayOfMonth', 1, 31) ?? 1;
    return daysFromCivil(year, month, Math.min(day, daysInMonth(year, month)));
  }
  if (!fields.has('DayOfYear')) return null;
  take(fields, 'Year', -MAX_YEAR, MAX_YEAR);
  const dayOfYear = take(fields, 'DayOfYear', 1, 366) ?? 1;
  if (dayOfYear === 366 && daysInMonth(year, 2) === 28) throw new EvaluationError(`Invalid date 'DayOfYear 366' as '${year}' is not a leap year`);
  return daysFromCivil(year, 1, dayOfYear);
}

interface ResolvedTime {
  readonly nanoOfDay: number | null;
  /** 24:00. */
  readonly extraDay: boolean;
}
const NO_TIME: ResolvedTime = { nanoOfDay: null, extraDay: false };

function resolveTime(fields: Fields): ResolvedTime {
  resolveClockHours(fields);
  const ofDay = take(fields, 'NanoOfDay', 0, DAY_NANOS - 1) ?? (take(fields, 'MilliOfDay', 0, DAY_NANOS / 1e6 - 1) ?? NaN) * 1e6;
  if (!Number.isNaN(ofDay)) return { nanoOfDay: ofDay, extraDay: false };
  const [hour, minute, second, nano] = (['HourOfDay', 'MinuteOfHour', 'SecondOfMinute', 'NanoOfSecond'] as const).map((field) => fields.get(field));
  checkTimes(fields);
  const isGapped = (minute === undefined && (second !== undefined || nano !== undefined)) || (second === undefined && nano !== undefined);
  if (hour === undefined || isGapped) return NO_TIME;
  for (const field of ['HourOfDay', 'MinuteOfHour', 'SecondOfMinute', 'NanoOfSecond'] as const) fields.delete(field);
  const nanos = ((hour * 60 + (minute ?? 0)) * 60 + (second ?? 0)) * 1e9 + (nano ?? 0);
  if (nanos === DAY_NANOS) return { nanoOfDay: 0, extraDay: true };
  checkRange('HourOfDay', hour, 0, 23);
  return { nanoOfDay: nanos, extraDay: false };
}

/** 12 o'clock and 24 o'clock are 0; an hour of the half day with AM or PM is an hour of the day. */
function resolveClockHours(fields: Fields): void {
  const clock = take(fields, 'ClockHourOfDay', 0, 24);
  if (clock !== null) imply(fields, 'HourOfDay', clock % 24);
  const halfClock = take(fields, 'ClockHourOfAmPm', 0, 12);
  if (halfClock !== null) imply(fields, 'HourOfAmPm', halfClock % 12);
  const [half, hour] = [fields.get('AmPmOfDay'), fields.get('HourOfAmPm')];
  if (half === undefined || hour === undefined) return;
  take(fields, 'AmPmOfDay', 0, 1);
  take(fields, 'HourOfAmPm', 0, 11);
  imply(fields, 'HourOfDay', half * 12 + hour);
}

function checkTimes(fields: Fields): void {
  for (const [field, value] of fields) {
    if (field === 'MinuteOfHour' || field === 'SecondOfMinute') checkRange(field, value, 0, 59);
    else if (field === 'HourOfAmPm') checkRange(field, value, 0, 11);
    else if (field === 'HourOfDay') checkRange(field, value, 0, 24);
  }
}

/** Fields beside a full date or time must agree with it, such as the day of the week. */
function crossCheck(fields: Fields, day: number | null, nanoOfDay: number | null): void {
  for (const [field, value] of fields) {
    const isTime = TIME_FIELDS.has(field);
    const actual = isTime ? (nanoOfDay === null ? null : timeField(field, nanoOfDay)) : day === null ? null : dateField(field, day);
    if (actual === null) continue;
    if (actual !== value) throw new EvaluationError(`Conflict found: Field ${field} ${actual} differs from ${field} ${value}`);
    fields.delete(field);
  }
}

/**
 * The day of a text that does not say all of it: what it says is set on 1970-01-01, smaller fields first, as ksqlDB does. So
 * a day of the month that a shorter month lacks becomes its last one.
 */
export function completedDay(rest: ReadonlyMap<Field, number>): number {
  let day = 0;
  const weekday = rest.get('DayOfWeek');
  if (weekday !== undefined) day += weekday - dayOfWeek(day);
  const dayOfMonth = ranged(rest, 'DayOfMonth', 31);
  if (dayOfMonth !== null) {
    const { year, month } = civilFromDays(day);
    if (dayOfMonth > daysInMonth(year, month)) throw new EvaluationError(`Invalid value for DayOfMonth: ${dayOfMonth}`);
    day = daysFromCivil(year, month, dayOfMonth);
  }
  const dayOfYear = ranged(rest, 'DayOfYear', 366);
  if (dayOfYear === 366) throw new EvaluationError('Leap day cannot be parsed without supplying the year field');
  if (dayOfYear !== null) day = daysFromCivil(civilFromDays(day).year, 1, dayOfYear);
  const month = ranged(rest, 'MonthOfYear', 12);
  if (month !== null) day = withYearMonth(day, civilFromDays(day).year, month);
  const year = rest.get('Year');
  if (year !== undefined) day = withYearMonth(day, year, civilFromDays(day).month);
  return day;
}

function ranged(rest: ReadonlyMap<Field, number>, field: Field, most: number): number | null {
  const value = rest.get(field);
  if (value === undefined) return null;
  checkRange(field, value, 1, most);
  return value;
}

function withYearMonth(day: number, year: number, month: number): number {
  return daysFromCivil(year, month, Math.min(civilFromDays(day).day, daysInMonth(year, month)));
}

/** The time of a text that does not say all of it: what is missing is zero. */
export function completedTime(rest: ReadonlyMap<Field, number>): number {
  const hour = rest.get('HourOfDay') ?? (rest.get('AmPmOfDay') ?? 0) * 12 + (rest.get('HourOfAmPm') ?? 0);
  return ((hour * 60 + (rest.get('MinuteOfHour') ?? 0)) * 60 + (rest.get('SecondOfMinute') ?? 0)) * 1e9 + (rest.get('NanoOfSecond') ?? 0);
}
