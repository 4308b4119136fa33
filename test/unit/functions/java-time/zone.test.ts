import { LocalDateTime, ZoneId, ZoneOffset } from '@js-joda/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { zoneOf } from '../../../../src/functions/java-time/zone.js';

const ZONES = ['America/Los_Angeles', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns', 'Africa/Monrovia'];

test('offsets are those of the rules, whatever was asked before', () => {
  const [from, to] = [Date.UTC(1880, 0, 1), Date.UTC(2036, 11, 31)];
  for (const id of ZONES) {
    const zone = zoneOf(id);
    const rules = ZoneId.of(id).rules();
    fc.assert(
      fc.property(fc.integer({ min: from, max: to }), fc.integer({ min: -2_000_000, max: 2_000_000 }), (at, step) => {
        for (const ms of [at, at + step]) {
          const local = LocalDateTime.ofEpochSecond(Math.floor(ms / 1000), ZoneOffset.UTC);
          expect(zone.offsetAt(ms)).toBe(rules.offset(local.toInstant(ZoneOffset.UTC)).totalSeconds());
          const gapOrOverlap = rules.transition(local);
          expect(zone.offsetAtLocal(ms)).toBe((gapOrOverlap === null ? rules.offset(local) : gapOrOverlap.offsetBefore()).totalSeconds());
        }
      }),
    );
  }
});

test('the rules go on after the tables end', () => {
  const berlin = zoneOf('Europe/Berlin');
  // 2040: summer time from 25 March to 28 October.
  expect([Date.UTC(2040, 2, 25, 0, 59), Date.UTC(2040, 2, 25, 1), Date.UTC(2040, 9, 28, 0, 59), Date.UTC(2040, 9, 28, 1)].map((ms) => berlin.offsetAt(ms))).toEqual([3600, 7200, 7200, 3600]);
  expect([Date.UTC(2500, 0, 1), Date.UTC(2500, 6, 1)].map((ms) => berlin.isDaylightSaving(ms))).toEqual([false, true]);
});

test('ids', () => {
  expect(['GMT+2', '+0530', 'UTC', 'Z', 'US/Pacific'].map((id) => zoneOf(id).id)).toEqual(['GMT+02:00', '+05:30', 'UTC', 'Z', 'US/Pacific']);
  for (const id of ['', 'Nowhere', 'pst', '+25:00']) expect(() => zoneOf(id)).toThrow('time-zone ID');
});
