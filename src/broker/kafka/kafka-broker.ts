import type { ConnectionOptions } from 'node:tls';
import type { Clock, Logger, Random } from '../../env/index.js';
import type { Broker, CommittedOffset, GroupMember, GroupOptions, LogReader, PlainProducer, ProducerOptions, ReaderOptions, TopicPartition, TransactionalProducer } from '../broker.js';
import { KafkaCluster } from './cluster/kafka-cluster.js';
import { canPack, type Codec } from './fetch/codecs.js';
import { KafkaReader } from './fetch/kafka-reader.js';
import { fetchCommitted } from './fetch-committed.js';
import { KafkaGroupMember, type MemberTimes } from './group/kafka-group-member.js';
import { KafkaAdmin } from './kafka-admin.js';
import { ConditionalAppender } from './produce/conditional-appender.js';
import { KafkaPlainProducer } from './produce/kafka-plain-producer.js';
import { KafkaTransactionalProducer } from './produce/kafka-transactional-producer.js';
import { TopicLimits } from './topic-limits.js';
import { KafkajsTransport } from './wire/kafkajs-transport.js';
import type { Endpoint, SaslCredentials, WireTransport } from './wire/wire-transport.js';

export interface KafkaBrokerOptions {
  readonly bootstrap: readonly Endpoint[];
  readonly clientId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly tls: ConnectionOptions | null;
  readonly sasl: SaslCredentials | null;
  readonly requestTimeoutMs: number;
  readonly deliveryTimeoutMs: number;
  /** Of written batches; of what cannot be written here, none. */
  readonly compression: Codec;
  readonly member: MemberTimes;
  /** Members keep their share over a restart shorter than the session timeout. */
  readonly staticMembers: boolean;
  /** Of new topics that do not say how many; default: as the brokers do it. */
  readonly replicas?: number;
  /** Instead of sockets by kafkajs. */
  readonly transport?: WireTransport;
}

/** After so long the broker ends an append whose server is gone. */
const APPEND_TIMEOUT_MS = 30_000;

/** Apache Kafka, and what speaks its protocol. */
export class KafkaBroker implements Broker {
  readonly kind = 'kafka';
  readonly singleMember = false;
  readonly admin: KafkaAdmin;
  private readonly limits = new TopicLimits();
  private readonly readers = new Set<LogReader>();
  private readonly instances = new Map<string, Set<string>>();
  private readonly appender: ConditionalAppender;
  private readonly codec: Codec;
  private laneNumber = 0;
  private closing: Promise<void> | null = null;

  private constructor(
    private readonly cluster: KafkaCluster,
    private readonly options: KafkaBrokerOptions,
  ) {
    this.admin = new KafkaAdmin(cluster, this.limits, (groupId) => [...(this.instances.get(groupId) ?? [])], options.replicas ?? null);
    this.codec = canPack(options.compression) ? options.compression : 'none';
    if (this.codec !== options.compression) options.logger.warn(`compression.type ${options.compression} cannot be written here; batches are not compressed`);
    this.appender = new ConditionalAppender(
      cluster,
      (transactionalId) => this.openTransactionalProducer({ transactionalId, timeoutMs: APPEND_TIMEOUT_MS }),
      () => this.openReader({ isolation: 'read_committed', lane: 'main', owner: 'append' }),
    );
  }

  /** Rejects when the cluster cannot be reached, or refuses this client. */
  static async connect(options: KafkaBrokerOptions): Promise<KafkaBroker> {
    const { clientId, clock, random, logger, tls, sasl, requestTimeoutMs, deliveryTimeoutMs, bootstrap } = options;
    const transport = options.transport ?? new KafkajsTransport({ clientId, clock, logger, tls, sasl, requestTimeoutMs });
    const cluster = new KafkaCluster({ transport, bootstrap, clock, random, logger, requestTimeoutMs, deliveryTimeoutMs });
    try {
      await cluster.connect();
    } catch (error) {
      await cluster.close();
      throw error;
    }
    return new KafkaBroker(cluster, options);
  }

  /** Why it does not get on, for people; null: it does. */
  trouble(): string | null {
    return this.cluster.trouble;
  }

  /** Its sockets. */
  get transport(): WireTransport {
    return this.cluster.options.transport;
  }

  openReader(options: ReaderOptions): LogReader {
    this.cluster.checkOpen();
    const reader = new KafkaReader(this.cluster, options, this.lane('fetch'), (closed) => this.readers.delete(closed));
    this.readers.add(reader);
    return reader;
  }

  openGroup(options: GroupOptions): GroupMember {
    const { groupId, instanceId } = options;
    if (instanceId !== null) this.instances.set(groupId, (this.instances.get(groupId) ?? new Set()).add(instanceId));
    return new KafkaGroupMember(this.cluster, options, this.options.member, this.lane('group'), this.options.staticMembers);
  }

  fetchCommitted(groupId: string, partitions: readonly TopicPartition[]): Promise<readonly (CommittedOffset | null)[]> {
    return fetchCommitted(this.cluster, groupId, partitions);
  }

  openTransactionalProducer({ transactionalId, timeoutMs, guarantee = 'exactly_once' }: ProducerOptions): Promise<TransactionalProducer> {
    return KafkaTransactionalProducer.open({ cluster: this.cluster, transactionalId, timeoutMs, guarantee, codec: this.codec, maxBatchBytes: (topic) => this.limits.of(topic) });
  }

  openProducer(): Promise<PlainProducer> {
    this.cluster.checkOpen();
    return Promise.resolve(new KafkaPlainProducer({ cluster: this.cluster, codec: this.codec, maxBatchBytes: (topic) => this.limits.of(topic), appender: this.appender }));
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    for (const reader of Array.from(this.readers)) await reader.close();
    await this.cluster.close();
  }

  private lane(kind: string): string {
    return `${kind}-${++this.laneNumber}`;
  }
}
