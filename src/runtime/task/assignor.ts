import type { GroupOptions, MemberInfo, TopicPartition } from '../../broker/index.js';

/**
 * Partition p of every topic goes to one member, so that the inputs of a task are never split and a stage's tasks live with those
 * they read stores of. A partition index stays with the member that owns it while the shares stay even.
 */
export const assignPartitions: GroupOptions['assign'] = (members, partitionsOf) => {
  const sorted = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const count = Math.max(0, ...partitionsOf.values());
  const owners = shareIndexes(sorted, count);
  const assignment = new Map<string, { partitions: TopicPartition[]; userData: Uint8Array }>();
  for (const member of sorted) assignment.set(member.memberId, { partitions: [], userData: new Uint8Array(0) });
  for (const [topic, partitions] of partitionsOf) {
    for (let partition = 0; partition < partitions; partition++) {
      assignment.get(owners[partition] ?? '')?.partitions.push({ topic, partition });
    }
  }
  return assignment;
};

/** The member of each partition index. */
function shareIndexes(members: readonly MemberInfo[], count: number): string[] {
  const limit = Math.ceil(count / Math.max(1, members.length));
  const load = new Map<string, number>(members.map((member) => [member.memberId, 0]));
  const owners: (string | null)[] = Array.from({ length: count }, () => null);
  for (const member of members) {
    for (const { partition } of member.owned) {
      const taken = load.get(member.memberId) ?? 0;
      if (owners[partition] !== null || taken >= limit) continue;
      owners[partition] = member.memberId;
      load.set(member.memberId, taken + 1);
    }
  }
  return owners.map((owner) => {
    if (owner !== null) return owner;
    const next = members.reduce((least, member) => ((load.get(member.memberId) ?? 0) < (load.get(least.memberId) ?? 0) ? member : least));
    load.set(next.memberId, (load.get(next.memberId) ?? 0) + 1);
    return next.memberId;
  });
}
