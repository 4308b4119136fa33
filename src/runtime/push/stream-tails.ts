import type { TransientPlan } from '../../plan/index.js';
import type { QueryOptions, RuntimeDependencies } from '../options.js';
import type { SharedPart } from './shared-part.js';
import { StreamTail } from './stream-tail.js';

interface Shared {
  readonly opening: Promise<StreamTail>;
  users: number;
  tail: StreamTail | null;
}

/** One use of a tail; it is closed with its last one. */
export interface TailLease {
  readonly tail: StreamTail;
  release(): void;
}

/** The tails of the streams that push queries follow now, one a stream. */
export class StreamTails {
  private leftByEnded = 0;
  private readonly shared = new Map<string, Shared>();

  constructor(private readonly dependencies: RuntimeDependencies) {}

  /** Clients that were too slow for those who read along with them, so far. */
  get leftBehind(): number {
    let count = this.leftByEnded;
    for (const { tail } of this.shared.values()) count += tail?.leftBehind ?? 0;
    return count;
  }

  /** How many streams are read. */
  get size(): number {
    return this.shared.size;
  }

  async lease(part: SharedPart, plan: TransientPlan, query: QueryOptions): Promise<TailLease> {
    const key = `${part.sourceKey} ${query.throwOnInvalidTimestamp} ${query.failOnDeserializationError}`;
    const shared = this.shared.get(key) ?? this.open(key, part, plan, query);
    shared.users += 1;
    const leave = (): void => {
      shared.users -= 1;
      if (shared.users === 0) this.forget(key, shared);
    };
    try {
      const tail = await shared.opening;
      shared.tail = tail;
      let isHeld = true;
      const release = (): void => {
        if (!isHeld) return;
        isHeld = false;
        leave();
        if (shared.users === 0) tail.close();
      };
      return { tail, release };
    } catch (error) {
      leave();
      throw error;
    }
  }

  private open(key: string, part: SharedPart, plan: TransientPlan, query: QueryOptions): Shared {
    const shared: Shared = {
      opening: StreamTail.open(part, plan, this.dependencies, query, () => this.forget(key, shared)),
      users: 0,
      tail: null,
    };
    this.shared.set(key, shared);
    return shared;
  }

  // Whoever comes after the end gets a new one.
  private forget(key: string, shared: Shared): void {
    if (this.shared.get(key) !== shared) return;
    this.shared.delete(key);
    this.leftByEnded += shared.tail?.leftBehind ?? 0;
  }
}
