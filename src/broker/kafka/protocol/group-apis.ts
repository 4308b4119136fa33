import type { GroupMetadata, OffsetCommit, TopicPartition } from '../../broker.js';
import { readByTopic, writeByTopic, type Api, type Throttled } from './api.js';

interface OfMember {
  readonly groupId: string;
  readonly generation: number;
  readonly memberId: string;
  readonly instanceId: string | null;
}

export interface JoinRequest extends Omit<OfMember, 'generation'> {
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly protocol: string;
  readonly metadata: Buffer;
}
export interface JoinAnswer extends Throttled {
  readonly error: number;
  readonly generation: number;
  readonly leader: string;
  readonly memberId: string;
  /** Empty except for the leader. */
  readonly members: readonly { readonly memberId: string; readonly metadata: Buffer }[];
}

export const JOIN_GROUP: Api<JoinRequest, JoinAnswer> = {
  key: 11,
  name: 'JoinGroup',
  versions: [5, 5],
  flexibleFrom: 6,
  encode(writer, request) {
    writer.string(request.groupId);
    writer.int32(request.sessionTimeoutMs);
    writer.int32(request.rebalanceTimeoutMs);
    writer.string(request.memberId);
    writer.string(request.instanceId);
    writer.string('consumer');
    writer.array([request], ({ protocol, metadata }) => {
      writer.string(protocol);
      writer.bytes(metadata);
    });
  },
  decode(reader) {
    const head = { throttleMs: reader.int32(), error: reader.int16(), generation: reader.int32() };
    reader.string();
    const leader = reader.text();
    const memberId = reader.text();
    const members = reader.array(() => {
      const member = reader.text();
      reader.string();
      return { memberId: member, metadata: reader.bytes() ?? Buffer.alloc(0) };
    });
    return { ...head, leader, memberId, members };
  },
};

export interface SyncAnswer extends Throttled {
  readonly error: number;
  readonly assignment: Buffer;
}

export const SYNC_GROUP: Api<OfMember & { readonly assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[] }, SyncAnswer> = {
  key: 14,
  name: 'SyncGroup',
  versions: [3, 3],
  flexibleFrom: 4,
  encode(writer, { groupId, generation, memberId, instanceId, assignments }) {
    writer.string(groupId);
    writer.int32(generation);
    writer.string(memberId);
    writer.string(instanceId);
    writer.array(assignments, (each) => {
      writer.string(each.memberId);
      writer.bytes(each.assignment);
    });
  },
  decode: (reader) => ({ throttleMs: reader.int32(), error: reader.int16(), assignment: reader.bytes() ?? Buffer.alloc(0) }),
};

export const HEARTBEAT: Api<OfMember, Throttled & { readonly error: number }> = {
  key: 12,
  name: 'Heartbeat',
  versions: [3, 3],
  flexibleFrom: 4,
  encode(writer, { groupId, generation, memberId, instanceId }) {
    writer.string(groupId);
    writer.int32(generation);
    writer.string(memberId);
    writer.string(instanceId);
  },
  decode: (reader) => ({ throttleMs: reader.int32(), error: reader.int16() }),
};

export const LEAVE_GROUP: Api<{ readonly groupId: string; readonly memberId: string; readonly instanceId: string | null }, Throttled & { readonly error: number }> = {
  key: 13,
  name: 'LeaveGroup',
  versions: [3, 3],
  flexibleFrom: 4,
  encode(writer, request) {
    writer.string(request.groupId);
    writer.array([request], ({ memberId, instanceId }) => {
      writer.string(memberId);
      writer.string(instanceId);
    });
  },
  decode: (reader) => ({ throttleMs: reader.int32(), error: reader.int16() }),
};

/** Outside transactions. */
export const OFFSET_COMMIT: Api<{ readonly group: GroupMetadata; readonly offsets: readonly OffsetCommit[] }, Throttled & { readonly partitions: readonly (TopicPartition & { readonly error: number })[] }> = {
  key: 8,
  name: 'OffsetCommit',
  versions: [7, 8],
  flexibleFrom: 8,
  encode(writer, { group, offsets }) {
    writer.string(group.groupId);
    writer.int32(group.generation);
    writer.string(group.memberId);
    writer.string(group.instanceId);
    writeByTopic(writer, offsets, ({ partition, offset, metadata }) => {
      writer.int32(partition);
      writer.int64(offset);
      writer.int32(-1);
      writer.string(metadata);
      writer.end();
    });
    writer.end();
  },
  decode(reader) {
    const throttleMs = reader.int32();
    const partitions = readByTopic(reader, (topic) => {
      const partition = { topic, partition: reader.int32(), error: reader.int16() };
      reader.end();
      return partition;
    });
    return { throttleMs, partitions };
  },
};

export interface FetchedOffset extends TopicPartition {
  readonly error: number;
  /** −1: none. */
  readonly offset: number;
  readonly metadata: string;
}

/** Asks for stable offsets: those of an unfinished transaction are an error of their partition, not an old answer. */
export const OFFSET_FETCH: Api<{ readonly groupId: string; readonly partitions: readonly TopicPartition[] }, Throttled & { readonly error: number; readonly partitions: readonly FetchedOffset[] }> = {
  key: 9,
  name: 'OffsetFetch',
  versions: [7, 7],
  flexibleFrom: 6,
  encode(writer, { groupId, partitions }) {
    writer.string(groupId);
    writeByTopic(writer, partitions, ({ partition }) => writer.int32(partition));
    writer.boolean(true);
    writer.end();
  },
  decode(reader) {
    const throttleMs = reader.int32();
    const partitions = readByTopic(reader, (topic): FetchedOffset => {
      const partition = reader.int32();
      const offset = reader.int64();
      reader.int32();
      const metadata = reader.text();
      const error = reader.int16();
      reader.end();
      return { topic, partition, offset, metadata, error };
    });
    return { throttleMs, partitions, error: reader.int16() };
  },
};

export const LIST_GROUPS: Api<object, Throttled & { readonly error: number; readonly groups: readonly string[] }> = {
  key: 16,
  name: 'ListGroups',
  versions: [1, 2],
  flexibleFrom: 3,
  encode: () => undefined,
  decode(reader) {
    const head = { throttleMs: reader.int32(), error: reader.int16() };
    const groups = reader.array(() => {
      const group = reader.text();
      reader.string();
      return group;
    });
    return { ...head, groups };
  },
};

export const DELETE_GROUPS: Api<{ readonly groups: readonly string[] }, Throttled & { readonly results: readonly { readonly group: string; readonly error: number }[] }> = {
  key: 42,
  name: 'DeleteGroups',
  versions: [0, 1],
  flexibleFrom: 2,
  encode: (writer, { groups }) => writer.array(groups, (group) => writer.string(group)),
  decode: (reader) => ({ throttleMs: reader.int32(), results: reader.array(() => ({ group: reader.text(), error: reader.int16() })) }),
};
