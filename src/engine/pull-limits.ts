import type { Clock } from '../env/index.js';
import { RequestError } from '../errors/index.js';
import { SlidingHour } from './sliding-hour.js';

export const MEGABYTE = 1024 * 1024;

export interface PullLimitOptions {
  /** Pull queries a second; a burst of one second's worth is let through. */
  readonly perSecond: number;
  readonly concurrent: number;
  /** How many may wait for one of the concurrent places. */
  readonly waiting: number;
  /** Bytes of answers in an hour. */
  readonly bytesPerHour: number;
  readonly clock: Clock;
}

/** How many pull queries this server takes at a time; more than that are refused at once, never piled up. */
export class PullLimits {
  private tokens: number;
  private refilledAt: number;
  private running = 0;
  private readonly queue: (() => void)[] = [];
  private readonly hour: SlidingHour;

  constructor(private readonly options: PullLimitOptions) {
    this.tokens = options.perSecond;
    this.hour = new SlidingHour(options.clock);
    this.refilledAt = options.clock.monotonic();
  }

  /** How many wait for a place. */
  get depth(): number {
    return this.queue.length;
  }

  /** Null: it may run. Else resolves when it may. Throws or rejects with RequestError (429). Who was let in must `leave`. */
  admit(): Promise<void> | null {
    const { bytesPerHour } = this.options;
    if (this.hour.total() >= bytesPerHour) {
      throw new RequestError('RATE_LIMIT', `Host is at bandwidth limit for pull queries. Currently set to ${Math.round(bytesPerHour / MEGABYTE)} megabytes an hour.`, { hint: 'Try again later.' });
    }
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

  /** An answer had so many bytes. */
  sent(bytes: number): void {
    this.hour.add(bytes);
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
