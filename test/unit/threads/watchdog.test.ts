import { expect, test } from 'vitest';
import { watchThread, type Overrun } from '../../../src/engine/threads/watchdog.js';
import { manualClock, type Clock } from '../../../src/env/index.js';
import { CallWatch, WATCH_BYTES } from '../../../src/extension/index.js';

const LIMITS = { callMs: 1000, turnMs: 10_000 };

function watching(limits = LIMITS) {
  const words = new Int32Array(new SharedArrayBuffer(WATCH_BYTES));
  const clock = manualClock();
  const ended = new AbortController();
  let found: Overrun | null | undefined;
  const done = watchThread(words, () => limits, clock, ended.signal).then((overrun) => {
    found = overrun;
  });
  return {
    watch: new CallWatch(words), clock, ended, done,
    found: () => found,
    /** Time passes in steps as short as the looks are. */
    pass: async (ms: number, each: () => void = () => undefined) => {
      for (let at = 0; at < ms; at += 50) {
        each();
        await clock.advance(50);
      }
    },
  };
}

test('one call that does not come back is an overrun, named by its number, soon after its limit', async () => {
  const { watch, pass, found } = watching();
  await pass(5000, () => watch.beat());
  watch.enter(7);
  await pass(900);
  expect(found()).toBeUndefined();
  await pass(250);
  expect(found()).toEqual({ kind: 'call', which: 7 });
});

test('calls that come back are none, however many they are, until the thread has had no pause for long', async () => {
  const { watch, pass, found } = watching();
  const call = (): void => {
    watch.enter(3);
    watch.leave();
    watch.enter(4);
  };
  watch.enter(2);
  await pass(9900, () => {
    watch.leave();
    call();
  });
  expect(found()).toBeUndefined();
  await pass(300, () => {
    watch.leave();
    call();
  });
  expect(found()).toEqual({ kind: 'turn', which: 4 });
});

test('a thread at rest is left alone, and the watch ends with it', async () => {
  const { watch, pass, found, ended, done } = watching();
  watch.enter(1);
  watch.leave();
  await pass(60_000, () => watch.beat());
  expect(found()).toBeUndefined();
  ended.abort();
  await done;
  expect(found()).toBeNull();
});

test('time in which the watching thread stood still itself is not held against a call', async () => {
  const words = new Int32Array(new SharedArrayBuffer(WATCH_BYTES));
  const watch = new CallWatch(words);
  const ended = new AbortController();
  let nowMs = 0;
  let looks = 0;
  // Every look comes a minute late; after the tenth the watch is ended.
  const lateClock: Clock = {
    ...manualClock(),
    monotonic: () => nowMs,
    sleep: () => {
      nowMs += 60_000;
      if (++looks === 10) ended.abort();
      return Promise.resolve();
    },
  };
  watch.enter(1);
  expect(await watchThread(words, () => LIMITS, lateClock, ended.signal)).toBeNull();
  expect(looks).toBe(10);
});
