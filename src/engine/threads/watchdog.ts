import type { Clock } from '../../env/index.js';
import { isInCall, readWatch, type WatchReading, type WatchWords } from '../../extension/index.js';

export interface WatchLimits {
  /** How long one call of a user's function may take. */
  readonly callMs: number;
  /** How long the thread may go without coming to its event loop: calls that come back, but are many and slow. */
  readonly turnMs: number;
}

export interface Overrun {
  readonly kind: 'call' | 'turn';
  /** The number of the function that was running, or ran last. */
  readonly which: number;
}

const LOOKS_PER_LIMIT = 20;
const MAX_LOOK_MS = 200;

/**
 * Looks at a thread until it overruns a limit, or the signal ends the watch (null). A look that comes late counts as one on time:
 * where the whole machine stood still, nobody is to blame.
 */
export async function watchThread(words: WatchWords, limitsNow: () => WatchLimits, clock: Clock, signal: AbortSignal): Promise<Overrun | null> {
  let before: WatchReading = readWatch(words);
  let inCallMs = 0;
  let inTurnMs = 0;
  while (!signal.aborted) {
    const limits = limitsNow();
    const lookMs = Math.max(1, Math.min(MAX_LOOK_MS, limits.callMs / LOOKS_PER_LIMIT));
    const started = clock.monotonic();
    await clock.sleep(lookMs, signal).catch(() => undefined);
    const passed = Math.min(clock.monotonic() - started, 2 * lookMs);
    const now = readWatch(words);
    inCallMs = isInCall(now) && now.calls === before.calls ? inCallMs + passed : 0;
    inTurnMs = now.beat === before.beat ? inTurnMs + passed : 0;
    before = now;
    if (signal.aborted) return null;
    if (inCallMs >= limits.callMs) return { kind: 'call', which: now.which };
    if (inTurnMs >= limits.turnMs) return { kind: 'turn', which: now.which };
  }
  return null;
}
