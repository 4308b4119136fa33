import type { GroupMember, TopicPartition } from '../../broker/index.js';
import { assert, BrokerError } from '../../errors/index.js';
import type { PersistentPlan } from '../../plan/index.js';
import type { Key, Row } from '../../types/index.js';
import type { QueryFailure, QueryMetrics, QueryState, QueryStatus, RuntimeEvent, Share, Spread, StoreSize } from '../messages.js';
import type { Partitioner, QueryOptions, RuntimeDependencies } from '../options.js';
import { buildTopology } from '../topology.js';
import { assignPartitions } from './assignor.js';
import { BusyMeter } from './busy-meter.js';
import { loadedSchemas } from './loaded-schemas.js';
import { openSession } from './open-session.js';
import { noErrors } from './processing-log.js';
import { decodeShares, encodeMember } from './member-data.js';
import { failureOf, recoveryOf } from './query-failure.js';
import type { QuerySession } from './query-session.js';
import { addWork, NO_WORK, type WorkCounts } from './work-counts.js';

const IDLE_WAIT_MS = 1000;
const KEPT_FAILURES = 10;
const FULL_WAIT_MS = 2000;
/** Replays in a row without a commit before the query backs off like after any other failure. */
const MAX_FAST_REPLAYS = 5;

/** A row that the query has committed to its sink. */
export interface CommittedRow {
  readonly key: Key | null;
  readonly row: Row | null;
  readonly timestamp: number;
}
export type CommittedRows = (rows: readonly CommittedRow[]) => void;

export interface RunnerOptions {
  readonly plan: PersistentPlan;
  readonly dependencies: RuntimeDependencies;
  readonly query: QueryOptions;
  readonly partitioner: Partitioner | null;
  readonly onEvent: (event: RuntimeEvent) => void;
}

/**
 * Keeps one persistent query running on this thread: opens sessions, drives them, starts over after failures (with back-off), and
 * follows pause, resume, stop and the group's assignments.
 */
export class QueryRunner {
  session: QuerySession | null = null;
  private state: QueryState = 'STARTING';
  private readonly failures: QueryFailure[] = [];
  private readonly errors = noErrors();
  private readonly counters = { recordsIn: 0, recordsOut: 0, commits: 0, lateDropped: 0, restarts: 0, unknownOutcomes: 0, damagedStores: 0 };
  private work = NO_WORK;
  private workedOut = 0;
  private restoreRemaining = 0;
  private readonly busy: BusyMeter;
  private newestEmitted: number | null = null;
  private lastProcessedMs: number | null = null;
  /** Of the last round that processed anything, on the monotonic clock. */
  private workedMs = -Infinity;
  private paused: boolean;
  private readonly stopping = new AbortController();
  private assigned: readonly TopicPartition[] | null = null;
  /** The last share: what is asked for again, as its state lies here. Nothing after it was lost: somebody else has gone on with it. */
  private held: readonly TopicPartition[] = [];
  private generation = -1;
  /** Who has the query's tasks, as told with the share of this member. */
  private shares: readonly Share[] = [];
  /** From before a session is opened until everything of it is closed. */
  private hasSession = false;
  private revoking: { readonly kind: 'revoked' | 'lost'; readonly done: () => void } | null = null;
  private wake: (() => void) | null = null;
  private idleWaiters: (() => void)[] = [];
  private startWaiters: (() => void)[] = [];
  private finished: Promise<void> | null = null;
  private replays = 0;
  private backOffMs: number;
  private wipesStores = false;
  private readonly subscribers = new Set<CommittedRows>();
  private uncommittedRows: CommittedRow[] = [];
  private member: GroupMember;
  private joined = false;

  constructor(private readonly options: RunnerOptions) {
    this.paused = options.query.startPaused;
    this.busy = new BusyMeter(options.dependencies.env.clock.monotonic());
    this.backOffMs = options.query.retryBackoffInitialMs;
    this.member = this.openMember();
  }

  /** Resolves when the query runs (or is paused) with its stores restored, or has failed for the first time. */
  start(): Promise<void> {
    assert(this.finished === null, 'a query is started once');
    this.finished = this.run();
    return new Promise((resolve) => this.startWaiters.push(resolve));
  }

