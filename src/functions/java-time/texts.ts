import type { TextStyle } from './element.js';
import type { Field } from './field.js';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Texts of a field; the first stands for the value `from`. */
export interface FieldTexts {
  readonly from: number;
  readonly texts: readonly string[];
}

const styled = (full: readonly string[], style: TextStyle): readonly string[] =>
  full.map((text) => (style === 'full' ? text : text.slice(0, style === 'short' ? 3 : 1)));

/** The locale of texts: English, or Java's root locale, where the full names are the short ones. */
export type TextLocale = 'en' | 'root';

/** The texts of a field; null for a field that has none. */
export function textsOf(field: Field, given: TextStyle, locale: TextLocale): FieldTexts | null {
  const style = locale === 'root' && given === 'full' ? 'short' : given;
  switch (field) {
    case 'MonthOfYear':
      return { from: 1, texts: styled(MONTHS, style) };
    case 'DayOfWeek':
      return { from: 1, texts: styled(DAYS, style) };
    case 'AmPmOfDay':
      return { from: 0, texts: ['AM', 'PM'] };
    case 'Era':
      return { from: 0, texts: style === 'full' ? ['Before Christ', 'Anno Domini'] : style === 'short' ? ['BC', 'AD'] : ['B', 'A'] };
    case 'QuarterOfYear':
      return { from: 1, texts: style === 'full' ? ['1st quarter', '2nd quarter', '3rd quarter', '4th quarter'] : style === 'short' ? ['Q1', 'Q2', 'Q3', 'Q4'] : ['1', '2', '3', '4'] };
    default:
      return null;
  }
}

/** English day periods; by the minute of the day. */
export function dayPeriodText(minuteOfDay: number, style: TextStyle): string {
  if (minuteOfDay === 0) return style === 'narrow' ? 'mi' : 'midnight';
  if (minuteOfDay === 720) return style === 'narrow' ? 'n' : 'noon';
  const hour = Math.floor(minuteOfDay / 60);
  if (hour >= 6 && hour < 12) return 'in the morning';
  if (hour >= 12 && hour < 18) return 'in the afternoon';
  return hour >= 18 && hour < 21 ? 'in the evening' : 'at night';
}
