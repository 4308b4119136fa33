import { BrokerError } from '../../errors/index.js';
import type { BrokerAdmin, Isolation, NewTopic, TopicDescription, TopicPartition } from '../broker.js';
import { batchHeader } from '../record-batch.js';
import type { LogCore } from './log-core.js';
import { FRAME_BYTES } from './frame.js';
import type { LogFact } from './log-storage.js';
import { topicState } from './log-state.js';
import { dropStoredBatches, purgeDoomed } from './retention.js';
import type { PartitionLog, TopicState } from './partition-log.js';

type TopicFact = LogFact & { kind: 'topic' };

const LEGAL_NAME = /^[A-Za-z0-9._-]{1,249}$/;
/** Batches looked at before other work gets a turn. */
/** A topic must not take the memory of the process. */
const MAX_PARTITIONS = 100_000;
const BATCHES_PER_SLICE = 16;

export class LocalAdmin implements BrokerAdmin {
  /** Topics whose creation is on its way. */
  private readonly creating = new Map<string, TopicFact>();

  constructor(private readonly core: LogCore) {}

  async createTopic(topic: NewTopic): Promise<boolean> {
    checkName(topic.name);
    if (!Number.isInteger(topic.partitions) || topic.partitions < 1) {
      throw new BrokerError(`Topic ${topic.name} needs at least one partition`, { retriable: false });
    }
    if (topic.partitions > MAX_PARTITIONS) {
      throw new BrokerError(`Topic ${topic.name} cannot have ${topic.partitions} partitions; at most ${MAX_PARTITIONS} are allowed`, { retriable: false });
    }
    const { state, queue } = this.core;
    let mine: TopicFact | null = null;
    try {
      return await queue.submit((stage) => {
        const existing = state.topics.get(topic.name)?.logs.length ?? this.creating.get(topic.name)?.partitions;
        if (existing !== undefined) return acceptExisting(topic, existing);
        const fact = this.newTopic(topic);
        mine = fact;
        this.creating.set(topic.name, fact);
        stage.put(fact);
        stage.put({ kind: 'cluster', id: state.clusterId, nextTopicNumber: state.nextTopicNumber });
        stage.whenDurable(() => {
          state.topics.set(topic.name, topicState(fact, new Map()));
          this.creating.delete(topic.name);
        });
        return true;
      });
    } catch (error) {
      if (mine !== null) this.creating.delete(topic.name);
      throw error;
    }
  }

  async deleteTopic(name: string): Promise<boolean> {
    const { state, queue } = this.core;
    let marked: TopicState | null = null;
    try {
      const isDeleted = await queue.submit((stage) => {
        const topic = state.topics.get(name);
        if (topic === undefined || topic.logs.some((log) => log.deleted)) return false;
        marked = topic;
        // Marked before it is durable, so that nothing prepared later in the same write appends to it.
        for (const log of topic.logs) log.deleted = true;
        stage.drop(topicFact(topic));
        stage.put({ kind: 'doomed', topicNumber: topic.number, partitions: topic.logs.length });
        for (const log of topic.logs) {
          stage.drop({ kind: 'partition', topicNumber: topic.number, partition: log.partition, ...log.head });
          stage.heads.delete(log);
        }
        for (const fact of this.offsetsOf(name)) stage.drop(fact);
        stage.whenDurable(() => this.forget(topic));
        return true;
      });
      if (isDeleted) await purgeDoomed(this.core);
      return isDeleted;
    } catch (error) {
      restore(marked, state.topics.has(name));
      throw error;
    }
  }

  describeTopic(name: string): Promise<TopicDescription | null> {
    const topic = this.core.state.topics.get(name);
    return Promise.resolve(topic === undefined ? null : describe(topic));
  }

  listTopics(): Promise<readonly TopicDescription[]> {
    return Promise.resolve([...this.core.state.topics.values()].map(describe).sort((a, b) => (a.name < b.name ? -1 : 1)));
  }

  async listOffsets(
    partitions: readonly TopicPartition[],
    at: 'earliest' | 'latest' | { readonly timestamp: number },
    _isolation: Isolation,
  ): Promise<readonly number[]> {
    const offsets: number[] = [];
    for (const { topic, partition } of partitions) {
      const log = this.core.state.log(topic, partition);
      if (at === 'earliest') offsets.push(log.head.start);
      else if (at === 'latest') offsets.push(log.head.end);
      else offsets.push(await this.offsetAt(log, at.timestamp));
    }
    return offsets;
  }

