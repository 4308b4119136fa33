import { setMaxListeners } from 'node:events';
import type { Clock, Logger, Random } from '../../../env/index.js';
import { BrokerError, present } from '../../../errors/index.js';
import type { TopicPartition } from '../../broker.js';
import type { Api, Throttled } from '../protocol/api.js';
import { FIND_COORDINATOR, METADATA, type MetadataAnswer, type TopicMetadata } from '../protocol/cluster-apis.js';
import { actionOf, kafkaError, KAFKA } from '../protocol/error-codes.js';
import { WireReader } from '../wire/wire-reader.js';
import { WireWriter } from '../wire/wire-writer.js';
import { AuthenticationFailure, ConnectionFailure, type ConnectionVersions, type Endpoint, type WireTransport } from '../wire/wire-transport.js';

export interface ClusterOptions {
  readonly transport: WireTransport;
  readonly bootstrap: readonly Endpoint[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly requestTimeoutMs: number;
  /** How long a request is tried again before its caller hears of it. */
  readonly deliveryTimeoutMs: number;
}

export interface Leader {
  readonly node: number;
  readonly epoch: number;
}
export interface CallOptions {
  readonly lane: string;
  /** Added to the request timeout: what the broker may wait by itself. */
  readonly waitMs?: number;
  readonly maxVersion?: number;
}
/** Pauses between attempts: doubling from `firstMs` to `maxMs`. */
export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
}

const BACK_OFF: BackOff = { firstMs: 50, maxMs: 1000 };
const MAX_METADATA_AGE_MS = 60_000;
const SAID_AGAIN_MS = 30_000;
/** A server that starts says soon that there is no cluster. */
const CONNECT_MS = 30_000;
/** A broker that restarts is no trouble yet. */
const TROUBLE_MS = 10_000;
/** How long a server that seemed silent has for one answer before what was known last is used. */
const PATIENCE_MS = 500;
const CONTROL = 'control';

/** Where everything is: brokers, leaders, coordinators; sends requests there in a version both sides speak, and tries again when that may help. */
export class KafkaCluster {
  readonly closing = new AbortController();
  private nodes = new Map<number, Endpoint>();
  private controllerNode = -1;
  private id = '';
  private readonly topics = new Map<string, { readonly metadata: TopicMetadata; readonly atMs: number }>();
  private readonly coordinators = new Map<string, number>();
  private nextBootstrap = 0;
  private saidAtMs = -Infinity;
  /** Since when nobody has answered; null: somebody did last. */
  private silentSinceMs: number | null = null;

  constructor(readonly options: ClusterOptions) {
    // As many pauses may end early as there are producers and readers.
    setMaxListeners(0, this.closing.signal);
  }

  /** Rejects when no broker answers, or one refuses this client. */
  async connect(): Promise<void> {
    await this.retrying('Connecting to Kafka', () => this.refresh([]), { deadlineMs: Math.min(CONNECT_MS, this.options.deliveryTimeoutMs) });
  }

  /** Why statements and queries do not get on, for people; null: they do. */
  get trouble(): string | null {
    const { silentSinceMs } = this;
    const ms = silentSinceMs === null ? 0 : this.options.clock.monotonic() - silentSinceMs;
    return ms < TROUBLE_MS ? null : `Kafka has not answered for ${Math.round(ms / 1000)} seconds`;
  }

  /** The last question had no answer. */
  get isSilent(): boolean {
    return this.silentSinceMs !== null;
  }

  /** Whether a question is answered at once: silence may be over, or have been a connection that was closed on purpose. */
  answersSoon(): Promise<boolean> {
    const answered = this.allTopics().then(() => true, () => false);
    return Promise.race([answered, this.options.clock.sleep(PATIENCE_MS).then(() => false)]);
  }

  get clusterId(): string {
    return this.id;
  }

  async nodeIds(): Promise<readonly number[]> {
    await this.refresh([]);
    return [...this.nodes.keys()];
  }

