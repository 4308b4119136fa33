import type { QueryOptions } from '../options.js';

const MAX_UNCOMMITTED_BYTES = 32 * 1024 * 1024;

/** Without a cache, the rows of a transaction are still held until it is committed. */
const MIN_DIRTY_BYTES = 8 * 1024 * 1024;

/** What the policy looks at, all in one moment. */
export interface CommitSituation {
  readonly nowMs: number;
  /** When the first uncommitted record was processed; null: nothing to commit. */
  readonly firstUncommittedMs: number | null;
  readonly uncommittedBytes: number;
  readonly dirtyBytes: number;
  /** When all inputs were found drained; null: they are not. */
  readonly drainedSinceMs: number | null;
  readonly lastCommitEndMs: number;
  readonly lastCommitDurationMs: number;
}

/** Milliseconds until a commit is due if nothing else happens: 0 now, Infinity never. */
export function commitDueInMs(options: QueryOptions, situation: CommitSituation): number {
  const { nowMs, firstUncommittedMs } = situation;
  if (firstUncommittedMs === null) return Infinity;
  if (situation.uncommittedBytes > MAX_UNCOMMITTED_BYTES || situation.dirtyBytes > Math.max(options.cacheBytes, MIN_DIRTY_BYTES) / 2) return 0;
  const interval = Math.max(0, firstUncommittedMs + options.commitIntervalMs - nowMs);
  if (situation.drainedSinceMs === null) return interval;
  // A commit is never more than a tenth of the time: a trickle of records is grouped, a quiet system shows a change at once.
  const spaced = situation.lastCommitEndMs + options.commitSpacing * situation.lastCommitDurationMs - nowMs;
  const settled = situation.drainedSinceMs + options.drainedCommitDelayMs - nowMs;
  return Math.min(interval, Math.max(0, spaced, settled));
}
