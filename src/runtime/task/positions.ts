import type { Broker, CommittedOffset, TopicPartition } from '../../broker/index.js';
import { decodeMetadata, type ObservedByTask } from './offset-metadata.js';

/** Where to start in each partition, and what was observed when that was committed. */
export interface StartingPoint {
  /** In the order asked. */
  readonly offsets: readonly number[];
  readonly ends: readonly number[];
  readonly observed: ObservedByTask;
}

export interface WantedPartition extends TopicPartition {
  readonly reset: 'earliest' | 'latest';
}

/**
 * Committed offsets, else the reset policy. A committed offset that the log no longer reaches down to moves up to the first record
 * there is; one beyond the end (the topic was made anew) starts over.
 */
export async function startingPoint(broker: Broker, groupId: string | null, partitions: readonly WantedPartition[]): Promise<StartingPoint> {
  const observed: ObservedByTask = new Map();
  if (partitions.length === 0) return { offsets: [], ends: [], observed };
  const committed = groupId === null ? partitions.map((): CommittedOffset | null => null) : await broker.fetchCommitted(groupId, partitions);
  const earliest = await broker.admin.listOffsets(partitions, 'earliest', 'read_committed');
  const ends = await broker.admin.listOffsets(partitions, 'latest', 'read_committed');
  const offsets = partitions.map((partition, index) => {
    const low = earliest[index] ?? 0;
    const high = ends[index] ?? 0;
    const known = committed[index] ?? null;
    if (known === null) return partition.reset === 'earliest' ? low : high;
    decodeMetadata(known.metadata, observed);
    return known.offset > high ? low : Math.max(known.offset, low);
  });
  return { offsets, ends, observed };
}
