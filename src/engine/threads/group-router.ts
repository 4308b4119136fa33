import type { Env } from '../../env/index.js';
import { RequestError } from '../../errors/index.js';
import type { PersistentPlan, PullPlan } from '../../plan/index.js';
import type { GroupMeasures, MessageQueryOptions, OutputRow, PreparedPull, PushOptions, PushSource, QueryStatus, RowStream, Spread, StreamEnd } from '../../runtime/index.js';
import type { StoreProvider } from '../../state/index.js';
import type { Evaluator } from './evaluator.js';
import { Constants } from './constants.js';
import { cutPull, isolatedPull } from './isolated-pull.js';
import { needsThread, type Placement } from './placement.js';
import { NO_MEASURES, sumMeasures } from './sum-metrics.js';
import { SupervisedQuery } from './supervised-query.js';
import type { QueryGroup, TaskGroups } from './task-groups.js';
import type { TaskThread } from './task-thread.js';
import { WrappedStream } from './wrapped-stream.js';

export interface RouterDependencies {
  readonly env: Env;
  /** The group of this thread. */
  readonly local: QueryGroup;
  readonly openThread: () => TaskThread;
  readonly stores: StoreProvider;
  readonly evaluator: Evaluator;
  readonly placement: Placement;
}

/** A user's function may be slow: a thread with such functions comes to its event loop, and to a commit, after fewer records. */
const SLICE_RECORDS = 2048;

/** Sends every query to its group: to that of this thread, or to a thread of its own where it calls functions of the folder. */
export class GroupRouter implements TaskGroups {
  private readonly plans = new Map<string, PersistentPlan>();
  private readonly supervised = new Map<string, SupervisedQuery>();
  private readonly pushThreads = new Set<TaskThread>();

  constructor(private readonly dependencies: RouterDependencies) {}

  async startQuery(plan: PersistentPlan, options: Partial<MessageQueryOptions> = {}): Promise<void> {
    const { placement, local, env, openThread } = this.dependencies;
    if (!needsThread(plan, placement)) {
      await local.startQuery(plan, options);
      this.plans.set(plan.queryId, plan);
      return;
    }
    if (this.plans.has(plan.queryId)) throw new RequestError('CONFLICT', `Query ${plan.queryId} is already running`);
    const query = new SupervisedQuery(plan, { ...options, sliceRecords: SLICE_RECORDS }, { env, openThread });
    this.plans.set(plan.queryId, plan);
    this.supervised.set(plan.queryId, query);
    await query.start();
  }

  check(plan: PersistentPlan): void {
    needsThread(plan, this.dependencies.placement);
  }

  constants(): Constants {
    return new Constants(this.dependencies.placement, this.dependencies.evaluator);
  }

  async pauseQuery(queryId: string): Promise<void> {
    await (this.supervised.get(queryId)?.pause() ?? this.dependencies.local.pauseQuery(queryId));
  }

  async resumeQuery(queryId: string): Promise<void> {
    await (this.supervised.get(queryId)?.resume() ?? this.dependencies.local.resumeQuery(queryId));
  }

  async stopQuery(queryId: string, options: { readonly deleteState: boolean }): Promise<void> {
    const query = this.supervised.get(queryId);
    if (query === undefined) {
      await this.dependencies.local.stopQuery(queryId, options);
    } else {
      await query.stop();
      // Its topics and offsets go with the command; the thread that had the stores open is gone.
      if (options.deleteState) await this.dependencies.stores.destroy(queryId);
      this.supervised.delete(queryId);
    }
    this.plans.delete(queryId);
  }

  async status(): Promise<readonly QueryStatus[]> {
    const local = await this.dependencies.local.status();
    return this.supervised.size === 0 ? local : [...local, ...(await Promise.all([...this.supervised.values()].map((query) => query.status())))];
  }

  // A thread of its own has every task of its query.
  spread(queryId: string): Promise<Spread | null> {
    return this.supervised.has(queryId) ? Promise.resolve({ own: [], others: [] }) : this.dependencies.local.spread(queryId);
  }

  /** A thread that ends meanwhile holds nothing any more. */
  async measure(): Promise<GroupMeasures> {
    const supervised = [...this.supervised.values()].map((query) => query.measure());
    const pushing = [...this.pushThreads].map((thread) => thread.client.measure().catch(() => NO_MEASURES));
    return sumMeasures(await Promise.all([this.dependencies.local.measure(), ...supervised, ...pushing]));
  }

  /** One query's output may be the input of one in another thread: all must be idle in one pass in which nothing moved. */
  async whenIdle(queryIds: readonly string[] | null = null): Promise<void> {
    const { local } = this.dependencies;
    for (;;) {
      const wanted = [...this.supervised].filter(([queryId]) => queryIds === null || queryIds.includes(queryId));
      if (wanted.length === 0) return local.whenIdle(queryIds);
      const before = await this.progress();
      await local.whenIdle(queryIds);
      for (const [, query] of wanted) await query.whenIdle();
      if ((await this.progress()) === before) return;
    }
  }

  private async progress(): Promise<string> {
    return (await this.status()).map(({ queryId, state, metrics }) => `${queryId} ${state} ${metrics.recordsIn} ${metrics.commits}`).join('\n');
  }

  async preparePull(plan: PullPlan): Promise<PreparedPull> {
    const { placement, evaluator } = this.dependencies;
    const owner = this.plans.get(plan.queryId);
    if (owner === undefined || !needsThread([plan.filter, plan.output], placement)) return this.prepareAtOwner(plan);
    const cut = cutPull(plan, owner);
    return isolatedPull(plan, cut, await this.prepareAtOwner(cut.rows), evaluator);
  }

  private prepareAtOwner(plan: PullPlan): Promise<PreparedPull> {
    return this.supervised.get(plan.queryId)?.preparePull(plan) ?? this.dependencies.local.preparePull(plan);
  }

  push(source: PushSource, options: Partial<PushOptions> = {}): RowStream {
    const { placement, local } = this.dependencies;
    if (source.kind === 'subscribe') return this.supervised.get(source.queryId)?.subscribe(source.limit) ?? local.push(source, options);
    return needsThread(source, placement) ? this.pushInThread(source, options) : local.push(source, options);
  }

  private pushInThread(source: PushSource, options: Partial<PushOptions>): RowStream {
    const thread = this.dependencies.openThread();
    this.pushThreads.add(thread);
    void thread.ended.then(() => this.pushThreads.delete(thread));
    const inSlices = { ...options, options: { ...options.options, sliceRecords: SLICE_RECORDS } };
    const opening = thread.ready.then(() => thread.client.push(source, inSlices));
    const end = (): void => void thread.end(new RequestError('SHUTTING_DOWN', 'The query was ended'));
    let stream: RowStream | null = null;
    async function* chunks(): AsyncGenerator<readonly OutputRow[], StreamEnd> {
      try {
        stream = await opening;
        yield* stream;
        return stream.endReason ?? 'complete';
      } finally {
        end();
      }
    }
    const started = opening.then((opened) => opened.started);
    started.catch(end);
    return new WrappedStream({ started, chunks: chunks(), positions: () => stream?.positions ?? null, cancel: end });
  }

  async close(): Promise<void> {
    const { local, evaluator } = this.dependencies;
    await Promise.all([
      local.close(),
      evaluator.close(),
      ...[...this.supervised.values()].map((query) => query.stop()),
      ...[...this.pushThreads].map((thread) => thread.end(new RequestError('SHUTTING_DOWN', 'The server is shutting down'))),
    ]);
    this.supervised.clear();
    this.plans.clear();
  }
}