  /** Finalized level of `transaction.version`: from 2 on, transactions need no separate registration of partitions. */
  async transactionVersion(): Promise<number> {
    const { features } = await this.retrying('Asking for the features of the cluster', () => this.anyVersions());
    return features.get('transaction.version') ?? 0;
  }

  /** One attempt. Rejects with ConnectionFailure when there is no answer. */
  async call<Request, Answer extends Throttled>(node: number, api: Api<Request, Answer>, request: Request, options: CallOptions): Promise<Answer> {
    const endpoint = this.nodes.get(node);
    if (endpoint === undefined) throw new ConnectionFailure(`Broker ${node} is not known`, false);
    return this.callAt(endpoint, api, request, options);
  }

  callController<Request, Answer extends Throttled>(api: Api<Request, Answer>, request: Request): Promise<Answer> {
    return this.call(this.controllerNode, api, request, { lane: CONTROL });
  }

  /** Any broker will do. */
  async callAny<Request, Answer extends Throttled>(api: Api<Request, Answer>, request: Request): Promise<Answer> {
    return this.callAt(this.anyEndpoint(), api, request, { lane: CONTROL });
  }

  /**
   * Repeats what may succeed later, with growing pauses: connections that broke, leaders that moved, brokers that start. Anything
   * else, and what lasts longer than the delivery timeout, is for the caller.
   */
  async retrying<T>(what: string, attempt: () => Promise<T>, options: { readonly backOff?: BackOff; readonly deadlineMs?: number } = {}): Promise<T> {
    const { clock } = this.options;
    const { firstMs, maxMs } = options.backOff ?? BACK_OFF;
    const deadline = clock.monotonic() + (options.deadlineMs ?? this.options.deliveryTimeoutMs);
    for (let pauseMs = firstMs; ; pauseMs = Math.min(maxMs, pauseMs * 2)) {
      this.checkOpen();
      try {
        return await attempt();
      } catch (error) {
        this.checkOpen();
        if (!mayHelp(error)) throw asBrokerError(error, what);
        if (clock.monotonic() + pauseMs > deadline) throw asBrokerError(error, what);
        this.say(what, error);
        await this.pause(pauseMs);
        if (error instanceof ConnectionFailure) await this.refresh(null).catch(() => undefined); // The next attempt will tell.
      }
    }
  }

  /** Sleeps with some jitter, so that clients do not come back together; ends early when the broker is closed. */
  async pause(ms: number): Promise<void> {
    const { clock, random } = this.options;
    await clock.sleep(ms * (0.8 + 0.4 * random.next()), this.closing.signal).catch(() => undefined);
  }

  /** Looks the topics up anew; `null`: those known, and the brokers. Topics that are gone are forgotten. */
  async refresh(topics: readonly string[] | null): Promise<MetadataAnswer> {
    const asked = topics ?? [...this.topics.keys()];
    const answer = await this.callAny(METADATA, { topics: asked });
    this.learn(answer);
    return answer;
  }

  /** Every topic there is. */
  async allTopics(): Promise<readonly TopicMetadata[]> {
    const answer = await this.callAny(METADATA, { topics: null });
    this.learn(answer);
    return answer.topics.filter((topic) => topic.error === 0);
  }

  /** What is known of a topic, not older than a minute; null: there is none of that name. */
  async topic(name: string): Promise<TopicMetadata | null> {
    const known = this.topics.get(name);
    if (known !== undefined && this.options.clock.monotonic() - known.atMs < MAX_METADATA_AGE_MS) return known.metadata;
    return this.freshTopic(name);
  }

  async freshTopic(name: string): Promise<TopicMetadata | null> {
    return this.retrying(`Looking up topic ${name}`, async () => {
      const found = (await this.refresh([name])).topics.find((topic) => topic.name === name);
      if (found === undefined || found.error === KAFKA.unknownTopic) return null;
      if (found.error !== 0) throw kafkaError(found.error, `Looking up topic ${name}`);
      return found;
    });
  }

