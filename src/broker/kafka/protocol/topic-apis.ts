import type { NewTopic, TopicPartition } from '../../broker.js';
import { readByTopic, writeByTopic, type Api, type Throttled } from './api.js';

interface TopicResult {
  readonly topic: string;
  readonly error: number;
  readonly message: string | null;
}

export const CREATE_TOPICS: Api<{ readonly topic: NewTopic; readonly timeoutMs: number }, Throttled & { readonly results: readonly TopicResult[] }> = {
  key: 19,
  name: 'CreateTopics',
  versions: [4, 4],
  flexibleFrom: 5,
  encode(writer, { topic, timeoutMs }) {
    writer.array([topic], ({ name, partitions, replicas, configs }) => {
      writer.string(name);
      writer.int32(partitions);
      // −1: as the brokers' default says.
      writer.int16(replicas ?? -1);
      writer.array<never>([], () => undefined);
      writer.array(Object.entries(configs ?? {}), ([key, value]) => {
        writer.string(key);
        writer.string(value);
      });
    });
    writer.int32(timeoutMs);
    writer.boolean(false);
  },
  decode: (reader) => ({ throttleMs: reader.int32(), results: reader.array(() => ({ topic: reader.text(), error: reader.int16(), message: reader.string() })) }),
};

export const DELETE_TOPICS: Api<{ readonly topics: readonly string[]; readonly timeoutMs: number }, Throttled & { readonly results: readonly TopicResult[] }> = {
  key: 20,
  name: 'DeleteTopics',
  versions: [1, 3],
  flexibleFrom: 4,
  encode(writer, { topics, timeoutMs }) {
    writer.array(topics, (topic) => writer.string(topic));
    writer.int32(timeoutMs);
  },
  decode: (reader) => ({ throttleMs: reader.int32(), results: reader.array(() => ({ topic: reader.text(), error: reader.int16(), message: null })) }),
};

export const DELETE_RECORDS: Api<{ readonly below: readonly (TopicPartition & { readonly offset: number })[]; readonly timeoutMs: number }, Throttled & { readonly partitions: readonly (TopicPartition & { readonly error: number })[] }> = {
  key: 21,
  name: 'DeleteRecords',
  versions: [0, 1],
  flexibleFrom: 2,
  encode(writer, { below, timeoutMs }) {
    writeByTopic(writer, below, ({ partition, offset }) => {
      writer.int32(partition);
      writer.int64(offset);
    });
    writer.int32(timeoutMs);
  },
  decode(reader) {
    const throttleMs = reader.int32();
    const partitions = readByTopic(reader, (topic) => {
      const partition = reader.int32();
      reader.int64();
      return { topic, partition, error: reader.int16() };
    });
    return { throttleMs, partitions };
  },
};

export interface TopicConfigs {
  readonly topic: string;
  readonly error: number;
  readonly message: string | null;
  readonly configs: readonly TopicConfig[];
}
export interface TopicConfig {
  readonly name: string;
  readonly value: string | null;
  /** Set for this topic, not inherited. */
  readonly own: boolean;
}

const TOPIC_RESOURCE = 2;
const TOPIC_SOURCE = 1;

export const DESCRIBE_CONFIGS: Api<{ readonly topics: readonly string[] }, Throttled & { readonly topics: readonly TopicConfigs[] }> = {
  key: 32,
  name: 'DescribeConfigs',
  versions: [1, 2],
  flexibleFrom: 4,
  encode(writer, { topics }) {
    writer.array(topics, (topic) => {
      writer.int8(TOPIC_RESOURCE);
      writer.string(topic);
      writer.array<string>(null, (name) => writer.string(name));
    });
    writer.boolean(false);
  },
  decode(reader) {
    const throttleMs = reader.int32();
    const topics = reader.array((): TopicConfigs => {
      const error = reader.int16();
      const message = reader.string();
      reader.int8();
      const topic = reader.text();
      const configs = reader.array((): TopicConfig => {
        const config = { name: reader.text(), value: reader.string() };
        reader.boolean();
        const own = reader.int8() === TOPIC_SOURCE;
        reader.boolean();
        reader.array(() => [reader.string(), reader.string(), reader.int8()]);
        return { ...config, own };
      });
      return { topic, error, message, configs };
    });
    return { throttleMs, topics };
  },
};

/** Null: no value of the topic's own. */
export interface ConfigChange {
  readonly name: string;
  readonly value: string | null;
}
const SET = 0;
const UNSET = 1;

export const INCREMENTAL_ALTER_CONFIGS: Api<{ readonly topic: string; readonly changes: readonly ConfigChange[] }, Throttled & { readonly results: readonly TopicResult[] }> = {
  key: 44,
  name: 'IncrementalAlterConfigs',
  versions: [0, 0],
  flexibleFrom: 1,
  encode(writer, { topic, changes }) {
    writer.array([topic], (name) => {
      writer.int8(TOPIC_RESOURCE);
      writer.string(name);
      writer.array(changes, (change) => {
        writer.string(change.name);
        writer.int8(change.value === null ? UNSET : SET);
        writer.string(change.value);
      });
    });
    writer.boolean(false);
  },
  decode(reader) {
    const throttleMs = reader.int32();
    const results = reader.array((): TopicResult => {
      const error = reader.int16();
      const message = reader.string();
      reader.int8();
      return { topic: reader.text(), error, message };
    });
    return { throttleMs, results };
  },
};