  async pause(): Promise<void> {
    this.paused = true;
    this.interrupt();
    await this.whenIdle();
  }

  resume(): void {
    this.paused = false;
    this.interrupt();
  }

  /** Commits what is processed and ends. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.interrupt();
    await this.finished;
  }

  /** Deletes all that the query alone had: its stores, internal topics and offsets. After `stop`. */
  async deleteState(): Promise<void> {
    const { plan, dependencies, query } = this.options;
    await dependencies.stores.destroy(plan.queryId);
    for (const topic of this.internalTopics) await dependencies.broker.admin.deleteTopic(topic);
    await dependencies.broker.admin.deleteGroup(query.groupId);
  }

  /** Resolves when all records that exist now are processed and committed; also when the query cannot go on by itself. */
  whenIdle(): Promise<void> {
    if (this.state === 'STOPPED' || this.state === 'ERROR') return Promise.resolve();
    return new Promise((resolve) => {
      this.idleWaiters.push(resolve);
      this.interrupt();
    });
  }

  /** Receives rows of the sink from now on, each after its commit. */
  subscribe(subscriber: CommittedRows): () => void {
    this.subscribers.add(subscriber);
    return () => void this.subscribers.delete(subscriber);
  }

  get progress(): number {
    return this.counters.recordsIn + this.counters.commits;
  }

  get currentState(): QueryState {
    return this.state;
  }

  status(): QueryStatus {
    return {
      queryId: this.options.plan.queryId,
      state: this.state,
      errors: [...this.failures],
      metrics: this.metrics(),
      tasks: this.session?.status() ?? [],
      others: this.spread?.others ?? [],
    };
  }

  /** Null while the tasks are handed out anew. */
  get spread(): Spread | null {
    if (this.assigned === null) return null;
    const own = new Set(this.assigned.map(({ partition }) => partition));
    const others = this.shares.filter(({ partitions }) => partitions.some((index) => !own.has(index)));
    return { own: [...own].sort((a, b) => a - b), others };
  }

  private metrics(): QueryMetrics {
    const { byTopic, operators } = this.workSoFar();
    return {
      ...this.counters,
      recordsByTopic: byTopic,
      operators,
      busyRatio: this.busy.ratio(this.options.dependencies.env.clock.monotonic()),
      restoreRemaining: this.restoreRemaining,
      errorsByType: { ...this.errors },
      lastProcessedMs: this.lastProcessedMs,
    };
  }

  private workSoFar(): WorkCounts {
    return this.session === null ? this.work : addWork(this.work, this.session.work(this.counters.recordsOut - this.workedOut));
  }

  /** Keeps what the session has counted. */
  private letGo(): void {
    this.work = this.workSoFar();
    this.workedOut = this.counters.recordsOut;
    this.session = null;
  }

  async storeSizes(): Promise<readonly StoreSize[]> {
    const { queryId } = this.options.plan;
    // A session that ends meanwhile closes its stores.
    const sizes = (await this.session?.storeSizes().catch(() => [])) ?? [];
    return sizes.map((size) => ({ queryId, ...size }));
  }

  private readonly internalTopics = new Set<string>();

  private openMember(): GroupMember {
    const { plan, dependencies, query } = this.options;
    const { stages, exchanges } = buildTopology(plan);
    const usesTopics = query.exchange === 'topic' || (query.exchange === 'auto' && !dependencies.broker.singleMember);
    const topics = stages.flatMap((stage) => stage.inputs.flatMap((input) => (input.kind === 'topic' ? [input.step.topic] : [])));
    if (usesTopics) topics.push(...exchanges.map((exchange) => exchange.topic));
    for (const topic of plan.internalTopics) this.internalTopics.add(topic.name);
    return dependencies.broker.openGroup({
      groupId: query.groupId,
      instanceId: dependencies.threadId,
      subscription: () => ({ topics: [...new Set(topics)], userData: encodeMember({ host: dependencies.host?.() ?? null, generation: this.generation }), owned: this.held }),
      assign: assignPartitions,
      onAssigned: (assignment) => {
        this.assigned = assignment.partitions;
        this.held = assignment.partitions;
        this.generation = assignment.generation;
        this.shares = decodeShares(assignment.userData);
        this.interrupt();
        return Promise.resolve();
      },
      onRevoked: (_partitions, kind) => this.revoke(kind),
    });
  }