  /** Without asking; null: not known or without leader at the moment. */
  knownLeader({ topic, partition }: TopicPartition): Leader | null {
    const found = this.topics.get(topic)?.metadata.partitions[partition];
    return found === undefined || found.leader < 0 ? null : { node: found.leader, epoch: found.leaderEpoch };
  }

  /** Makes leaders known. Rejects when a topic or partition does not exist. */
  async findLeaders(partitions: readonly TopicPartition[]): Promise<void> {
    for (const name of new Set(partitions.map(({ topic }) => topic))) {
      const topic = await this.topic(name);
      const wanted = partitions.filter((each) => each.topic === name);
      for (const { partition } of wanted) {
        if (topic === null || topic.partitions[partition] === undefined) throw unknownTopic(name, partition);
      }
    }
    const missing = partitions.filter((each) => this.knownLeader(each) === null);
    if (missing.length > 0) {
      await this.refresh([...new Set(missing.map(({ topic }) => topic))]);
      throw kafkaError(5, `Finding the leader of ${present(missing[0], 'a partition').topic}`);
    }
  }

  forgetTopics(topics: Iterable<string>): void {
    for (const topic of topics) this.topics.delete(topic);
  }

  async coordinator(kind: 'group' | 'transaction', key: string): Promise<number> {
    const known = this.coordinators.get(`${kind} ${key}`);
    if (known !== undefined && this.nodes.has(known)) return known;
    const answer = await this.callAny(FIND_COORDINATOR, { kind, key });
    if (answer.error !== 0) throw kafkaError(answer.error, `Finding the coordinator of ${key}`, answer);
    this.nodes.set(answer.node, { host: answer.host, port: answer.port });
    this.coordinators.set(`${kind} ${key}`, answer.node);
    return answer.node;
  }

  forgetCoordinator(kind: 'group' | 'transaction', key: string): void {
    this.coordinators.delete(`${kind} ${key}`);
  }

