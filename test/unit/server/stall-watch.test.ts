import { expect, test } from 'vitest';
import { manualClock } from '../../../src/env/index.js';
import { StallWatch } from '../../../src/server/stall-watch.js';

interface Watched {
  readonly clock: ReturnType<typeof manualClock>;
  readonly watch: StallWatch;
  readonly cuts: () => number;
}

function open(): Watched {
  const clock = manualClock();
  let count = 0;
  const watch = new StallWatch(clock, () => (count += 1));
  return { clock, watch, cuts: () => count };
}

const never = (): Promise<void> => new Promise(() => undefined);

test('a write that nobody takes for two looks is cut', async () => {
  const { clock, watch, cuts } = open();
  void watch.during(never());
  await clock.advance(60_000);
  expect(cuts()).toBe(0);
  await clock.advance(60_000);
  expect(cuts()).toBe(1);
  watch.end();
});

test('a client that takes its writes slowly, or has none waiting, is left alone', async () => {
  const { clock, watch, cuts } = open();
  for (let minute = 0; minute < 5; minute += 1) {
    let taken = (): void => undefined;
    const write = watch.during(new Promise<void>((resolve) => (taken = resolve)));
    await clock.advance(60_000);
    taken();
    await write;
  }
  await clock.advance(600_000);
  expect(cuts()).toBe(0);
  watch.end();
});

test('nothing is watched after the end', async () => {
  const { clock, watch, cuts } = open();
  void watch.during(never());
  watch.end();
  await clock.advance(600_000);
  expect(cuts()).toBe(0);
});
