import type { Broker, OffsetCommit, TransactionalProducer } from '../../broker/index.js';
import { movedMetadata } from '../../runtime/index.js';
import { isImportGroup } from '../bulk/import-rows.js';
import { withoutMember, type CarriedPartition } from './carry-partition.js';

/** What one group has committed in the source, by the source's names and positions. */
export interface GroupPositions {
  readonly groupId: string;
  readonly commits: readonly OffsetCommit[];
}

export function partitionId(topic: string, partition: number): string {
  return `${partition}/${topic}`;
}

export async function readGroups(source: Broker, partitions: readonly CarriedPartition[]): Promise<readonly GroupPositions[]> {
  const places = partitions.map(({ from, partition }) => ({ topic: from, partition }));
  const groups: GroupPositions[] = [];
  for (const groupId of await source.admin.listGroups()) {
    const known = await source.fetchCommitted(groupId, places);
    groups.push({ groupId, commits: places.flatMap((place, index) => (known[index] ? [{ ...place, ...known[index] }] : [])) });
  }
  return groups;
}

/** Every position that groups name, rising, by partition. */
export function wantedPositions(groups: readonly GroupPositions[]): ReadonlyMap<string, readonly number[]> {
  const wanted = new Map<string, Set<number>>();
  const want = (topic: string, partition: number, offset: number): number => {
    const id = partitionId(topic, partition);
    wanted.set(id, (wanted.get(id) ?? new Set()).add(offset));
    return offset;
  };
  for (const { groupId, commits } of groups) {
    if (isImportGroup(groupId)) continue;
    for (const { topic, partition, offset, metadata } of commits) {
      want(topic, partition, offset);
      movedMetadata(metadata, (other, ahead) => want(other, partition, ahead));
    }
  }
  return new Map([...wanted].map(([id, offsets]) => [id, [...offsets].sort((left, right) => left - right)]));
}

/** Commits in the target what the groups have committed in the source, one transaction a group. */
export async function commitGroups(
  groups: readonly GroupPositions[],
  producer: TransactionalProducer,
  names: ReadonlyMap<string, string>,
  moved: (topic: string, partition: number, offset: number) => number,
): Promise<void> {
  for (const { groupId, commits } of groups) {
    if (commits.length === 0) continue;
    const offsets = commits.map(({ topic, partition, offset, metadata }): OffsetCommit => {
      const at = { topic: names.get(topic) ?? topic, partition };
      if (isImportGroup(groupId)) return { ...at, offset, metadata };
      return { ...at, offset: moved(topic, partition, offset), metadata: movedMetadata(metadata, (other, ahead) => moved(other, partition, ahead)) };
    });
    producer.begin();
    await producer.sendOffsets(offsets, withoutMember(groupId));
    await producer.commit();
  }
}
