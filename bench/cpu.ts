import { systemClock } from '../src/env/index.js';

const clock = systemClock();
const QUIET_MS = 50;
const QUIET_CPU = 0.1;

/** CPU microseconds of this process so far, all threads, user and system. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Resolves when the process has come to rest: background threads of the database have finished what was begun. */
export async function quiet(): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const before = cpuMicros();
    await clock.sleep(QUIET_MS);
    if (cpuMicros() - before < QUIET_MS * 1000 * QUIET_CPU) return;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
