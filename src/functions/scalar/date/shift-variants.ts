import { addLong, DAY_MS } from '../../../types/index.js';
import { p, t, variant, type Unit } from '../../define.js';
import type { ScalarVariant } from '../../entry.js';
import { DAY_NANOS } from '../../java-time/field.js';

const UNIT_MS: { readonly [U in Unit]: number } = { MILLISECONDS: 1, SECONDS: 1000, MINUTES: 60_000, HOURS: 3_600_000, DAYS: DAY_MS };

export function dateShiftVariants(sign: 1 | -1): readonly ScalarVariant[] {
  return [
    variant({
      parameters: [p.unit(), p.integer('interval'), p.date('date')],
      returns: t.date,
      nulls: 'propagate',
      evaluate: (unit, interval, date) => Math.trunc((date * DAY_MS + sign * interval * UNIT_MS[unit]) / DAY_MS),
    }),
  ];
}

const MAX_NANOS = 2 ** 63;
const MAX_NANOS_OF_DAY = (2n ** 63n - 1n) % BigInt(DAY_MS * 1e6);

/** The shift within a day, in nanoseconds. As in Java, what is beyond a 64-bit number of them counts as the greatest such number. */
function nanosOfDay(interval: number, unit: Unit): number {
  const ms = interval * UNIT_MS[unit];
  if (Math.abs(ms) * 1e6 < MAX_NANOS) return (ms % DAY_MS) * 1e6;
  return ms > 0 ? Number(MAX_NANOS_OF_DAY) : -Number(MAX_NANOS_OF_DAY) - 1;
}

const wrapDay = (nanos: number): number => ((nanos % DAY_NANOS) + DAY_NANOS) % DAY_NANOS;

export function timeShiftVariants(sign: 1 | -1): readonly ScalarVariant[] {
  return [
    variant({
      parameters: [p.unit(), p.integer('interval'), p.time('time')],
      returns: t.time,
      nulls: 'propagate',
      evaluate: (unit, interval, time) => Math.floor(wrapDay(time * 1e6 + sign * nanosOfDay(interval, unit)) / 1e6),
    }),
  ];
}

export function timestampShiftVariants(sign: 1 | -1): readonly ScalarVariant[] {
  return [
    variant({
      parameters: [p.unit(), p.integer('interval'), p.timestamp('timestamp')],
      returns: t.timestamp,
      nulls: 'propagate',
      evaluate: (unit, interval, timestamp) => addLong(timestamp, sign * interval * UNIT_MS[unit]),
    }),
  ];
}
