import { BrokerError } from '../../../errors/index.js';
import type { GroupMember, GroupMetadata, GroupOptions, TopicPartition } from '../../broker.js';
import { asBrokerError, type KafkaCluster } from '../cluster/kafka-cluster.js';
import { actionOf, kafkaError, KAFKA } from '../protocol/error-codes.js';
import { HEARTBEAT, JOIN_GROUP, LEAVE_GROUP, SYNC_GROUP, type JoinAnswer } from '../protocol/group-apis.js';
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from './consumer-protocol.js';

/** What servers of this kind speak among each other; members of another kind are refused by the broker. */
const PROTOCOL = 'millrace-1';
const RETRY_MS = 200;
const AFTER_REFUSAL_MS = 5000;

export interface MemberTimes {
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  /** How long the others wait for a member to give its partitions back. */
  readonly rebalanceTimeoutMs: number;
}

/** How a spell of membership ended. */
type Ending = 'rebalance' | 'lost' | 'left';

/** Raised by join and sync when asking again, perhaps as a new member, is all there is to do. */
class AskAgain extends Error {}

/**
 * One member of a consumer group, by the eager protocol: at a rebalance everything is given back (`onRevoked` is awaited: flush,
 * commit, release), then shares are handed out anew. With an instance id a restarted server is the same member again, at once.
 */
export class KafkaGroupMember implements GroupMember {
  private memberId = '';
  private generation = -1;
  private partitions: readonly TopicPartition[] | null = null;
  private running: Promise<void> | null = null;
  private stopping = new AbortController();
  private stopped: AbortSignal = this.stopping.signal;
  private untilStopped: Promise<null> = new Promise(() => undefined);
  private isNewInstance = true;
  private lastContactMs = 0;
  private readonly lane: string;

  constructor(
    private readonly cluster: KafkaCluster,
    private readonly options: GroupOptions,
    private readonly times: MemberTimes,
    lane: string,
    /** A configured instance keeps its share over a restart: it does not say that it goes. */
    private readonly staysOnLeave: boolean,
  ) {
    this.lane = lane;
  }

  /** Resolves with the first assignment handed over. */
  async join(): Promise<void> {
    await this.leave();
    this.stopping = new AbortController();
    this.stopped = this.stopSignal();
    this.untilStopped = this.whenStopped(this.stopped);
    await new Promise<void>((resolve, reject) => {
      this.running = this.run(resolve, reject);
    });
  }

  async leave(): Promise<void> {
    const { running } = this;
    if (running === null) return;
    this.stopping.abort();
    await running;
    this.running = null;
    await this.revoke('revoked');
    await this.sayGoodbye();
    await this.cluster.options.transport.closeLane(this.lane);
  }

  metadata(): GroupMetadata {
    const { groupId, instanceId } = this.options;
    return { groupId, generation: this.generation, memberId: this.memberId, instanceId };
  }

  private async run(onFirst: () => void, onRefused: (error: unknown) => void): Promise<void> {
    let isFirst = true;
    while (!this.stopped.aborted) {
      try {
        const assigned = await this.joinAndSync();
        if (assigned === null) break;
        this.partitions = assigned.partitions;
        const { generation, memberId } = this;
        const ending = this.beat();
        await this.options.onAssigned({ generation, memberId, ...assigned });
        onFirst();
        isFirst = false;
        if ((await ending) === 'left') break;
      } catch (error) {
        if (error instanceof AskAgain) continue;
        this.cluster.options.logger.error('Joining the consumer group failed', { group: this.options.groupId, error: error instanceof Error ? error.message : String(error) });
        await this.revoke('lost');
        if (isFirst) {
          onRefused(asBrokerError(error, `Joining the group ${this.options.groupId}`));
          return;
        }
        await this.sleep(AFTER_REFUSAL_MS);
      }
    }
    // Left before the first assignment: whoever waits for it is let go.
    onFirst();
  }

  /** Null: told to leave meanwhile. */
  private async joinAndSync(): Promise<{ readonly partitions: readonly TopicPartition[]; readonly userData: Uint8Array } | null> {
    const joined = await this.ask(() => this.sendJoin());
    if (joined === null) return null;
    if (joined.error !== 0) return this.refusedJoin(joined);
    this.memberId = joined.memberId;
    this.generation = joined.generation;
    // A restarted instance that led before is not told so: asking once more makes it the leader again, or changes nothing.
    if (this.isNewInstance && this.options.instanceId !== null && joined.leader !== joined.memberId) {
      this.isNewInstance = false;
      throw new AskAgain();
    }
    this.isNewInstance = false;
    const assignments = joined.leader === joined.memberId ? await this.assignAll(joined) : [];
    const synced = await this.ask(() =>
      this.callCoordinator(SYNC_GROUP, { ...this.metadata(), assignments }, this.times.rebalanceTimeoutMs),
    );
    if (synced === null) return null;
    if (synced.error === KAFKA.rebalanceInProgress) throw new AskAgain();
    if (synced.error !== 0) this.refused(synced.error);
    this.lastContactMs = this.now();
    return decodeAssignment(synced.assignment);
  }

