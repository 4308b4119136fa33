import type { Clock } from '../env/index.js';

const STALL_MS = 60_000;

/** Ends what a client does not read: a write that has waited for so long will not be taken any more. */
export class StallWatch {
  private writes = 0;
  private isWaiting = false;
  private readonly ended = new AbortController();

  constructor(
    private readonly clock: Clock,
    private readonly cut: () => void,
  ) {
    void this.watch();
  }

  /** Passes a write on that has to wait for the client. */
  async during<T>(write: Promise<T>): Promise<T> {
    this.isWaiting = true;
    try {
      return await write;
    } finally {
      this.isWaiting = false;
      this.writes += 1;
    }
  }

  end(): void {
    this.ended.abort();
  }

  private async watch(): Promise<void> {
    const { signal } = this.ended;
    for (let before = -1; !signal.aborted; ) {
      await this.clock.sleep(STALL_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      if (this.isWaiting && this.writes === before) this.cut();
      before = this.isWaiting ? this.writes : -1;
    }
  }
}
