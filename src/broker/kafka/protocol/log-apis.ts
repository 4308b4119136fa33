import type { TopicPartition } from '../../broker.js';
import { byTopic, readByTopic, writeByTopic, type Api, type Throttled } from './api.js';

export interface FetchPartition extends TopicPartition {
  /** Hexadecimal; from version 13 on it stands for the name, so that a topic made anew is not taken for the old one. */
  readonly topicId: string;
  readonly offset: number;
  /** −1: not checked. */
  readonly leaderEpoch: number;
  /** Epoch of the last record read, −1 when unknown: lets the broker notice that the log was truncated. */
  readonly lastEpoch: number;
  readonly maxBytes: number;
}
export interface FetchRequest {
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly committedOnly: boolean;
  readonly partitions: readonly FetchPartition[];
}
export interface FetchedPartition {
  /** Name, or identity from version 13 on. */
  readonly topic: string;
  readonly partition: number;
  readonly error: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStart: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Where this replica's log and what was read part ways; null: they do not. */
  readonly divergedAt: number | null;
  readonly records: Buffer | null;
}
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

const DIVERGING_EPOCH = 0;

export const FETCH: Api<FetchRequest, Throttled & { readonly error: number; readonly partitions: readonly FetchedPartition[] }> = {
  key: 1,
  name: 'Fetch',
  versions: [11, 13],
  flexibleFrom: 12,
  encode(writer, request, version) {
    writer.int32(-1);
    writer.int32(request.maxWaitMs);
    writer.int32(1);
    writer.int32(request.maxBytes);
    writer.int8(request.committedOnly ? 1 : 0);
    // No fetch session: every request names its partitions.
    writer.int32(0);
    writer.int32(-1);
    writer.array(byTopic(request.partitions), ({ topic, items }) => {
      if (version >= 13) writer.raw(Buffer.from(items[0]?.topicId ?? '', 'hex'));
      else writer.string(topic);
      writer.array(items, ({ partition, offset, leaderEpoch, lastEpoch, maxBytes }) => {
        writer.int32(partition);
        writer.int32(leaderEpoch);
        writer.int64(offset);
        if (version >= 12) writer.int32(lastEpoch);
        writer.int64(-1);
        writer.int32(maxBytes);
        writer.end();
      });
      writer.end();
    });
    writer.array<never>([], () => undefined);
    writer.string('');
    writer.end();
  },
  decode(reader, version) {
    const throttleMs = reader.int32();
    const error = reader.int16();
    reader.int32();
    const readPartition = (topic: string): FetchedPartition => {
      const head = { partition: reader.int32(), error: reader.int16(), highWatermark: reader.int64(), lastStableOffset: reader.int64(), logStart: reader.int64() };
      const aborted = reader.array((): AbortedTransaction => {
        const transaction = { producerId: reader.int64(), firstOffset: reader.int64() };
        reader.end();
        return transaction;
      });
      reader.int32();
      const records = reader.bytes();
      let divergedAt: number | null = null;
      reader.end((tag, field) => {
        if (tag !== DIVERGING_EPOCH) return;
        field.int32();
        divergedAt = field.int64();
      });
      return { topic, ...head, aborted, records, divergedAt };
    };
    const partitions = reader.array(() => {
      const topic = version >= 13 ? reader.raw(16).toString('hex') : reader.text();
      const each = reader.array(() => readPartition(topic));
      reader.end();
      return each;
    });
    return { throttleMs, error, partitions: partitions.flat() };
  },
};

export const EARLIEST = -2;
export const LATEST = -1;

export interface ListedOffset extends TopicPartition {
  readonly error: number;
  readonly offset: number;
}
export interface OffsetQuery extends TopicPartition {
  readonly leaderEpoch: number;
  /** EARLIEST, LATEST or epoch milliseconds. */
  readonly timestamp: number;
}

export const LIST_OFFSETS: Api<{ readonly committedOnly: boolean; readonly partitions: readonly OffsetQuery[] }, Throttled & { readonly partitions: readonly ListedOffset[] }> = {
  key: 2,
  name: 'ListOffsets',
  versions: [4, 7],
  flexibleFrom: 6,
  encode(writer, { committedOnly, partitions }) {
    writer.int32(-1);
    writer.int8(committedOnly ? 1 : 0);
    writeByTopic(writer, partitions, ({ partition, leaderEpoch, timestamp }) => {
      writer.int32(partition);
      writer.int32(leaderEpoch);
      writer.int64(timestamp);
      writer.end();
    });
    writer.end();
  },
  decode(reader) {
    const throttleMs = reader.int32();
    const partitions = readByTopic(reader, (topic): ListedOffset => {
      const partition = reader.int32();
      const error = reader.int16();
      reader.int64();
      const offset = reader.int64();
      reader.int32();
      reader.end();
      return { topic, partition, error, offset };
    });
    return { throttleMs, partitions };
  },
};

export interface ProducePartition extends TopicPartition {
  /** One record batch. */
  readonly batch: Buffer;
}
export interface ProducedPartition extends TopicPartition {
  readonly error: number;
  readonly baseOffset: number;
  readonly message: string | null;
}

/** From version 12 on, a transactional batch adds its partition to the transaction where the cluster has transactions version 2. */
export const PRODUCE: Api<{ readonly transactionalId: string | null; readonly timeoutMs: number; readonly partitions: readonly ProducePartition[] }, Throttled & { readonly partitions: readonly ProducedPartition[] }> = {
  key: 0,
  name: 'Produce',
  versions: [8, 12],
  flexibleFrom: 9,
  encode(writer, { transactionalId, timeoutMs, partitions }) {
    writer.string(transactionalId);
    writer.int16(-1);
    writer.int32(timeoutMs);
    writeByTopic(writer, partitions, ({ partition, batch }) => {
      writer.int32(partition);
      writer.bytes(batch);
      writer.end();
    });
    writer.end();
  },
  decode(reader) {
    const partitions = readByTopic(reader, (topic): ProducedPartition => {
      const partition = reader.int32();
      const error = reader.int16();
      const baseOffset = reader.int64();
      reader.int64();
      reader.int64();
      const recordErrors = reader.array(() => {
        reader.int32();
        const message = reader.string();
        reader.end();
        return message;
      });
      const message = reader.string();
      reader.end();
      return { topic, partition, error, baseOffset, message: message ?? recordErrors[0] ?? null };
    });
    return { throttleMs: reader.int32(), partitions };
  },
};
