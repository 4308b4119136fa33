import type { Assignment, GroupMember, GroupMetadata, GroupOptions, TopicPartition } from '../broker.js';
import type { LogState } from './log-state.js';

/** The one member there is: it gets what its own `assign` gives it. */
export class LocalGroupMember implements GroupMember {
  private generation = 0;
  private partitions: readonly TopicPartition[] = [];

  constructor(
    private readonly state: LogState,
    private readonly options: GroupOptions,
  ) {}

  async join(): Promise<void> {
    const { options } = this;
    if (this.partitions.length > 0) await options.onRevoked(this.partitions, 'revoked');
    const { topics, userData, owned } = options.subscription();
    const partitionsOf = new Map<string, number>();
    for (const topic of topics) {
      const found = this.state.topics.get(topic);
      if (found !== undefined) partitionsOf.set(topic, found.logs.length);
    }
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
