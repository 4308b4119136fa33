import { BrokerError } from '../../errors/index.js';
import type { BrokerAdmin, Isolation, NewTopic, TopicDescription, TopicPartition } from '../broker.js';
import { listOffsets } from './cluster/list-offsets.js';
import type { KafkaCluster } from './cluster/kafka-cluster.js';
import type { TopicMetadata } from './protocol/cluster-apis.js';
import { actionOf, kafkaError, KAFKA } from './protocol/error-codes.js';
import { DELETE_GROUPS, LEAVE_GROUP, LIST_GROUPS } from './protocol/group-apis.js';
import { EARLIEST, LATEST } from './protocol/log-apis.js';
import { CREATE_TOPICS, DELETE_RECORDS, DELETE_TOPICS, DESCRIBE_CONFIGS, INCREMENTAL_ALTER_CONFIGS, type ConfigChange, type TopicConfigs } from './protocol/topic-apis.js';
import type { TopicLimits } from './topic-limits.js';

const LEGAL_NAME = /^[A-Za-z0-9._-]{1,249}$/;
const INTERNAL_TOPICS: ReadonlySet<string> = new Set(['__consumer_offsets', '__transaction_state']);
const TIMEOUT_MS = 30_000;
/** A member that has just left may still be counted. */
const GROUP_DEADLINE_MS = 15_000;
const NON_EMPTY_GROUP = 68;

export class KafkaAdmin implements BrokerAdmin {
  private lastTopics: readonly TopicDescription[] | null = null;

  constructor(
    private readonly cluster: KafkaCluster,
    private readonly limits: TopicLimits,
    /** Instances that this server has in a group. */
    private readonly instancesOf: (groupId: string) => readonly string[],
    /** Of topics that do not say; null: as the brokers do it. */
    private readonly replicas: number | null,
  ) {}

  async createTopic(asked: NewTopic): Promise<boolean> {
    const topic: NewTopic = asked.replicas === undefined && this.replicas !== null ? { ...asked, replicas: this.replicas } : asked;
    checkName(topic.name);
    if (!Number.isInteger(topic.partitions) || topic.partitions < 1) {
      throw new BrokerError(`Topic ${topic.name} needs at least one partition`, { retriable: false });
    }
    const created = await this.cluster.retrying(`Creating topic ${topic.name}`, async () => {
      const answer = await this.cluster.callController(CREATE_TOPICS, { topic, timeoutMs: TIMEOUT_MS });
      const { error = -1, message = null } = answer.results[0] ?? {};
      if (error === KAFKA.topicExists) return false;
      if (error !== 0) throw await this.refusal(error, `Creating topic ${topic.name}`, message);
      return true;
    });
    const metadata = await this.whenLed(topic.name);
    if (!created && metadata.partitions.length !== topic.partitions) {
      throw new BrokerError(`Topic ${topic.name} exists with ${metadata.partitions.length} partition(s), not ${topic.partitions}`, { retriable: false });
    }
    await this.configsOf([topic.name]);
    return created;
  }

  async deleteTopic(name: string): Promise<boolean> {
    const deleted = await this.cluster.retrying(`Deleting topic ${name}`, async () => {
      const answer = await this.cluster.callController(DELETE_TOPICS, { topics: [name], timeoutMs: TIMEOUT_MS });
      const error = answer.results[0]?.error ?? -1;
      if (error === KAFKA.unknownTopic) return false;
      if (error !== 0) throw await this.refusal(error, `Deleting topic ${name}`, null);
      return true;
    });
    // Brokers learn of it one after another.
    if (deleted) {
      await this.cluster.retrying(`Deleting topic ${name}`, async () => {
        if ((await this.cluster.freshTopic(name)) !== null) throw new BrokerError(`Topic ${name} is still there`, { retriable: true });
      });
    }
    this.cluster.forgetTopics([name]);
    this.limits.forget(name);
    return deleted;
  }

  async describeTopic(name: string): Promise<TopicDescription | null> {
    const metadata = await this.cluster.freshTopic(name);
    if (metadata === null) return null;
    const configs = await this.configsOf([name]);
    return describe(metadata, configs.get(name));
  }

  /** While nobody answers, what was there last: committed rows can still be asked for. Who wants to change something fails later. */
  async listTopics(): Promise<readonly TopicDescription[]> {
    const { lastTopics } = this;
    // A connection that was closed on purpose looks like silence too: whether it is one, a question shows.
    if (lastTopics !== null && this.cluster.isSilent && !(await this.cluster.answersSoon())) return lastTopics;
    this.lastTopics = await this.freshTopics();
    return this.lastTopics;
  }

