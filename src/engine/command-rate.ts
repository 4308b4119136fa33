import type { Clock } from '../env/index.js';
import { RequestError } from '../errors/index.js';

/** As long as ksqlDB lets a statement wait for its turn. */
const PATIENCE_MS = 1000;

/**
 * `ksql.server.command.topic.rate.limit`: how many statements a second may change the catalog. A request is one command, so it is taken
 * whole or not at all: one with many statements is let in as one with few is, and those after it wait the longer.
 */
export class CommandRate {
  private tokens: number;
  private refilledAt: number;

  constructor(
    private readonly perSecond: number,
    private readonly clock: Clock,
  ) {
    this.tokens = this.most;
    this.refilledAt = clock.monotonic();
  }

  /** Resolves when the request may be run. Rejects with RequestError (429) where that would take longer than a second. */
  async take(statements: number): Promise<void> {
    if (statements === 0) return;
    const now = this.clock.monotonic();
    this.tokens = Math.min(this.most, this.tokens + ((now - this.refilledAt) / 1000) * this.perSecond);
    this.refilledAt = now;
    const waitMs = this.tokens >= 1 ? 0 : ((1 - this.tokens) / this.perSecond) * 1000;
    if (waitMs > PATIENCE_MS) {
      throw new RequestError('RATE_LIMIT', 'DDL/DML rate is crossing the configured rate limit of statements/second', { hint: `ksql.server.command.topic.rate.limit is ${this.perSecond}. Try again later.` });
    }
    this.tokens -= statements;
    if (waitMs > 0) await this.clock.sleep(waitMs);
  }

  private get most(): number {
    return Math.max(1, this.perSecond);
  }
}
