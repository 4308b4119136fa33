import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from './env.js';

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/** A clock that stands still until it is told to move: sleepers wake in the order of their times. */
export interface ManualClock extends Clock {
  /** Moves time forward; everything due wakes. */
  advance(ms: number): Promise<void>;
}

export function manualClock(startMs = 0): ManualClock {
  let now = startMs;
  const sleepers: Sleeper[] = [];
  return {
    now: () => now,
    monotonic: () => now,
    yieldTurn: async () => {
      await turn();
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
          return;
        }
        const sleeper: Sleeper = {
          at: now + ms,
          wake: () => {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        const abort = (): void => {
          const index = sleepers.indexOf(sleeper);
          if (index >= 0) sleepers.splice(index, 1);
          reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
        };
        signal?.addEventListener('abort', abort, { once: true });
        sleepers.push(sleeper);
      }),
    advance: async (ms) => {
      const target = now + ms;
      for (;;) {
        sleepers.sort((left, right) => left.at - right.at);
        const next = sleepers[0];
        if (next === undefined || next.at > target) break;
        sleepers.shift();
        now = Math.max(now, next.at);
        next.wake();
        await turn();
      }
      now = target;
      await turn();
    },
  };
}
