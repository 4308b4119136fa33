import type { Api, Throttled } from './api.js';

export interface MetadataAnswer extends Throttled {
  readonly brokers: readonly { readonly node: number; readonly host: string; readonly port: number }[];
  readonly clusterId: string;
  readonly controller: number;
  readonly topics: readonly TopicMetadata[];
}
export interface TopicMetadata {
  readonly error: number;
  readonly name: string;
  /** Empty where brokers give none (before 2.8). */
  readonly id: string;
  readonly internal: boolean;
  readonly partitions: readonly PartitionMetadata[];
}
export interface PartitionMetadata {
  readonly error: number;
  readonly partition: number;
  /** −1: none at the moment. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly replicas: number;
}

/** Never creates topics by asking for them. `topics` null: all. */
export const METADATA: Api<{ readonly topics: readonly string[] | null }, MetadataAnswer> = {
  key: 3,
  name: 'Metadata',
  versions: [9, 12],
  flexibleFrom: 9,
  encode(writer, { topics }, version) {
    writer.array(topics, (topic) => {
      if (version >= 10) writer.raw(NO_ID);
      writer.string(topic);
      writer.end();
    });
    writer.boolean(false);
    if (version <= 10) writer.boolean(false);
    writer.boolean(false);
    writer.end();
  },
  decode(reader, version) {
    const throttleMs = reader.int32();
    const brokers = reader.array(() => {
      const broker = { node: reader.int32(), host: reader.text(), port: reader.int32() };
      reader.string();
      reader.end();
      return broker;
    });
    const clusterId = reader.text();
    const controller = reader.int32();
    const topics = reader.array((): TopicMetadata => {
      const error = reader.int16();
      const name = reader.text();
      const id = version >= 10 ? reader.raw(16).toString('hex') : '';
      const internal = reader.boolean();
      const partitions = reader.array((): PartitionMetadata => {
        const known = { error: reader.int16(), partition: reader.int32(), leader: reader.int32(), leaderEpoch: reader.int32() };
        const replicas = reader.array(() => reader.int32()).length;
        reader.array(() => reader.int32());
        reader.array(() => reader.int32());
        reader.end();
        return { ...known, replicas };
      });
      reader.int32();
      reader.end();
      return { error, name, id, internal, partitions: partitions.sort((a, b) => a.partition - b.partition) };
    });
    return { throttleMs, brokers, clusterId, controller, topics };
  },
};
const NO_ID = new Uint8Array(16);

export interface CoordinatorAnswer extends Throttled {
  readonly error: number;
  readonly message: string | null;
  readonly node: number;
  readonly host: string;
  readonly port: number;
}

export const FIND_COORDINATOR: Api<{ readonly kind: 'group' | 'transaction'; readonly key: string }, CoordinatorAnswer> = {
  key: 10,
  name: 'FindCoordinator',
  versions: [2, 3],
  flexibleFrom: 3,
  encode(writer, { kind, key }) {
    writer.string(key);
    writer.int8(kind === 'group' ? 0 : 1);
    writer.end();
  },
  decode: (reader) => ({ throttleMs: reader.int32(), error: reader.int16(), message: reader.string(), node: reader.int32(), host: reader.text(), port: reader.int32() }),
};
