import '@js-joda/timezone';
import { Instant, LocalDateTime, ZoneId, ZoneOffset } from '@js-joda/core';
import { civilFromDays, DAY_MS, daysFromCivil } from '../../types/index.js';
import { EvaluationError } from '../evaluation-error.js';
import { dayOfWeek } from './field.js';

/** A time zone: an id of the tz database or a fixed offset. */
export interface Zone {
  readonly id: string;
  /** The zone is only an offset: `+02:00`, `Z`. */
  readonly isOffset: boolean;
  /** Seconds to add to UTC at an instant. */
  offsetAt(epochMs: number): number;
  /** Seconds to add to UTC at a local time (milliseconds as if it were UTC): before a gap closes and an overlap ends, the earlier offset. */
  offsetAtLocal(localMs: number): number;
  isDaylightSaving(epochMs: number): boolean;
  /** As `offsetAt`, but before 1900 the standard offset of today: Java's older TimeZone knows no local mean times. */
  civilOffsetAt(epochMs: number): number;
}

/** The zone of a Java zone id; fails for an unknown one. */
export function zoneOf(id: string): Zone {
  let zone: ZoneId;
  try {
    zone = ZoneId.of(id);
  } catch (error) {
    throw new EvaluationError(`Unknown or invalid time-zone ID: ${id}`, { cause: error });
  }
  const rules = zone.rules();
  if (rules.isFixedOffset()) return fixedZone(zone.id(), rules.offset(Instant.EPOCH).totalSeconds(), zone instanceof ZoneOffset);
  return new RegionZone(zone);
}

export function fixedZone(id: string, offsetSeconds: number, isOffset: boolean): Zone {
  return { id, isOffset, offsetAt: () => offsetSeconds, offsetAtLocal: () => offsetSeconds, isDaylightSaving: () => false, civilOffsetAt: () => offsetSeconds };
}

/** Every id of the tz database. */
export const zoneIds = (): readonly string[] => ZoneId.getAvailableZoneIds();

/** js-joda's tables end with 2037. The rules in force then go on, so a later year has the transitions of one with the same calendar. */
const LAST_YEAR = 2037;
/** js-joda takes instants and local times of these years; outside of them no zone has transitions. */
const FIRST_MS = daysFromCivil(1800, 1, 1) * DAY_MS;
const CIVIL_START_MS = daysFromCivil(1900, 1, 1) * DAY_MS;
const AFTER_LAST_MS = daysFromCivil(LAST_YEAR, 1, 1) * DAY_MS;

/** The same moment of a year between 2009 and 2036 that starts on the same day of the week and is as long. */
function withinTables(ms: number): number {
  if (ms < FIRST_MS) return FIRST_MS;
  if (ms < AFTER_LAST_MS) return ms;
  const day = Math.floor(ms / DAY_MS);
  const { year } = civilFromDays(day);
  const firstDay = daysFromCivil(year, 1, 1);
  const length = daysFromCivil(year + 1, 1, 1) - firstDay;
  for (let candidate = LAST_YEAR - 28; candidate < LAST_YEAR; candidate++) {
    const start = daysFromCivil(candidate, 1, 1);
    if (dayOfWeek(start) === dayOfWeek(firstDay) && daysFromCivil(candidate + 1, 1, 1) - start === length) return ms + (start - firstDay) * DAY_MS;
  }
  return ms;
}

const QUARTER_MS = 900_000;
/** Since then clocks have changed at full quarters of an hour only. */
const QUARTERS_START_MS = daysFromCivil(1973, 1, 1) * DAY_MS;

/** Keeps the offset of the last quarter of an hour: records come roughly in order of time. */
class QuarterHourMemo {
  #quarter = NaN;
  #offset = 0;
  constructor(private readonly compute: (ms: number) => number) {}

  get(ms: number): number {
    if (!(ms >= QUARTERS_START_MS)) return this.compute(ms);
    const quarter = Math.floor(ms / QUARTER_MS);
    if (quarter !== this.#quarter) {
      this.#offset = this.compute(ms);
      this.#quarter = quarter;
    }
    return this.#offset;
  }
}

class RegionZone implements Zone {
  readonly id: string;
  readonly isOffset = false;
  readonly #rules;
  readonly #atInstant = new QuarterHourMemo((ms) => this.#computeAt(ms));
  readonly #atLocal = new QuarterHourMemo((ms) => this.#computeAtLocal(ms));

  constructor(zone: ZoneId) {
    this.id = zone.id();
    this.#rules = zone.rules();
  }

  offsetAt(epochMs: number): number {
    return this.#atInstant.get(epochMs);
  }

  offsetAtLocal(localMs: number): number {
    return this.#atLocal.get(localMs);
  }

  #computeAt(epochMs: number): number {
    return this.#rules.offset(Instant.ofEpochMilli(Math.floor(withinTables(epochMs)))).totalSeconds();
  }

  civilOffsetAt(epochMs: number): number {
    return epochMs < CIVIL_START_MS ? this.#standardOffset(LAST_YEAR - 1) : this.offsetAt(epochMs);
  }

  #computeAtLocal(localMs: number): number {
    const seconds = Math.floor(withinTables(localMs) / 1000);
    const local = LocalDateTime.ofEpochSecond(seconds, ZoneOffset.UTC);
    const transition = this.#rules.transition(local);
    if (transition !== null) return transition.offsetBefore().totalSeconds();
    return this.#rules.offset(local).totalSeconds();
  }

  isDaylightSaving(epochMs: number): boolean {
    return this.offsetAt(epochMs) > this.#standardOffset(civilFromDays(Math.floor(epochMs / DAY_MS)).year);
  }

  #standardOffset(year: number): number {
    return Math.min(this.offsetAt(daysFromCivil(year, 1, 1) * DAY_MS), this.offsetAt(daysFromCivil(year, 7, 1) * DAY_MS));
  }
}