  /** One attempt at a coordinator; `errorOf` takes the answer's error code, and a moved coordinator is forgotten. */
  async callCoordinator<Request, Answer extends Throttled>(
    target: { readonly kind: 'group' | 'transaction'; readonly key: string },
    api: Api<Request, Answer>,
    request: Request,
    options: CallOptions & { readonly errorOf: (answer: Answer) => number },
  ): Promise<Answer> {
    try {
      const node = await this.coordinator(target.kind, target.key);
      const answer = await this.call(node, api, request, options);
      const error = options.errorOf(answer);
      if (error !== 0 && actionOf(error) === 'refresh') this.forgetCoordinator(target.kind, target.key);
      return answer;
    } catch (error) {
      if (error instanceof ConnectionFailure) this.forgetCoordinator(target.kind, target.key);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.options.transport.close();
  }

  checkOpen(): void {
    if (this.closing.signal.aborted) throw new BrokerError('The broker is closed', { retriable: false, code: 'SHUTTING_DOWN' });
  }

  private async callAt<Request, Answer extends Throttled>(endpoint: Endpoint, api: Api<Request, Answer>, request: Request, options: CallOptions): Promise<Answer> {
    try {
      const answer = await this.exchange(endpoint, api, request, options);
      this.silentSinceMs = null;
      return answer;
    } catch (error) {
      if (error instanceof ConnectionFailure) this.silentSinceMs ??= this.options.clock.monotonic();
      throw error;
    }
  }

  private async exchange<Request, Answer extends Throttled>(endpoint: Endpoint, api: Api<Request, Answer>, request: Request, options: CallOptions): Promise<Answer> {
    const { transport, requestTimeoutMs } = this.options;
    const { ranges } = await transport.versions(endpoint, options.lane);
    const version = commonVersion(api, ranges.get(api.key), options.maxVersion);
    const compact = version >= api.flexibleFrom;
    const writer = new WireWriter(compact);
    api.encode(writer, request, version);
    const payload = await transport.request(endpoint, options.lane, {
      apiKey: api.key, apiName: api.name, apiVersion: version, body: writer.finish(), timeoutMs: requestTimeoutMs + (options.waitMs ?? 0),
    });
    const reader = new WireReader(payload, compact);
    reader.end();
    const answer = api.decode(reader, version);
    transport.throttle(endpoint, options.lane, answer.throttleMs);
    return answer;
  }

  private anyVersions(): Promise<ConnectionVersions> {
    return this.options.transport.versions(this.anyEndpoint(), CONTROL);
  }

  /** Known brokers and the configured addresses in turn, so that one that is down is left behind. */
  private anyEndpoint(): Endpoint {
    const all = [...this.nodes.values(), ...this.options.bootstrap];
    return present(all[this.nextBootstrap % all.length], 'an address of a broker');
  }

  private learn(answer: MetadataAnswer): void {
    const atMs = this.options.clock.monotonic();
    this.id = answer.clusterId;
    this.controllerNode = answer.controller;
    if (answer.brokers.length > 0) this.nodes = new Map(answer.brokers.map(({ node, host, port }) => [node, { host, port }]));
    for (const metadata of answer.topics) {
      const known = this.topics.get(metadata.name)?.metadata;
      if (metadata.error !== 0) this.topics.delete(metadata.name);
      else if (known === undefined || known.id !== metadata.id || !isOlder(metadata, known)) this.topics.set(metadata.name, { metadata, atMs });
    }
  }

  private say(what: string, error: unknown): void {
    if (error instanceof ConnectionFailure) this.nextBootstrap++;
    const { clock, logger } = this.options;
    if (clock.monotonic() - this.saidAtMs < SAID_AGAIN_MS) return;
    this.saidAtMs = clock.monotonic();
    logger.warn('Kafka does not answer as hoped; trying again', { what, error: error instanceof Error ? error.message : String(error) });
  }
}

/** A broker that lags behind may still name a leader of before. */
function isOlder(fresh: TopicMetadata, known: TopicMetadata): boolean {
  return fresh.partitions.some((partition, index) => partition.leaderEpoch >= 0 && partition.leaderEpoch < (known.partitions[index]?.leaderEpoch ?? -1));
}

function commonVersion(api: Api<never, Throttled>, range: readonly [number, number] | undefined, atMost: number = Infinity): number {
  const [low, high] = api.versions;
  const [min, max] = range ?? [0, -1];
  const version = Math.min(high, max, atMost);
  if (version >= low && version >= min) return version;
  const offered = range === undefined ? 'does not have it' : `speaks versions ${min} to ${max}`;
  throw new BrokerError(`The Kafka broker and this server have no common version of ${api.name}: the broker ${offered}, versions ${low} to ${high} are known here`, {
    retriable: false, hint: 'Apache Kafka 2.8 or newer is needed.',
  });
}

function mayHelp(error: unknown): boolean {
  return error instanceof ConnectionFailure || (error instanceof BrokerError && error.retriable && error.outcome === null);
}

/** Failures of the connection in words for people; other errors as they are. */
export function asBrokerError(error: unknown, what: string): Error {
  if (error instanceof AuthenticationFailure) {
    return new BrokerError(error.message, { retriable: false, code: 'UNAUTHENTICATED', hint: 'See security.protocol, sasl.mechanism, sasl.jaas.config and ssl.*.', cause: error });
  }
  if (!(error instanceof Error)) return new BrokerError(`${what} failed: ${String(error)}`, { retriable: false });
  if (!(error instanceof ConnectionFailure)) return error;
  return new BrokerError(`${what} failed: ${error.message}`, { retriable: true, cause: error });
}

export function unknownTopic(topic: string, partition: number): BrokerError {
  return new BrokerError(`Topic ${topic} (partition ${partition}) does not exist`, { retriable: false, code: 'UNKNOWN_TOPIC' });
}
