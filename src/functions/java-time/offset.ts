import { EvaluationError } from '../evaluation-error.js';
import type { OffsetType } from './element.js';

const two = (value: number): string => value.toString().padStart(2, '0');
const MAX_OFFSET_SECONDS = 18 * 3600;

/** `+0230`, `-08:00`; `zero` when every written part is zero. */
export function offsetText(totalSeconds: number, { colon, minutes, seconds }: OffsetType, zero: string): string {
  const magnitude = Math.abs(totalSeconds);
  const [hour, minute, second] = [Math.floor(magnitude / 3600), Math.floor(magnitude / 60) % 60, magnitude % 60];
  const separator = colon ? ':' : '';
  let text = two(hour);
  let isZero = hour === 0;
  if (minutes === 'always' || minute > 0) {
    text += separator + two(minute);
    isZero &&= minute === 0;
    if (seconds === 'nonZero' && second > 0) {
      text += separator + two(second);
      isZero = false;
    }
  }
  return isZero ? zero : (totalSeconds < 0 ? '-' : '+') + text;
}

export interface ParsedOffset {
  readonly seconds: number;
  readonly end: number;
}

/** Reads an offset at a position; null when there is none. */
export function parseOffset(text: string, at: number, { colon, minutes, seconds }: OffsetType, zero: string): ParsedOffset | null {
  if (text.slice(at, at + zero.length).toLowerCase() === zero.toLowerCase()) return { seconds: 0, end: at + zero.length };
  const sign = text.charAt(at);
  if (sign !== '+' && sign !== '-') return null;
  const hour = twoDigits(text, at + 1, false);
  if (hour === null) return null;
  let end = at + 3;
  const minute = twoDigits(text, end, colon);
  if (minute === null && minutes === 'always') return null;
  if (minute !== null) end += colon ? 3 : 2;
  const second = minute === null || seconds === 'never' ? null : twoDigits(text, end, colon);
  if (second !== null) end += colon ? 3 : 2;
  if (hour > 23) throw new EvaluationError('Value out of range: Hour[0-23], Minute[0-59], Second[0-59]');
  const total = hour * 3600 + (minute ?? 0) * 60 + (second ?? 0);
  if (total > MAX_OFFSET_SECONDS) throw new EvaluationError('Zone offset not in valid range: -18:00 to +18:00');
  return { seconds: sign === '-' ? 0 - total : total, end };
}

function twoDigits(text: string, at: number, colon: boolean): number | null {
  const match = /^(:?)(\d\d)/.exec(text.slice(at, at + 3));
  if (match === null || (match[1] === ':') !== colon) return null;
  const value = Number(match[2]);
  return value > 59 ? null : value;
}

/** `GMT`, `GMT+8`, `GMT-08:30`. */
export function localizedOffsetText(totalSeconds: number, style: 'short' | 'full'): string {
  if (totalSeconds === 0) return 'GMT';
  const magnitude = Math.abs(totalSeconds);
  const [hour, minute, second] = [Math.floor(magnitude / 3600), Math.floor(magnitude / 60) % 60, magnitude % 60];
  const hours = style === 'full' ? two(hour) : `${hour}`;
  const rest = style === 'full' || minute > 0 || second > 0 ? `:${two(minute)}` : '';
  return `GMT${totalSeconds < 0 ? '-' : '+'}${hours}${rest}${second > 0 ? `:${two(second)}` : ''}`;
}

export function parseLocalizedOffset(text: string, at: number, style: 'short' | 'full'): ParsedOffset | null {
  const pattern = style === 'full' ? /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/i : /^GMT(?:([+-])(\d{1,2})(?::(\d\d)(?::(\d\d))?)?)?/i;
  const match = pattern.exec(text.slice(at));
  if (match === null) return null;
  const [whole, sign, hour = '0', minute = '0', second = '0'] = match;
  const total = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  if (total > MAX_OFFSET_SECONDS) throw new EvaluationError('Zone offset not in valid range: -18:00 to +18:00');
  return { seconds: sign === '-' ? 0 - total : total, end: at + whole.length };
}
