import type { TopicPartition } from '../../broker.js';
import type { WireReader } from '../wire/wire-reader.js';
import type { WireWriter } from '../wire/wire-writer.js';

/** One request type: the versions that are written and read here, and its bytes. */
export interface Api<Request, Answer extends Throttled> {
  readonly key: number;
  readonly name: string;
  readonly versions: readonly [min: number, max: number];
  /** First version with compact fields and tags. */
  readonly flexibleFrom: number;
  encode(writer: WireWriter, request: Request, version: number): void;
  decode(reader: WireReader, version: number): Answer;
}

export interface Throttled {
  /** The broker asks to send nothing for so long. */
  readonly throttleMs: number;
}

/** Items of one topic after another, as most requests nest them. */
export function byTopic<T extends { readonly topic: string }>(items: readonly T[]): readonly { readonly topic: string; readonly items: readonly T[] }[] {
  const topics = new Map<string, T[]>();
  for (const item of items) {
    const known = topics.get(item.topic);
    if (known === undefined) topics.set(item.topic, [item]);
    else known.push(item);
  }
  return [...topics].map(([topic, each]) => ({ topic, items: each }));
}

/** Reads `[topic [partition …]]` into one flat list. */
export function readByTopic<T>(reader: WireReader, readPartition: (topic: string) => T): T[] {
  return reader
    .array(() => {
      const topic = reader.text();
      const items = reader.array(() => readPartition(topic));
      reader.end();
      return items;
    })
    .flat();
}

export function writeByTopic<T extends { readonly topic: string }>(writer: WireWriter, items: readonly T[], writePartition: (item: T) => void): void {
  writer.array(byTopic(items), ({ topic, items: each }) => {
    writer.string(topic);
    writer.array(each, writePartition);
    writer.end();
  });
}

/** Each partition once, as brokers demand; of several with the same place the last. */
export function distinct<T extends TopicPartition>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [`${item.partition}/${item.topic}`, item])).values()];
}
