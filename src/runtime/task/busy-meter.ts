const WINDOW_MS = 5000;

/** The part of the last seconds (five to ten) that was spent on work. */
export class BusyMeter {
  private earlierBusyMs = 0;
  private earlierMs = 0;
  private busyMs = 0;

  /** Times are of the monotonic clock. */
  constructor(private sinceMs: number) {}

  /** Work of `durationMs` has ended now. */
  add(nowMs: number, durationMs: number): void {
    this.turn(nowMs);
    this.busyMs += durationMs;
  }

  /** Between 0 and 1. */
  ratio(nowMs: number): number {
    this.turn(nowMs);
    const elapsedMs = this.earlierMs + nowMs - this.sinceMs;
    return elapsedMs <= 0 ? 0 : Math.min(1, (this.earlierBusyMs + this.busyMs) / elapsedMs);
  }

  private turn(nowMs: number): void {
    const elapsedMs = nowMs - this.sinceMs;
    if (elapsedMs < WINDOW_MS) return;
    // A long silence is all of the window.
    this.earlierMs = Math.min(elapsedMs, 2 * WINDOW_MS);
    this.earlierBusyMs = this.busyMs;
    this.busyMs = 0;
    this.sinceMs = nowMs;
  }
}
