import type { Clock } from '../env/index.js';
import { RequestError } from '../errors/index.js';

export interface PullLimitOptions {
  /** Pull queries a second; a burst of one second's worth is let through. */
  readonly perSecond: number;
  readonly concurrent: number;
  /** How many may wait for one of the concurrent places. */
  readonly waiting: number;
  readonly clock: Clock;
}

/** How many pull queries this server takes at a time; more than that are refused at once, never piled up. */
export class PullLimits {
  private tokens: number;
  private refilledAt: number;
  private running = 0;
  private readonly queue: (() => void)[] = [];

  constructor(private readonly options: PullLimitOptions) {
    this.tokens = options.perSecond;
    this.refilledAt = options.clock.monotonic();
  }

  /** How many wait for a place. */
  get depth(): number {
    return this.queue.length;
  }

  /** Null: it may run. Else resolves when it may. Throws or rejects with RequestError (429). Who was let in must `leave`. */
  admit(): Promise<void> | null {
    this.takeToken();
    const { concurrent, waiting } = this.options;
    if (this.running < concurrent) {
      this.running += 1;
      return null;
    }
    if (this.queue.length >= waiting) {
      throw new RequestError('RATE_LIMIT', `Host is at concurrency limit for pull queries. Currently set to ${concurrent} maximum concurrent requests.`, { hint: 'Try again later.' });
    }
    return new Promise((resolve) => this.queue.push(resolve));
  }

  // A place that becomes free goes to the one that has waited longest.
  leave(): void {
    const next = this.queue.shift();
    if (next === undefined) this.running -= 1;
    else next();
  }

  private takeToken(): void {
    const { perSecond, clock } = this.options;
    const now = clock.monotonic();
    this.tokens = Math.min(perSecond, this.tokens + ((now - this.refilledAt) / 1000) * perSecond);
    this.refilledAt = now;
    if (this.tokens < 1) throw new RequestError('RATE_LIMIT', `Host is at rate limit for pull queries. Currently set to ${perSecond} qps.`, { hint: 'Try again later.' });
    this.tokens -= 1;
  }
}
