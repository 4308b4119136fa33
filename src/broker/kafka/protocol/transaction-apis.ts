import type { GroupMetadata, OffsetCommit, TopicPartition } from '../../broker.js';
import { readByTopic, writeByTopic, type Api, type Throttled } from './api.js';

export interface ProducerIdentity {
  /** −1: none yet. */
  readonly producerId: number;
  readonly epoch: number;
}
export interface InitAnswer extends Throttled, ProducerIdentity {
  readonly error: number;
}

/** With an identity, only its owner may renew it; without one, whoever asks takes over. */
export const INIT_PRODUCER_ID: Api<ProducerIdentity & { readonly transactionalId: string | null; readonly timeoutMs: number }, InitAnswer> = {
  key: 22,
  name: 'InitProducerId',
  versions: [3, 5],
  flexibleFrom: 2,
  encode(writer, { transactionalId, timeoutMs, producerId, epoch }) {
    writer.string(transactionalId);
    writer.int32(timeoutMs);
    writer.int64(producerId);
    writer.int16(epoch);
    writer.end();
  },
  decode: (reader) => ({ throttleMs: reader.int32(), error: reader.int16(), producerId: reader.int64(), epoch: reader.int16() }),
};

interface OfTransaction extends ProducerIdentity {
  readonly transactionalId: string;
}
interface PartitionError extends TopicPartition {
  readonly error: number;
}

/** Clients send at most version 3: later ones are for brokers and ask for another right. */
export const ADD_PARTITIONS: Api<OfTransaction & { readonly partitions: readonly TopicPartition[] }, Throttled & { readonly partitions: readonly PartitionError[] }> = {
  key: 24,
  name: 'AddPartitionsToTxn',
  versions: [0, 3],
  flexibleFrom: 3,
  encode(writer, { transactionalId, producerId, epoch, partitions }) {
    writer.string(transactionalId);
    writer.int64(producerId);
    writer.int16(epoch);
    writeByTopic(writer, partitions, ({ partition }) => writer.int32(partition));
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

export const ADD_OFFSETS: Api<OfTransaction & { readonly groupId: string }, Throttled & { readonly error: number }> = {
  key: 25,
  name: 'AddOffsetsToTxn',
  versions: [0, 3],
  flexibleFrom: 3,
  encode(writer, { transactionalId, producerId, epoch, groupId }) {
    writer.string(transactionalId);
    writer.int64(producerId);
    writer.int16(epoch);
    writer.string(groupId);
    writer.end();
  },
  decode: (reader) => ({ throttleMs: reader.int32(), error: reader.int16() }),
};

export interface TxnOffsetRequest extends OfTransaction {
  readonly group: GroupMetadata;
  readonly offsets: readonly OffsetCommit[];
}

/** From version 5 on it adds the group to the transaction where the cluster has transactions version 2. */
export const TXN_OFFSET_COMMIT: Api<TxnOffsetRequest, Throttled & { readonly partitions: readonly PartitionError[] }> = {
  key: 28,
  name: 'TxnOffsetCommit',
  versions: [3, 5],
  flexibleFrom: 3,
  encode(writer, { transactionalId, producerId, epoch, group, offsets }) {
    writer.string(transactionalId);
    writer.string(group.groupId);
    writer.int64(producerId);
    writer.int16(epoch);
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

export interface EndAnswer extends Throttled {
  readonly error: number;
  /** What the next transaction uses; null before version 5. */
  readonly next: ProducerIdentity | null;
}

export const END_TXN: Api<OfTransaction & { readonly commit: boolean }, EndAnswer> = {
  key: 26,
  name: 'EndTxn',
  versions: [0, 5],
  flexibleFrom: 3,
  encode(writer, { transactionalId, producerId, epoch, commit }) {
    writer.string(transactionalId);
    writer.int64(producerId);
    writer.int16(epoch);
    writer.boolean(commit);
    writer.end();
  },
  decode(reader, version) {
    const throttleMs = reader.int32();
    const error = reader.int16();
    const next = version >= 5 ? { producerId: reader.int64(), epoch: reader.int16() } : null;
    return { throttleMs, error, next };
  },
};