  /** Resolves when the session has ended: nothing is processed any more. */
  private revoke(kind: 'revoked' | 'lost'): Promise<void> {
    this.assigned = null;
    this.shares = [];
    if (kind === 'lost') this.held = [];
    if (!this.hasSession) return Promise.resolve();
    return new Promise((resolve) => {
      this.revoking = { kind, done: resolve };
      this.interrupt();
    });
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        if (!this.joined) await this.member.join();
        this.joined = true;
        if (this.assigned === null) await this.pauseLoop();
        else await this.runSession(this.assigned);
      } catch (error) {
        await this.recover(error);
      }
    }
    await this.leave();
    this.enter('STOPPED');
    this.settle();
  }

  private async runSession(assigned: readonly TopicPartition[]): Promise<void> {
    // A revocation waits also for a session that is being opened: it must not come alive afterwards.
    this.hasSession = true;
    try {
      await this.openAndDrive(assigned);
    } finally {
      this.hasSession = false;
      this.revoking?.done();
      this.revoking = null;
    }
  }

  private async openAndDrive(assigned: readonly TopicPartition[]): Promise<void> {
    const session = await this.open(assigned);
    this.session = session;
    for (const topic of session.internalTopics()) this.internalTopics.add(topic);
    try {
      await this.drive(session);
      // A lost partition may already have another owner: only what is still ours is committed.
      if (this.isLost()) return await this.giveUp(session);
      await session.commit();
    } catch (error) {
      await this.giveUp(session);
      throw error;
    } finally {
      this.letGo();
    }
    await session.close();
  }

  private isLost(): boolean {
    return this.revoking?.kind === 'lost';
  }

  /** Nothing of what is not committed will ever be: the stores are left as they are, the transaction is ended. */
  private async giveUp(session: QuerySession): Promise<void> {
    this.letGo();
    this.uncommittedRows = [];
    this.newestEmitted = null;
    await session.abandon();
  }

  private open(assigned: readonly TopicPartition[]): Promise<QuerySession> {
    const { plan, dependencies, query, partitioner } = this.options;
    const { wipesStores } = this;
    this.wipesStores = false;
    return openSession({
      plan,
      dependencies,
      query,
      partitioner,
      errors: this.errors,
      member: this.member,
      assigned: dependencies.broker.singleMember ? null : assigned,
      wipesStores,
      endsAtStart: false,
      rows: () => () => undefined,
      listener: (key, row, timestamp) => {
        this.counters.recordsOut++;
        if (timestamp > (this.newestEmitted ?? Number.NEGATIVE_INFINITY)) this.newestEmitted = timestamp;
        if (this.subscribers.size > 0) this.uncommittedRows.push({ key, row, timestamp });
      },
      onLate: (count) => {
        this.counters.lateDropped += count;
      },
      onRestoring: (remaining) => {
        this.restoreRemaining = remaining;
      },
      hooks: {
        committed: (durationMs) => this.committed(durationMs),
        processed: (count, durationMs) => {
          this.busy.add(dependencies.env.clock.monotonic(), durationMs);
          this.counters.recordsIn += count;
          this.lastProcessedMs = dependencies.env.clock.now();
        },
        backpressure: () => null,
      },
    });
  }

  private committed(durationMs: number): void {
    const { metrics, clock } = this.options.dependencies.env;
    const labels = { query_id: this.options.plan.queryId };
    metrics.observe('ksql_commit_duration_seconds', labels, durationMs / 1000);
    // From the time of the newest record that led to a row, to the moment in which the row can be read.
    if (this.newestEmitted !== null) metrics.observe('ksql_e2e_latency_seconds', labels, Math.max(0, clock.now() - this.newestEmitted) / 1000);
    this.newestEmitted = null;
    this.counters.commits++;
    this.replays = 0;
    this.backOffMs = this.options.query.retryBackoffInitialMs;
    const rows = this.uncommittedRows;
    this.uncommittedRows = [];
    if (rows.length > 0) for (const subscriber of this.subscribers) subscriber(rows);
    this.options.onEvent({ kind: 'commit', queryId: this.options.plan.queryId });
  }

  /** Rounds until the query stops, or loses its partitions. */
  private async drive(session: QuerySession): Promise<void> {
    const { clock } = this.options.dependencies.env;
    while (!this.stopping.signal.aborted && this.revoking === null) {
      if (this.paused) {
        await session.commit();
        await session.writeStores();
        this.enter('PAUSED');
        this.started();
        this.settle();
        await this.pauseLoop();
        continue;
      }
      this.enter('RUNNING');
      this.started();
      const waiting = this.idleWaiters.length;
      const worked = await session.round(waiting > 0 ? 0 : IDLE_WAIT_MS);
      if (worked) {
        this.workedMs = clock.monotonic();
        await clock.yieldTurn();
      } else if (waiting > 0 && session.drained) await this.settleIdle(session, waiting);
      else if (waiting === 0) await this.rest(session);
    }
  }

  /** Between two records of a stream that trickles there is no rest: each would cost a write of the stores. */
  private async rest(session: QuerySession): Promise<void> {
    if (this.options.dependencies.env.clock.monotonic() - this.workedMs >= IDLE_WAIT_MS) await session.writeStores();
    // More members than partitions: one without a share has no poll that would make it wait.
    if (session.isEmpty && this.idleWaiters.length === 0) await this.pauseLoop();
  }

  /** Nothing was there to read after these waiters came: commit, and they may go. */
  private async settleIdle(session: QuerySession, waiting: number): Promise<void> {
    await session.commit();
    if (await session.atEnd()) for (const resolve of this.idleWaiters.splice(0, waiting)) resolve();
    else await this.options.dependencies.env.clock.yieldTurn();
  }

  private async recover(error: unknown): Promise<void> {
    const { clock, logger } = this.options.dependencies.env;
    const { plan, query } = this.options;
    if (this.stopping.signal.aborted) return;
    // What was read or written needs a schema that is fetched now: then the records are processed again.
    if (await loadedSchemas(this.options.dependencies, error)) return;
    const recovery = recoveryOf(error);
    this.counters.restarts++;
    if (error instanceof BrokerError && error.outcome === 'unknown') this.counters.unknownOutcomes++;
    if (recovery === 'wipe') this.counters.damagedStores++;
    // Which store was damaged is not known when a read fails deep inside: all of the query's are restored.
    if (recovery === 'wipe') this.wipesStores = true;
    if (recovery === 'rejoin') {
      await this.leave();
      this.member = this.openMember();
    }
    if (recovery !== 'backOff' && ++this.replays <= MAX_FAST_REPLAYS) return;
    const failure = failureOf(error, clock.now());
    this.failures.push(failure);
    if (this.failures.length > KEPT_FAILURES) this.failures.shift();
    logger.error('query failed', { queryId: plan.queryId, message: failure.message, cause: failure.cause });
    this.options.onEvent({ kind: 'failure', queryId: plan.queryId, failure });
    this.enter('ERROR');
    this.started();
    this.settle();
    // Room may come back at any moment, and trying costs nothing: no longer and longer waits for that.
    const isFull = error instanceof BrokerError && error.code === 'DISK_FULL';
    const wait = isFull ? Math.min(this.backOffMs, FULL_WAIT_MS) : this.backOffMs;
    if (!isFull) this.backOffMs = Math.min(wait * 2, query.retryBackoffMaxMs);
    await clock.sleep(wait, this.stopping.signal).catch(() => undefined);
    if (!this.stopping.signal.aborted) this.enter('STARTING');
  }

  private async leave(): Promise<void> {
    if (!this.joined) return;
    this.joined = false;
    this.assigned = null;
    await this.member.leave().catch(() => undefined);
  }

  /** Waits until something changes: pause, resume, stop, an assignment, a request. */
  private async pauseLoop(): Promise<void> {
    if (this.stopping.signal.aborted || this.revoking !== null) return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.wake = null;
  }

  private interrupt(): void {
    this.wake?.();
    this.session?.wakeup();
  }

  private settle(): void {
    for (const resolve of this.idleWaiters.splice(0)) resolve();
  }

  private started(): void {
    for (const resolve of this.startWaiters.splice(0)) resolve();
  }

  private enter(state: QueryState): void {
    if (this.state === state) return;
    this.state = state;
    if (state === 'STOPPED') this.started();
    this.options.onEvent({ kind: 'state', queryId: this.options.plan.queryId, state });
  }
}
