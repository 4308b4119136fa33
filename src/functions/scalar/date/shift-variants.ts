import { DAY_MS } from '../../../types/index.js';
import { p, t, variant, type Unit } from '../../define.js';
import type { ScalarVariant } from '../../entry.js';

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

export function timeShiftVariants(sign: 1 | -1): readonly ScalarVariant[] {
  return [
    variant({
      parameters: [p.unit(), p.integer('interval'), p.time('time')],
      returns: t.time,
      nulls: 'propagate',
      evaluate: (unit, interval, time) => (((time + sign * interval * UNIT_MS[unit]) % DAY_MS) + DAY_MS) % DAY_MS,
    }),
  ];
}

export function timestampShiftVariants(sign: 1 | -1): readonly ScalarVariant[] {
  return [
    variant({
      parameters: [p.unit(), p.integer('interval'), p.timestamp('timestamp')],
      returns: t.timestamp,
      nulls: 'propagate',
      evaluate: (unit, interval, timestamp) => timestamp + sign * interval * UNIT_MS[unit],
    }),
  ];
}
