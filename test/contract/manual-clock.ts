import { systemClock, type Clock } from '../../src/env/index.js';

/** The system's timers with a wall clock that tests move. */
export function movableClock(): { readonly clock: Clock; readonly advance: (ms: number) => void } {
  let now = 1_700_000_000_000;
  return {
    clock: { ...systemClock(), now: () => now },
    advance: (ms) => {
      now += ms;
    },
  };
}
