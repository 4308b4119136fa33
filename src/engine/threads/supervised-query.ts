import type { Env } from '../../env/index.js';
import { MillraceError, RequestError } from '../../errors/index.js';
import type { PersistentPlan, PullPlan } from '../../plan/index.js';
import { DEFAULT_QUERY_OPTIONS, type GroupMeasures, type MessageQueryOptions, type PreparedPull, type QueryFailure, type QueryState, type QueryStatus, type RowStream } from '../../runtime/index.js';
import { preparedElsewhere } from './prepared-elsewhere.js';
import { NO_MEASURES, NO_METRICS, sumMetrics } from './sum-metrics.js';
import type { TaskThread } from './task-thread.js';

const KEPT_FAILURES = 10;

export interface SupervisionDependencies {
  readonly env: Env;
  readonly openThread: () => TaskThread;
}

/**
 * A persistent query in a thread of its own. Within the thread it recovers by itself; when the thread ends (its functions hang,
 * its memory is used up, it crashes), the query shows ERROR with the reason and starts again in a new thread after a back-off.
 */
export class SupervisedQuery {
  private thread: TaskThread | null = null;
  private readonly failures: QueryFailure[] = [];
  private readonly stopping = new AbortController();
  private paused: boolean;
  private backOffMs: number;
  private state: QueryState = 'STARTING';
  private running: Promise<void> | null = null;
  private settled: (() => void)[] = [];
  /** Counted by threads that have ended, as far as they have told, and what the one that runs told last. */
  private ended = NO_METRICS;
  private latest = NO_METRICS;

  constructor(
    readonly plan: PersistentPlan,
    private readonly options: Partial<MessageQueryOptions>,
    private readonly dependencies: SupervisionDependencies,
  ) {
    this.paused = options.startPaused ?? false;
    this.backOffMs = options.retryBackoffInitialMs ?? DEFAULT_QUERY_OPTIONS.retryBackoffInitialMs;
  }

  /** Resolves when the query runs in its thread, or has failed for the first time. */
  async start(): Promise<void> {
    const settled = this.whenSettled();
    this.running = this.run();
    await settled;
  }

  async pause(): Promise<void> {
    this.paused = true;
    await this.ask((thread) => thread.client.pauseQuery(this.plan.queryId));
  }

  async resume(): Promise<void> {
    this.paused = false;
    await this.ask((thread) => thread.client.resumeQuery(this.plan.queryId));
  }

  /** Commits what is processed, where the thread still can, and ends it. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.thread?.close();
    await this.running;
  }

  /** Also resolves where the query cannot go on by itself now. */
  async whenIdle(): Promise<void> {
    await this.whenSettled();
    await this.ask((thread) => thread.client.whenIdle());
  }

  async status(): Promise<QueryStatus> {
    const own: QueryStatus = { queryId: this.plan.queryId, state: this.state, errors: this.failures, metrics: sumMetrics(this.ended, this.latest), tasks: [], others: [] };
    if (this.thread === null || this.state !== 'RUNNING') return own;
    try {
      const [status] = await this.thread.client.status();
      if (status === undefined) return own;
      this.latest = status.metrics;
      const errors = [...this.failures, ...status.errors].sort((a, b) => a.timestamp - b.timestamp).slice(-KEPT_FAILURES);
      return { ...status, errors, metrics: sumMetrics(this.ended, status.metrics) };
    } catch {
      return { ...own, state: this.state };
    }
  }

  /** A thread that is busy starting or ending has nothing to show. */
  async measure(): Promise<GroupMeasures> {
    if (this.thread === null || this.state !== 'RUNNING') return NO_MEASURES;
    return this.thread.client.measure().catch(() => NO_MEASURES);
  }

  /** A thread that ends takes what it has prepared with it: then it is prepared again. */
  async preparePull(plan: PullPlan): Promise<PreparedPull> {
    return preparedElsewhere(() => this.runningThread(), plan);
  }

  subscribe(limit: number | null): RowStream {
    return this.runningThread().client.push({ kind: 'subscribe', queryId: this.plan.queryId, limit });
  }

  private runningThread(): TaskThread {
    if (this.thread !== null && this.state === 'RUNNING') return this.thread;
    throw new RequestError('NOT_READY', `Query ${this.plan.queryId} is not running: its state cannot be read now`, { hint: 'Try again when the query runs.' });
  }

  // What the thread does not live to answer is settled by its end: the next one starts as the query should be.
  private async ask(question: (thread: TaskThread) => Promise<void>): Promise<void> {
    const { thread } = this;
    if (thread === null || this.state !== 'RUNNING') return;
    try {
      await question(thread);
    } catch (error) {
      if (!thread.hasEnded) throw error;
    }
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const reason = await this.runThread();
      if (!signal.aborted) await this.backOff(reason);
    }
    this.enter('STOPPED');
  }

  /** One thread, from its start to its end. */
  private async runThread(): Promise<MillraceError> {
    const thread = this.dependencies.openThread();
    const { queryId } = this.plan;
    this.thread = thread;
    const unlisten = thread.client.onEvent((event) => {
      if (event.kind === 'commit') this.backOffMs = this.options.retryBackoffInitialMs ?? DEFAULT_QUERY_OPTIONS.retryBackoffInitialMs;
    });
    try {
      await thread.ready;
      const { paused } = this;
      await thread.client.startQuery(this.plan, { ...this.options, startPaused: paused });
      // It may have been told otherwise while it started.
      if (paused !== this.paused) await (this.paused ? thread.client.pauseQuery(queryId) : thread.client.resumeQuery(queryId));
      this.enter('RUNNING');
    } catch (error) {
      await thread.end(error instanceof MillraceError ? error : new RequestError('THREAD_ENDED', String(error)));
    }
    const reason = await thread.ended;
    unlisten();
    this.ended = sumMetrics(this.ended, { ...this.latest, restarts: this.latest.restarts + 1 });
    this.latest = NO_METRICS;
    this.thread = null;
    return reason;
  }

  private async backOff(reason: MillraceError): Promise<void> {
    const { clock, logger } = this.dependencies.env;
    const cause = reason.cause instanceof Error ? reason.cause.message : null;
    this.failures.push({ timestamp: clock.now(), type: reason.code === 'FUNCTION_OVERRUN' ? 'USER' : 'SYSTEM', message: reason.message, cause });
    if (this.failures.length > KEPT_FAILURES) this.failures.shift();
    logger.error('query failed', { queryId: this.plan.queryId, message: reason.message, cause });
    this.enter('ERROR');
    const wait = this.backOffMs;
    this.backOffMs = Math.min(wait * 2, this.options.retryBackoffMaxMs ?? DEFAULT_QUERY_OPTIONS.retryBackoffMaxMs);
    await clock.sleep(wait, this.stopping.signal).catch(() => undefined);
    if (!this.stopping.signal.aborted) this.enter('STARTING');
  }

  private whenSettled(): Promise<void> {
    if (this.state !== 'STARTING') return Promise.resolve();
    return new Promise((resolve) => this.settled.push(resolve));
  }

  private enter(state: QueryState): void {
    this.state = state;
    if (state !== 'STARTING') for (const resolve of this.settled.splice(0)) resolve();
  }
}