  private sendJoin(): Promise<JoinAnswer> {
    const { groupId, instanceId, subscription } = this.options;
    const { sessionTimeoutMs, rebalanceTimeoutMs } = this.times;
    return this.callCoordinator(
      JOIN_GROUP,
      { groupId, instanceId, memberId: this.memberId, sessionTimeoutMs, rebalanceTimeoutMs, protocol: PROTOCOL, metadata: encodeSubscription(subscription()) },
      rebalanceTimeoutMs,
    );
  }

  private refusedJoin({ error, memberId }: JoinAnswer): never {
    if (error === KAFKA.memberIdRequired) {
      this.memberId = memberId;
      throw new AskAgain();
    }
    return this.refused(error);
  }

  private refused(error: number): never {
    if (error === KAFKA.unknownMember || error === KAFKA.illegalGeneration || error === KAFKA.fencedInstance) {
      this.forget();
      throw new AskAgain();
    }
    throw kafkaError(error, `Joining the consumer group ${this.options.groupId}`);
  }

  private async assignAll({ members }: JoinAnswer): Promise<readonly { readonly memberId: string; readonly assignment: Buffer }[]> {
    const infos = members.map(({ memberId, metadata }) => decodeSubscription(memberId, metadata));
    const partitionsOf = new Map<string, number>();
    for (const name of new Set(infos.flatMap(({ topics }) => topics))) {
      const topic = await this.cluster.freshTopic(name);
      if (topic !== null) partitionsOf.set(name, topic.partitions.length);
    }
    const shares = this.options.assign(infos, partitionsOf);
    return [...shares].map(([memberId, share]) => ({ memberId, assignment: encodeAssignment(share) }));
  }

  /** Heartbeats until the membership ends one way or another; what must be given back has then been given back. */
  private async beat(): Promise<Ending> {
    const { heartbeatMs, sessionTimeoutMs } = this.times;
    for (;;) {
      await this.sleep(heartbeatMs);
      if (this.stopped.aborted) return 'left';
      const error = await this.heartbeat();
      if (error === 0) this.lastContactMs = this.now();
      else if (error === KAFKA.rebalanceInProgress) return this.giveBack();
      else if (error !== null && actionOf(error) === 'fail') return this.lose();
      else if (this.now() - this.lastContactMs > sessionTimeoutMs) return this.lose();
    }
  }

  /** Null: nobody answered. */
  private async heartbeat(): Promise<number | null> {
    try {
      return (await this.callCoordinator(HEARTBEAT, this.metadata(), 0)).error;
    } catch {
      return null;
    }
  }

  /** Goes on beating while work is finished, so that a long commit does not cost the membership. */
  private async giveBack(): Promise<Ending> {
    const finished = new AbortController();
    const beating = (async () => {
      while (!finished.signal.aborted && !this.stopped.aborted) {
        await this.heartbeat();
        await this.cluster.options.clock.sleep(this.times.heartbeatMs, finished.signal).catch(() => undefined);
      }
    })();
    try {
      await this.revoke('revoked');
    } finally {
      finished.abort();
      await beating;
    }
    return 'rebalance';
  }

  private async lose(): Promise<Ending> {
    this.forget();
    await this.revoke('lost');
    return 'lost';
  }

  private async revoke(kind: 'revoked' | 'lost'): Promise<void> {
    const { partitions } = this;
    this.partitions = null;
    if (partitions !== null) await this.options.onRevoked(partitions, kind);
  }

  private forget(): void {
    this.memberId = '';
    this.generation = -1;
  }

  private async sayGoodbye(): Promise<void> {
    const { groupId, instanceId } = this.options;
    if (this.memberId === '' || (this.staysOnLeave && instanceId !== null)) return;
    const { memberId } = this;
    this.forget();
    await this.callCoordinator(LEAVE_GROUP, { groupId, memberId, instanceId }, 0).catch(() => undefined); // The session timeout says it too.
  }

  /** Asks until there is an answer that more asking does not change; null when told to leave. */
  private async ask<Answer extends { readonly error: number }>(attempt: () => Promise<Answer>): Promise<Answer | null> {
    while (!this.stopped.aborted) {
      try {
        const answer = await Promise.race([attempt(), this.untilStopped]);
        if (answer === null || answer.error === 0 || actionOf(answer.error) === 'fail') return answer;
      } catch (error) {
        if (error instanceof BrokerError && !error.retriable) throw error;
      }
      await this.sleep(RETRY_MS);
      await this.cluster.refresh(null).catch(() => undefined); // The next attempt will tell.
    }
    return null;
  }

  /** One for the whole membership: every wait on it would else leave a listener behind. */
  private stopSignal(): AbortSignal {
    return AbortSignal.any([this.stopping.signal, this.cluster.closing.signal]);
  }

  private whenStopped(signal: AbortSignal): Promise<null> {
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
  }

  private callCoordinator<Request, Answer extends { readonly error: number; readonly throttleMs: number }>(
    api: Parameters<typeof this.cluster.callCoordinator<Request, Answer>>[1],
    request: Request,
    waitMs: number,
  ): Promise<Answer> {
    return this.cluster.callCoordinator({ kind: 'group', key: this.options.groupId }, api, request, { lane: this.lane, waitMs, errorOf: ({ error }) => error });
  }

  private async sleep(ms: number): Promise<void> {
    await this.cluster.options.clock.sleep(ms, this.stopped).catch(() => undefined);
  }

  private now(): number {
    return this.cluster.options.clock.monotonic();
  }
}
