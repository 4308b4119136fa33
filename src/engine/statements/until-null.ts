import type { Clock } from '../../env/index.js';

const RETRY_MS = 100;

/** Asks again every 100 ms until the answer is null (all well) or the time is over; gives the last reason then. */
export async function untilNull(clock: Clock, timeoutMs: number, ask: () => Promise<string | null>): Promise<string | null> {
  const until = clock.monotonic() + timeoutMs;
  for (;;) {
    const reason = await ask();
    if (reason === null || clock.monotonic() >= until) return reason;
    await clock.sleep(Math.min(RETRY_MS, Math.max(1, until - clock.monotonic())));
  }
}