  async deleteRecords(below: readonly (TopicPartition & { readonly offset: number })[]): Promise<void> {
    const { state, queue } = this.core;
    await queue.submit((stage) => {
      const logs = below.map(({ topic, partition }) => state.log(topic, partition));
      for (const [i, log] of logs.entries()) {
        const head = stage.head(log);
        const offset = below[i]?.offset ?? 0;
        if (offset > head.end) throw new BrokerError(`Topic ${log.topic} partition ${log.partition} ends at ${head.end}: cannot delete below ${offset}`, { retriable: false, code: 'OFFSET_OUT_OF_RANGE' });
      }
      for (const [i, log] of logs.entries()) {
        const head = stage.head(log);
        const start = Math.max(head.start, below[i]?.offset ?? 0);
        if (start > head.start) stage.setHead(log, { ...head, start });
      }
    });
    for (const { topic, partition } of below) {
      const log = state.topics.get(topic)?.logs[partition];
      if (log !== undefined) await dropStoredBatches(this.core, log);
    }
  }

  listGroups(): Promise<readonly string[]> {
    return Promise.resolve([...this.core.state.groups.keys()].sort());
  }

  async deleteGroup(groupId: string): Promise<void> {
    const { state, queue } = this.core;
    await queue.submit((stage) => {
      for (const offset of state.groups.get(groupId)?.values() ?? []) stage.drop({ kind: 'offset', group: groupId, ...offset });
      stage.whenDurable(() => state.groups.delete(groupId));
    });
  }

  clusterId(): Promise<string> {
    return Promise.resolve(this.core.state.clusterId);
  }

  private newTopic(topic: NewTopic): TopicFact {
    const { state, random } = this.core;
    return {
      kind: 'topic',
      number: state.nextTopicNumber++,
      name: topic.name,
      id: Buffer.from(random.bytes(16)).toString('hex'),
      partitions: topic.partitions,
      replicas: topic.replicas ?? 1,
      configs: Object.entries(topic.configs ?? {}),
    };
  }

  private forget(topic: TopicState): void {
    const { state, loader } = this.core;
    state.topics.delete(topic.name);
    state.doomed.set(topic.number, topic.logs.length);
    for (const fact of this.offsetsOf(topic.name)) state.groups.get(fact.group)?.delete(`${fact.partition}/${fact.topic}`);
    for (const log of topic.logs) {
      state.bytes -= log.head.bytes;
      log.deleted = true;
      loader.forget(log);
      log.wake();
    }
  }

  private offsetsOf(topic: string): (LogFact & { kind: 'offset' })[] {
    const facts: (LogFact & { kind: 'offset' })[] = [];
    for (const [group, offsets] of this.core.state.groups) {
      for (const offset of offsets.values()) if (offset.topic === topic) facts.push({ kind: 'offset', group, ...offset });
    }
    return facts;
  }

  /** The first offset whose record is not older; the end when there is none. Batches know their newest timestamp. */
  private async offsetAt(log: PartitionLog, timestamp: number): Promise<number> {
    let next = log.head.first;
    for (let looked = 1; next < log.head.end; looked++) {
      const found = await this.findInBatch(log, next, timestamp);
      if (found.offset !== null) return found.offset;
      next = found.next;
      if (looked % BATCHES_PER_SLICE === 0) await this.core.clock.yieldTurn();
    }
    return log.head.end;
  }

  private async findInBatch(log: PartitionLog, base: number, timestamp: number): Promise<{ readonly offset: number | null; readonly next: number }> {
    const { storage, loader } = this.core;
    // Compaction may have merged this batch into one that begins lower.
    const actual = storage.read(log, base) === null ? ((await storage.locate(log, base)) ?? base) : base;
    const framed = loader.checked(log, actual);
    const next = batchHeader.nextOffset(framed, FRAME_BYTES);
    if (batchHeader.maxTimestamp(framed, FRAME_BYTES) < timestamp || next <= log.head.start) return { offset: null, next };
    const slab = await loader.load(log, Math.max(base, log.head.start));
    for (let i = 0; i < slab.count; i++) {
      const offset = slab.offsets[i] ?? next;
      if ((slab.timestamps[i] ?? 0) >= timestamp) return { offset, next };
    }
    return { offset: null, next: slab.nextOffset };
  }
}

function restore(topic: TopicState | null, isStillThere: boolean): void {
  if (topic !== null && isStillThere) for (const log of topic.logs) log.deleted = false;
}

function checkName(name: string): void {
  if (LEGAL_NAME.test(name) && name !== '.' && name !== '..') return;
  throw new BrokerError(`The topic name ${JSON.stringify(name)} is invalid`, {
    retriable: false,
    hint: 'Topic names have 1 to 249 ASCII letters, digits, dots, underscores and hyphens.',
  });
}

function acceptExisting(topic: NewTopic, partitions: number): false {
  if (partitions === topic.partitions) return false;
  throw new BrokerError(`Topic ${topic.name} exists with ${partitions} partition(s), not ${topic.partitions}`, { retriable: false });
}

function topicFact(topic: TopicState): TopicFact {
  const { number, name, id, replicas } = topic;
  return { kind: 'topic', number, name, id, replicas, partitions: topic.logs.length, configs: Object.entries(topic.configs) };
}

function describe(topic: TopicState): TopicDescription {
  const { name, id, replicas, configs, internal } = topic;
  return { name, id, replicas, configs, internal, partitions: topic.logs.length };
}
