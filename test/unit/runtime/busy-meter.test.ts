import { expect, test } from 'vitest';
import { BusyMeter } from '../../../src/runtime/task/busy-meter.js';

test('the busy part is that of the last seconds, whatever was before', () => {
  const meter = new BusyMeter(0);
  expect(meter.ratio(0)).toBe(0);
  for (let now = 100; now <= 4000; now += 100) meter.add(now, 50);
  expect(meter.ratio(4000)).toBeCloseTo(0.5, 2);
  for (let now = 4100; now <= 16_000; now += 100) meter.add(now, 100);
  expect(meter.ratio(16_000)).toBeCloseTo(1, 2);
  expect(meter.ratio(60_000)).toBeLessThan(0.2);
  expect(meter.ratio(70_000)).toBe(0);
});

test('work that took longer than the time there was is all of it', () => {
  const meter = new BusyMeter(1000);
  meter.add(1001, 50);
  expect(meter.ratio(1001)).toBe(1);
});
