import type { MemberInfo, TopicPartition } from '../../broker.js';
import { byTopic, readByTopic } from '../protocol/api.js';
import { WireReader } from '../wire/wire-reader.js';
import { WireWriter } from '../wire/wire-writer.js';

/** Kafka's layout of what consumers tell each other (ConsumerProtocol version 1); brokers look into it, so it must be whole. */
const VERSION = 1;

export interface Subscription {
  readonly topics: readonly string[];
  readonly userData: Uint8Array;
  readonly owned: readonly TopicPartition[];
}
export interface MemberAssignment {
  readonly partitions: readonly TopicPartition[];
  readonly userData: Uint8Array;
}

export function encodeSubscription({ topics, userData, owned }: Subscription): Buffer {
  const writer = new WireWriter(false);
  writer.int16(VERSION);
  writer.array(topics, (topic) => writer.string(topic));
  writer.bytes(userData);
  writePartitions(writer, owned);
  return writer.finish();
}

export function decodeSubscription(memberId: string, bytes: Buffer): MemberInfo {
  const reader = new WireReader(bytes, false);
  const version = reader.int16();
  const topics = reader.array(() => reader.text());
  const userData = Buffer.from(reader.bytes() ?? Buffer.alloc(0));
  return { memberId, topics, userData, owned: version >= 1 ? readPartitions(reader) : [] };
}

export function encodeAssignment({ partitions, userData }: MemberAssignment): Buffer {
  const writer = new WireWriter(false);
  writer.int16(VERSION);
  writePartitions(writer, partitions);
  writer.bytes(userData);
  return writer.finish();
}

/** A member that the leader forgot has an empty assignment. */
export function decodeAssignment(bytes: Buffer): MemberAssignment {
  if (bytes.length === 0) return { partitions: [], userData: new Uint8Array(0) };
  const reader = new WireReader(bytes, false);
  reader.int16();
  const partitions = readPartitions(reader);
  return { partitions, userData: Buffer.from(reader.bytes() ?? Buffer.alloc(0)) };
}

function writePartitions(writer: WireWriter, partitions: readonly TopicPartition[]): void {
  writer.array(byTopic(partitions), ({ topic, items }) => {
    writer.string(topic);
    writer.array(items, ({ partition }) => writer.int32(partition));
  });
}

function readPartitions(reader: WireReader): TopicPartition[] {
  return readByTopic(reader, (topic) => ({ topic, partition: reader.int32() }));
}
