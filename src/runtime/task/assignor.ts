import type { GroupOptions, MemberInfo, TopicPartition } from '../../broker/index.js';
import { decodeMember, encodeShares } from './member-data.js';

/**
 * Partition p of every topic goes to one member, so that the inputs of a task are never split and a stage's tasks live with those
 * they read stores of. Shares differ by one at most; within that, an index stays with the member that had it last.
 */
export const assignPartitions: GroupOptions['assign'] = (members, partitionsOf) => {
  const sorted = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const count = Math.max(0, ...partitionsOf.values());
  const owners = shareIndexes(sorted, count);
  const indexesOf = (memberId: string): number[] => owners.flatMap((owner, index) => (owner === memberId ? [index] : []));
  const userData = encodeShares(sorted.map((member) => ({ host: decodeMember(member.userData).host, partitions: indexesOf(member.memberId) })));
  const assignment = new Map<string, { partitions: TopicPartition[]; userData: Uint8Array }>();
  for (const member of sorted) assignment.set(member.memberId, { partitions: [], userData });
  for (const [topic, partitions] of partitionsOf) {
    for (let partition = 0; partition < partitions; partition++) {
      assignment.get(owners[partition] ?? '')?.partitions.push({ topic, partition });
    }
  }
  return assignment;
};

interface Claim {
  readonly memberId: string;
  readonly indexes: readonly number[];
}

/** The member of each partition index. */
function shareIndexes(members: readonly MemberInfo[], count: number): string[] {
  const owners: (string | null)[] = Array.from({ length: count }, () => null);
  const load = new Map(members.map(({ memberId }) => [memberId, 0]));
  const loadOf = (memberId: string): number => load.get(memberId) ?? 0;
  const give = (index: number, memberId: string): void => {
    owners[index] = memberId;
    load.set(memberId, loadOf(memberId) + 1);
  };
  const claims = claimsOf(members, count);
  const fair = Math.floor(count / Math.max(1, members.length));
  let larger = count - fair * members.length;
  for (const { memberId, indexes } of claims) for (const index of indexes.slice(0, fair)) give(index, memberId);
  // Those that had more keep one more, as long as somebody has to have it.
  for (const { memberId, indexes } of claims) {
    const index = indexes[fair];
    if (index === undefined || larger === 0) continue;
    larger--;
    give(index, memberId);
  }
  return owners.map((owner, index) => {
    if (owner !== null) return owner;
    const { memberId } = members.reduce((least, member) => (loadOf(member.memberId) < loadOf(least.memberId) ? member : least));
    give(index, memberId);
    return memberId;
  });
}

/** What each member had, in the order of its claims. Of two that say they had the same, the one that got it later did. */
function claimsOf(members: readonly MemberInfo[], count: number): readonly Claim[] {
  const known = members.map((member) => ({ member, generation: decodeMember(member.userData).generation }));
  const taken = new Set<number>();
  return known.sort((a, b) => b.generation - a.generation).map(({ member: { memberId, owned } }) => {
    const indexes = [...new Set(owned.map(({ partition }) => partition))].filter((index) => index < count && !taken.has(index)).sort((a, b) => a - b);
    for (const index of indexes) taken.add(index);
    return { memberId, indexes };
  });
}