  private async freshTopics(): Promise<readonly TopicDescription[]> {
    const all = await this.cluster.retrying('Listing topics', () => this.cluster.allTopics());
    const topics = all.filter(({ name }) => !INTERNAL_TOPICS.has(name));
    const configs = await this.configsOf(topics.map(({ name }) => name));
    return topics.map((topic) => describe(topic, configs.get(topic.name))).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async listOffsets(partitions: readonly TopicPartition[], at: 'earliest' | 'latest' | { readonly timestamp: number }, isolation: Isolation): Promise<readonly number[]> {
    const committedOnly = isolation === 'read_committed';
    // Negative times have other meanings on the wire, and nothing is older than the first record.
    const timestamp = at === 'latest' ? LATEST : at === 'earliest' || at.timestamp < 0 ? EARLIEST : at.timestamp;
    const found = await listOffsets(this.cluster, partitions.map(({ topic, partition }) => ({ topic, partition, timestamp })), committedOnly);
    const beyond = partitions.filter((_, index) => (found[index] ?? -1) < 0);
    if (beyond.length === 0) return found;
    const ends = await listOffsets(this.cluster, beyond.map(({ topic, partition }) => ({ topic, partition, timestamp: LATEST })), committedOnly);
    return found.map((offset, index) => {
      const place = partitions[index];
      return offset >= 0 || place === undefined ? offset : (ends[beyond.indexOf(place)] ?? 0);
    });
  }

  async deleteRecords(below: readonly (TopicPartition & { readonly offset: number })[]): Promise<void> {
    let open = [...below];
    await this.cluster.retrying('Deleting records', async () => {
      await this.cluster.findLeaders(open);
      for (const node of new Set(open.map((each) => this.cluster.knownLeader(each)?.node ?? -1))) {
        const mine = open.filter((each) => this.cluster.knownLeader(each)?.node === node);
        const answer = await this.cluster.call(node, DELETE_RECORDS, { below: mine, timeoutMs: TIMEOUT_MS }, { lane: 'control' });
        for (const { topic, partition, error } of answer.partitions) {
          if (actionOf(error) === 'refresh') this.cluster.forgetTopics([topic]);
          if (error !== 0) throw kafkaError(error, `Deleting records of topic ${topic} partition ${partition}`);
          open = open.filter((each) => each.topic !== topic || each.partition !== partition);
        }
      }
    });
  }

  async listGroups(): Promise<readonly string[]> {
    const groups = new Set<string>();
    await this.cluster.retrying('Listing groups', async () => {
      for (const node of await this.cluster.nodeIds()) {
        const answer = await this.cluster.call(node, LIST_GROUPS, {}, { lane: 'control' });
        if (answer.error !== 0) throw kafkaError(answer.error, 'Listing groups');
        for (const group of answer.groups) groups.add(group);
      }
    });
    return [...groups].sort();
  }

  async deleteGroup(groupId: string): Promise<void> {
    const target = { kind: 'group', key: groupId } as const;
    for (const instanceId of this.instancesOf(groupId)) {
      const request = { groupId, memberId: '', instanceId };
      await this.cluster.callCoordinator(target, LEAVE_GROUP, request, { lane: 'control', errorOf: ({ error }) => error }).catch(() => undefined); // Then it is not empty, which is said below.
    }
    await this.cluster.retrying(
      `Deleting group ${groupId}`,
      async () => {
        const answer = await this.cluster.callCoordinator(target, DELETE_GROUPS, { groups: [groupId] }, { lane: 'control', errorOf: ({ results }) => results[0]?.error ?? 0 });
        const error = answer.results[0]?.error ?? 0;
        if (error === 0 || error === KAFKA.groupNotFound) return;
        if (error === NON_EMPTY_GROUP) throw new BrokerError(`Group ${groupId} still has members`, { retriable: true });
        throw kafkaError(error, `Deleting group ${groupId}`);
      },
      { deadlineMs: GROUP_DEADLINE_MS },
    );
  }

  clusterId(): Promise<string> {
    return Promise.resolve(this.cluster.clusterId);
  }

  /** Leaves configurations that are not named as they are. */
  async configureTopic(topic: string, changes: readonly ConfigChange[]): Promise<void> {
    await this.cluster.retrying(`Configuring topic ${topic}`, async () => {
      const answer = await this.cluster.callController(INCREMENTAL_ALTER_CONFIGS, { topic, changes });
      const { error = -1, message = null } = answer.results[0] ?? {};
      if (error !== 0) throw await this.refusal(error, `Configuring topic ${topic}`, message);
    });
    await this.configsOf([topic]);
  }

  /** Looks up the controller again where that may help. */
  private async refusal(error: number, what: string, message: string | null): Promise<BrokerError> {
    if (actionOf(error) === 'refresh') await this.cluster.refresh(null);
    return kafkaError(error, what, { message });
  }

  private whenLed(name: string): Promise<TopicMetadata> {
    return this.cluster.retrying(`Creating topic ${name}`, async () => {
      const topic = await this.cluster.freshTopic(name);
      if (topic === null || topic.partitions.length === 0 || topic.partitions.some(({ leader }) => leader < 0)) {
        throw new BrokerError(`Topic ${name} has no leaders yet`, { retriable: true });
      }
      return topic;
    });
  }

  private async configsOf(names: readonly string[]): Promise<ReadonlyMap<string, TopicConfigs>> {
    if (names.length === 0) return new Map();
    const answer = await this.cluster.retrying('Describing topics', () => this.cluster.callAny(DESCRIBE_CONFIGS, { topics: names }));
    for (const { topic, configs } of answer.topics) {
      const limit = configs.find(({ name }) => name === 'max.message.bytes')?.value;
      if (limit !== undefined && limit !== null) this.limits.learn(topic, Number(limit));
    }
    return new Map(answer.topics.map((each) => [each.topic, each]));
  }
}

/** Configurations: those set for the topic itself. */
function describe({ name, id, partitions, internal }: TopicMetadata, configs: TopicConfigs | undefined): TopicDescription {
  const own = (configs?.configs ?? []).flatMap((config): [string, string][] => (config.own && config.value !== null ? [[config.name, config.value]] : []));
  return { name, id: id === '' ? name : id, partitions: partitions.length, replicas: partitions[0]?.replicas ?? 1, internal, configs: Object.fromEntries(own) };
}

function checkName(name: string): void {
  if (LEGAL_NAME.test(name) && name !== '.' && name !== '..') return;
  throw new BrokerError(`The topic name ${JSON.stringify(name)} is invalid`, {
    retriable: false,
    hint: 'Topic names have 1 to 249 ASCII letters, digits, dots, underscores and hyphens.',
  });
}
