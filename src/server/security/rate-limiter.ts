import type { Clock } from '../../env/index.js';

interface Bucket {
  tokens: number;
  at: number;
}

/** A bucket of tokens per caller. What is not seen for long is forgotten; the number of callers remembered is bounded. */
export class RateLimiter {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly options: { readonly perSecond: number; readonly burst: number; readonly clock: Clock; readonly maxCallers?: number },
  ) {}

  /** Takes a token; false: there is none left. */
  take(caller: string): boolean {
    const bucket = this.bucket(caller);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  /** Whether a token is left, without taking it. */
  has(caller: string): boolean {
    return !this.buckets.has(caller) || this.bucket(caller).tokens >= 1;
  }

  private bucket(caller: string): Bucket {
    const { perSecond, burst, clock, maxCallers = 10_000 } = this.options;
    const now = clock.monotonic();
    const known = this.buckets.get(caller);
    if (known !== undefined) {
      known.tokens = Math.min(burst, known.tokens + ((now - known.at) / 1000) * perSecond);
      known.at = now;
      return known;
    }
    // The one that was met first goes first.
    for (const oldest of this.buckets.size >= maxCallers ? this.buckets.keys() : []) {
      this.buckets.delete(oldest);
      break;
    }
    const fresh = { tokens: burst, at: now };
    this.buckets.set(caller, fresh);
    return fresh;
  }
}
