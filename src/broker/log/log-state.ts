import { BrokerError } from '../../errors/index.js';
import type { CommittedOffset, TopicPartition } from '../broker.js';
import type { LogFact } from './log-storage.js';
import { EMPTY_HEAD, PartitionLog, type PartitionHead, type TopicState } from './partition-log.js';

interface GroupOffset extends TopicPartition, CommittedOffset {}

/** Everything a log broker knows besides the batches. Changed only when a write has become durable. */
export class LogState {
  readonly topics = new Map<string, TopicState>();
  /** Why appends are refused for want of room: the last one that was. Null again when one has been taken. */
  full: string | null = null;
  /** Group → `partition/topic` → offset. */
  readonly groups = new Map<string, Map<string, GroupOffset>>();
  /** Newest epoch by transactional id: older producers are fenced. */
  readonly epochs = new Map<string, number>();
  /** Deleted topics whose batches are still stored: number → partition count. */
  readonly doomed = new Map<number, number>();
  clusterId = '';
  nextTopicNumber = 1;
  bytes = 0;

  static from(facts: readonly LogFact[]): LogState {
    const state = new LogState();
    const heads = new Map<string, PartitionHead>();
    for (const fact of facts) if (fact.kind === 'partition') heads.set(`${fact.topicNumber}/${fact.partition}`, fact);
    for (const fact of facts) state.apply(fact, heads);
    return state;
  }

  private apply(fact: LogFact, heads: ReadonlyMap<string, PartitionHead>): void {
    switch (fact.kind) {
      case 'topic':
        this.topics.set(fact.name, topicState(fact, heads));
        for (let p = 0; p < fact.partitions; p++) this.bytes += heads.get(`${fact.number}/${p}`)?.bytes ?? 0;
        break;
      case 'offset':
        this.setOffset(fact.group, fact);
        break;
      case 'epoch':
        this.epochs.set(fact.transactionalId, fact.epoch);
        break;
      case 'doomed':
        this.doomed.set(fact.topicNumber, fact.partitions);
        break;
      case 'cluster':
        this.clusterId = fact.id;
        this.nextTopicNumber = fact.nextTopicNumber;
        break;
      case 'partition':
        break;
    }
  }

  log(topic: string, partition: number): PartitionLog {
    const log = this.topics.get(topic)?.logs[partition];
    if (log !== undefined) return log;
    const what = this.topics.has(topic) ? `Topic ${topic} has no partition ${partition}` : `Topic ${topic} does not exist`;
    throw new BrokerError(what, { retriable: false, code: 'UNKNOWN_TOPIC', outcome: 'abortable' });
  }

  setOffset(group: string, offset: GroupOffset): void {
    let offsets = this.groups.get(group);
    if (offsets === undefined) {
      offsets = new Map();
      this.groups.set(group, offsets);
    }
    offsets.set(`${offset.partition}/${offset.topic}`, { topic: offset.topic, partition: offset.partition, offset: offset.offset, metadata: offset.metadata });
  }

  offset(group: string, partition: TopicPartition): CommittedOffset | null {
    const found = this.groups.get(group)?.get(`${partition.partition}/${partition.topic}`);
    return found === undefined ? null : { offset: found.offset, metadata: found.metadata };
  }
}

export function topicState(fact: LogFact & { kind: 'topic' }, heads: ReadonlyMap<string, PartitionHead>): TopicState {
  const { number, name } = fact;
  return {
    name,
    id: fact.id,
    number,
    replicas: fact.replicas,
    internal: name.startsWith('__'),
    configs: Object.freeze(Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(fact.configs))), // A null-prototype record of strings: config names are never inherited.
    logs: Array.from({ length: fact.partitions }, (_, p) => new PartitionLog(name, number, p, heads.get(`${number}/${p}`) ?? EMPTY_HEAD)),
  };
}
