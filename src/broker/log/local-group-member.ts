import type { Assignment, GroupMember, GroupMetadata, GroupOptions, TopicPartition } from '../broker.js';

/** Partition counts of those topics that exist. */
export type PartitionCounts = (topics: readonly string[]) => ReadonlyMap<string, number> | Promise<ReadonlyMap<string, number>>;

/** The one member there is: it gets what its own `assign` gives it. */
export function soleMember(options: GroupOptions, countsOf: PartitionCounts): GroupMember {
  return new SoleMember(options, countsOf);
}

class SoleMember implements GroupMember {
  private generation = 0;
  private partitions: readonly TopicPartition[] = [];

  constructor(
    private readonly options: GroupOptions,
    private readonly countsOf: PartitionCounts,
  ) {}

  async join(): Promise<void> {
    const { options } = this;
    if (this.partitions.length > 0) await options.onRevoked(this.partitions, 'revoked');
    const { topics, userData, owned } = options.subscription();
    const counts = this.countsOf(topics);
    // Where the counts are at hand nothing is awaited.
    const partitionsOf = counts instanceof Promise ? await counts : counts;
    const { memberId } = this.metadata();
    const assigned = options.assign([{ memberId, topics, userData, owned }], partitionsOf).get(memberId);
    this.generation += 1;
    this.partitions = assigned?.partitions ?? [];
    const assignment: Assignment = {
      generation: this.generation,
      memberId,
      partitions: this.partitions,
      userData: assigned?.userData ?? new Uint8Array(0),
    };
    await options.onAssigned(assignment);
  }

  async leave(): Promise<void> {
    const { partitions } = this;
    this.partitions = [];
    if (partitions.length > 0) await this.options.onRevoked(partitions, 'revoked');
  }

  metadata(): GroupMetadata {
    const { groupId, instanceId } = this.options;
    return { groupId, generation: this.generation, memberId: `${groupId}-1`, instanceId };
  }
}
