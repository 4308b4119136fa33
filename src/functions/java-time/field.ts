import { civilFromDays, DAY_MS, daysFromCivil } from '../../types/index.js';
import type { Zone } from './zone.js';

/** The fields that pattern letters stand for, by the names Java's messages use. */
export type Field =
  | 'Era' | 'YearOfEra' | 'Year' | 'MonthOfYear' | 'DayOfMonth' | 'DayOfYear' | 'QuarterOfYear' | 'DayOfWeek' | 'LocalizedDayOfWeek'
  | 'AlignedDayOfWeekInMonth' | 'WeekOfMonth' | 'WeekOfWeekBasedYear' | 'WeekBasedYear' | 'ModifiedJulianDay'
  | 'AmPmOfDay' | 'HourOfDay' | 'ClockHourOfDay' | 'HourOfAmPm' | 'ClockHourOfAmPm' | 'MinuteOfHour' | 'SecondOfMinute' | 'NanoOfSecond'
  | 'MilliOfDay' | 'NanoOfDay' | 'OffsetSeconds';

export const TIME_FIELDS: ReadonlySet<Field> = new Set<Field>([
  'AmPmOfDay', 'HourOfDay', 'ClockHourOfDay', 'HourOfAmPm', 'ClockHourOfAmPm', 'MinuteOfHour', 'SecondOfMinute', 'NanoOfSecond', 'MilliOfDay', 'NanoOfDay',
]);

/** What is printed: a day, a time of day, or both with an offset; null is a part it does not have. */
export interface TimePoint {
  readonly day: number | null;
  readonly milliOfDay: number | null;
  readonly offsetSeconds: number | null;
  readonly zone: Zone | null;
}

export const DAY_NANOS = DAY_MS * 1_000_000;
const MODIFIED_JULIAN_EPOCH = 40_587;

/** Monday 1 … Sunday 7. */
export const dayOfWeek = (day: number): number => (((day + 3) % 7) + 7) % 7 + 1;
/** Weeks are those of the United States, as ksqlDB's default locale has them: Sunday first, and week 1 holds the first day. */
export const localDayOfWeek = (day: number): number => (dayOfWeek(day) % 7) + 1;
const weekOf = (dayNumber: number, localDay: number): number => Math.floor((dayNumber - localDay + 13) / 7);
export const startOfWeekYear = (year: number): number => {
  const first = daysFromCivil(year, 1, 1);
  return first - (localDayOfWeek(first) - 1);
};

const dayOfYear = (day: number, year: number): number => day - daysFromCivil(year, 1, 1) + 1;
const weekYearOf = (day: number): number => {
  const { year } = civilFromDays(day);
  return day >= startOfWeekYear(year + 1) ? year + 1 : year;
};

/** The value of a date field on a day; null for fields that are not of dates. */
export function dateField(field: Field, day: number): number | null {
  const { year, month, day: dayOfMonth } = civilFromDays(day);
  switch (field) {
    case 'Era': return year > 0 ? 1 : 0;
    case 'YearOfEra': return year > 0 ? year : 1 - year;
    case 'Year': return year;
    case 'MonthOfYear': return month;
    case 'DayOfMonth': return dayOfMonth;
    case 'DayOfYear': return dayOfYear(day, year);
    case 'QuarterOfYear': return Math.floor((month + 2) / 3);
    case 'DayOfWeek': return dayOfWeek(day);
    case 'LocalizedDayOfWeek': return localDayOfWeek(day);
    case 'AlignedDayOfWeekInMonth': return ((dayOfMonth - 1) % 7) + 1;
    case 'WeekOfMonth': return weekOf(dayOfMonth, localDayOfWeek(day));
    case 'WeekOfWeekBasedYear': return Math.floor((day - startOfWeekYear(weekYearOf(day))) / 7) + 1;
    case 'WeekBasedYear': return weekYearOf(day);
    case 'ModifiedJulianDay': return day + MODIFIED_JULIAN_EPOCH;
    default: return null;
  }
}

/** The value of a time field at a nanosecond of the day; null for fields that are not of times. */
export function timeField(field: Field, nanoOfDay: number): number | null {
  const second = Math.floor(nanoOfDay / 1e9);
  const hour = Math.floor(second / 3600);
  switch (field) {
    case 'AmPmOfDay': return hour < 12 ? 0 : 1;
    case 'HourOfDay': return hour;
    case 'ClockHourOfDay': return hour === 0 ? 24 : hour;
    case 'HourOfAmPm': return hour % 12;
    case 'ClockHourOfAmPm': return hour % 12 === 0 ? 12 : hour % 12;
    case 'MinuteOfHour': return Math.floor(second / 60) % 60;
    case 'SecondOfMinute': return second % 60;
    case 'NanoOfSecond': return nanoOfDay % 1e9;
    case 'MilliOfDay': return Math.floor(nanoOfDay / 1e6);
    case 'NanoOfDay': return nanoOfDay;
    default: return null;
  }
}

/** The value of a field of the point; null when the point lacks it. */
export function fieldOf(field: Field, point: TimePoint): number | null {
  if (field === 'OffsetSeconds') return point.offsetSeconds;
  if (TIME_FIELDS.has(field)) return point.milliOfDay === null ? null : timeField(field, point.milliOfDay * 1e6);
  return point.day === null ? null : dateField(field, point.day);
}
