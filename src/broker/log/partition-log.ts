import type { SlabSource } from '../slab.js';

/** Until `at` (wall clock) passes plus the topic's tombstone retention, tombstones below `upTo` stay. */
export interface TombstoneHorizon {
  readonly upTo: number;
  readonly at: number;
}

/**
 * What is known of a partition; replaced as a whole when a write is durable, and stored with every commit.
 * Batches cover offsets without gaps from `first` to `end`, and the batch at `base` always exists while end > 0.
 */
export interface PartitionHead {
  /** First offset that may be read. */
  readonly start: number;
  /** Base offset of the first stored batch; at most `start`. */
  readonly first: number;
  /** Next offset to be given out. */
  readonly end: number;
  /** Base offset of the last stored batch; −1: none was ever stored. */
  readonly base: number;
  /** Checksum by which the next batch will name the last one as its predecessor. */
  readonly link: number;
  readonly bytes: number;
  /** Compaction has seen everything below. */
  readonly cleanedTo: number;
  /** Stored bytes when compaction last finished. */
  readonly cleanBytes: number;
  readonly horizons: readonly TombstoneHorizon[];
}

export const EMPTY_HEAD: PartitionHead = { start: 0, first: 0, end: 0, base: -1, link: 0, bytes: 0, cleanedTo: 0, cleanBytes: 0, horizons: [] };

export interface TopicState {
  readonly name: string;
  readonly id: string;
  /** Small number used in storage keys; never given out twice. */
  readonly number: number;
  readonly configs: Readonly<Record<string, string>>;
  readonly internal: boolean;
  readonly replicas: number;
  readonly logs: readonly PartitionLog[];
}

/** One partition of one topic. The topic's deletion marks it; a re-created topic has new ones. */
export class PartitionLog implements SlabSource {
  /** Readers that wait for data. */
  readonly waiters = new Set<() => void>();
  deleted = false;
  /** Set when stored bytes were found damaged; the partition takes no more appends. */
  damage: string | null = null;

  constructor(
    readonly topic: string,
    readonly topicNumber: number,
    readonly partition: number,
    public head: PartitionHead,
  ) {}

  get highWatermark(): number {
    return this.head.end;
  }
  get lastStableOffset(): number {
    return this.head.end;
  }

  /** Calls every waiting reader; they look again and wait again if it was not for them. */
  wake(): void {
    if (this.waiters.size === 0) return;
    const waiters = [...this.waiters];
    this.waiters.clear();
    for (const waiter of waiters) waiter();
  }
}
