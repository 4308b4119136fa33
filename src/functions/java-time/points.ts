import { DAY_MS, type Long } from '../../types/index.js';
import type { TimePoint } from './field.js';
import type { Zone } from './zone.js';

const FIRST_WHOLE_SECOND = -((2n ** 63n / 1000n) * 1000n);

export const datePoint = (day: number): TimePoint => ({ day, milliOfDay: null, offsetSeconds: null, zone: null });
export const timeOfDayPoint = (milliOfDay: number): TimePoint => ({ day: null, milliOfDay, offsetSeconds: null, zone: null });

/**
 * An instant as seen in a zone. Exact for the whole range of a BIGINT, but for its first second: there java.sql.Timestamp,
 * by which ksqlDB prints, goes round to the end of the range.
 */
export function instantPoint(given: Long, zone: Zone): TimePoint {
  const epochMs = typeof given === 'bigint' && given < FIRST_WHOLE_SECOND ? given + 2n ** 64n : given;
  const offsetSeconds = zone.offsetAt(Number(epochMs));
  const { day, milliOfDay } = typeof epochMs === 'number' ? split(epochMs) : splitWide(epochMs);
  const local = milliOfDay + offsetSeconds * 1000;
  const extraDays = Math.floor(local / DAY_MS);
  return { day: day + extraDays, milliOfDay: local - extraDays * DAY_MS, offsetSeconds, zone };
}

function split(epochMs: number): { readonly day: number; readonly milliOfDay: number } {
  const day = Math.floor(epochMs / DAY_MS);
  return { day, milliOfDay: epochMs - day * DAY_MS };
}

function splitWide(epochMs: bigint): { readonly day: number; readonly milliOfDay: number } {
  const dayMs = BigInt(DAY_MS);
  const milliOfDay = ((epochMs % dayMs) + dayMs) % dayMs;
  return { day: Number((epochMs - milliOfDay) / dayMs), milliOfDay: Number(milliOfDay) };
}
