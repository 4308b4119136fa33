import { assertNever, BrokerError, MillraceError, RequestError } from '../errors/index.js';
import type { PersistentPlan, PullPlan } from '../plan/index.js';
import type {
  FromGroup, GroupMeasures, MessageError, MessageQueryOptions, OutputRow, Positions, PullParameters, StreamEnd, TaskGroupReply, TaskGroupRequest, ToGroup,
} from './messages.js';
import { DEFAULT_QUERY_OPTIONS, type Partitioner, type QueryOptions, type RuntimeDependencies } from './options.js';
import { evaluateRows } from './pull/evaluate-rows.js';
import { hasReached, whenReached } from './pull/reached.js';
import { PreparedPull } from './pull/prepared-pull.js';
import { RowSender } from './push/row-sender.js';
import { PushRunner } from './push/push-runner.js';
import { StreamTails } from './push/stream-tails.js';
import { Subscription } from './push/subscription.js';
import { evaluationOf } from './task/open-session.js';
import { noErrors, ProcessingLog } from './task/processing-log.js';
import { QueryRunner } from './task/query-runner.js';
import { TransactionOutput } from './task/transaction-output.js';

/** Why a stream ended, and what it knew. */
type End = Pick<Extract<FromGroup, { kind: 'end' }>, 'reason' | 'reached'>;

/** One stream of rows to the other side. */
interface OpenStream {
  readonly waitingBytes: number;
  addCredit(credit: number): void;
  cancel(): void;
}

/** A long scan gives others a turn this often. */
const TURN_MS = 8;
const PULL_BOUNDS = { rows: 1024, bytes: 4 * 1024 * 1024 };

/** The queries of one thread, driven by messages only. */
export class TaskGroup {
  private readonly runners = new Map<string, { readonly plan: PersistentPlan; readonly runner: QueryRunner }>();
  private readonly streams = new Map<number, OpenStream>();
  private readonly subscriptions = new Map<string, Set<Subscription>>();
  private readonly pulls = new Map<number, PreparedPull>();
  private readonly tails: StreamTails;
  private nextPull = 1;

  constructor(
    private readonly dependencies: RuntimeDependencies,
    private readonly partitioner: Partitioner | null,
    private readonly post: (message: FromGroup) => void,
  ) {
    this.tails = new StreamTails(dependencies);
  }

  receive(message: ToGroup): void {
    switch (message.kind) {
      case 'request':
        void this.answer(message.id, message.request);
        return;
      case 'credit':
        this.streams.get(message.id)?.addCredit(message.credit);
        return;
      case 'cancel':
        this.streams.get(message.id)?.cancel();
        this.streams.delete(message.id);
        return;
      default:
        assertNever(message);
    }
  }

  private async answer(id: number, request: TaskGroupRequest): Promise<void> {
    try {
      if (request.kind === 'pull' && this.lookup(id, request.pullId, request.parameters)) return;
      if (request.kind === 'pull') await this.stream(id, this.pull(id, request.pullId, request.parameters, request.credit));
      else if (request.kind === 'push') await this.stream(id, this.push(id, request));
      else this.post({ kind: 'reply', id, value: await this.handle(request) });
    } catch (error) {
      this.streams.delete(id);
      this.post({ kind: 'failure', id, error: toMessage(error) });
    }
  }

  private async stream(id: number, work: Promise<End | StreamEnd>): Promise<void> {
    const end = await work;
    this.streams.delete(id);
    this.post({ kind: 'end', id, ...(typeof end === 'string' ? { reason: end, reached: null } : end) });
  }

  private async handle(request: Exclude<TaskGroupRequest, { kind: 'pull' | 'push' }>): Promise<TaskGroupReply> {
    switch (request.kind) {
      case 'start':
        await this.start(request.plan, request.options);
        return null;
      case 'pause':
        await this.runner(request.queryId).pause();
        return null;
      case 'resume':
        this.runner(request.queryId).resume();
        return null;
      case 'stop':
        await this.stop(request.queryId, request.deleteState);
        return null;
      case 'status':
        return { queries: [...this.runners.values()].map(({ runner }) => runner.status()) };
      case 'spread':
        return { spread: this.runner(request.queryId).spread };
      case 'measure':
        return { measures: await this.measure() };
      case 'whenIdle':
        await this.whenIdle(request.queryIds);
        return null;
      case 'preparePull':
        return { pullId: this.prepare(request.plan) };
      case 'forgetPull':
        this.pulls.delete(request.pullId);
        return null;
      case 'evaluate':
        return { rows: evaluateRows(request.evaluation, evaluationOf(this.dependencies)) };
      case 'close':
        await this.close();
        return null;
      default:
        return assertNever(request);
    }
  }

  private async measure(): Promise<GroupMeasures> {
    const stores = await Promise.all([...this.runners.values()].map(({ runner }) => runner.storeSizes()));
    const waiting = [...this.streams.values()].map((stream) => stream.waitingBytes);
    return { stores: stores.flat(), pushBufferBytes: waiting.reduce((sum, bytes) => sum + bytes, 0), pushLeftBehind: this.tails.leftBehind };
  }

  private async start(plan: PersistentPlan, options: Partial<MessageQueryOptions>): Promise<void> {
    if (this.runners.has(plan.queryId)) throw new RequestError('CONFLICT', `Query ${plan.queryId} is already running`);
    const runner = new QueryRunner({
      plan,
      dependencies: this.dependencies,
      query: this.queryOptions(plan.queryId, options),
      partitioner: this.partitioner,
      onEvent: (event) => this.post({ kind: 'event', event }),
    });
    this.runners.set(plan.queryId, { plan, runner });
    await runner.start();
  }

  private async stop(queryId: string, deleteState: boolean): Promise<void> {
    const runner = this.runner(queryId);
    await runner.stop();
    for (const [id, pull] of this.pulls) if (pull.queryId === queryId) this.pulls.delete(id);
    for (const subscription of this.subscriptions.get(queryId) ?? []) subscription.stopped();
    this.subscriptions.delete(queryId);
    // Where this fails, the query can be stopped again.
    if (deleteState) await runner.deleteState();
    this.runners.delete(queryId);
  }

  /**
   * One query's output is another one's input, so all must be idle in one pass in which nothing moved: what a query commits is
   * seen by the next pass.
   */
  private async whenIdle(queryIds: readonly string[] | null): Promise<void> {
    for (;;) {
      const runners = [...this.runners.values()].filter(({ plan }) => queryIds === null || queryIds.includes(plan.queryId)).map(({ runner }) => runner);
      const before = runners.map((runner) => runner.progress);
      for (const runner of runners) await runner.whenIdle();
      if (runners.every((runner, index) => runner.progress === before[index]) && (queryIds !== null || this.runners.size === runners.length)) return;
    }
  }

  private prepare(plan: PullPlan): number {
    const owner = this.runners.get(plan.queryId);
    if (owner === undefined) throw new RequestError('NOT_FOUND', `Query ${plan.queryId} is not running here`);
    const { env, formats, schemas, parseTimestamp } = this.dependencies;
    const log = new ProcessingLog(plan.queryId, null, new TransactionOutput(), env.clock, noErrors());
    const prepared = new PreparedPull(plan, owner.plan, {
      evaluation: evaluationOf(this.dependencies), serde: { formats, schemas }, parseTimestamp,
      throwOnInvalidTimestamp: false, failOnDeserializationError: false, log,
    });
    const id = this.nextPull++;
    this.pulls.set(id, prepared);
    return id;
  }

  /** Answers a pull query by keys at once, where its rows are at hand. */
  private lookup(id: number, pullId: number, parameters: PullParameters): boolean {
    const prepared = this.pulls.get(pullId);
    const runner = prepared === undefined ? null : (this.runners.get(prepared.queryId)?.runner ?? null);
    const session = runner?.session ?? null;
    if (prepared === undefined || runner === null || session === null || !hasExactly(runner, parameters.partitions) || (parameters.atLeast !== undefined && !hasReached(session.reached, parameters.atLeast.positions))) return false;
    const rows = prepared.lookup(session.committedByKey(prepared.storeName), parameters);
    if (rows === null) return false;
    this.post({ kind: 'answer', id, rows, reached: parameters.tellsReached === true ? session.reached : null });
    return true;
  }

  private async pull(id: number, pullId: number, parameters: PullParameters, credit: number): Promise<End> {
    const { env } = this.dependencies;
    const prepared = this.pulls.get(pullId);
    if (prepared === undefined) throw new RequestError('NOT_FOUND', 'The pull query is not prepared: its table was dropped or replaced');
    const runner = this.runner(prepared.queryId);
    const { session } = runner;
    if (session === null || !hasExactly(runner, parameters.partitions)) {
      throw new RequestError('NOT_READY', `Query ${prepared.queryId} is not running: its state cannot be read now`, { hint: 'Try again when the query runs.' });
    }
    const sender = new RowSender(this.target(id), credit, PULL_BOUNDS);
    this.streams.set(id, { waitingBytes: 0, addCredit: (more) => sender.addCredit(more), cancel: () => sender.close() });
    if (parameters.atLeast !== undefined) await whenReached(session, parameters.atLeast, env.clock);
    const table = await session.committedTable(prepared.storeName);
    const { reached } = session;
    let turnMs = env.clock.monotonic();
    try {
      for await (const rows of prepared.execute(table, parameters)) {
        if (!this.streams.has(id)) break;
        for (const row of rows) sender.add(row);
        sender.send();
        if (sender.isFull) await sender.whenRoom();
        if (env.clock.monotonic() - turnMs < TURN_MS) continue;
        await env.clock.yieldTurn();
        turnMs = env.clock.monotonic();
      }
      await sender.whenSent();
    } finally {
      table.release();
    }
    return { reason: 'complete', reached: parameters.tellsReached === true ? reached : null };
  }

  private push(id: number, { source, options, credit, resume }: Extract<TaskGroupRequest, { kind: 'push' }>): Promise<StreamEnd> {
    if (source.kind === 'subscribe') return this.subscribe(id, source.queryId, source.limit, credit);
    const plan = source.kind === 'streamPull' ? source.plan : source;
    const runner = new PushRunner({
      plan,
      dependencies: this.dependencies,
      query: this.queryOptions(plan.queryId, options),
      partitioner: this.partitioner,
      target: this.target(id),
      onStarted: () => this.post({ kind: 'started', id }),
      credit,
      tails: this.tails,
      resume,
      endsAtStart: source.kind === 'streamPull',
    });
    this.streams.set(id, runner);
    return runner.run();
  }

  private async subscribe(id: number, queryId: string, limit: number | null, credit: number): Promise<StreamEnd> {
    const subscription = new Subscription({ runner: this.runner(queryId), target: this.target(id), credit, limit });
    const known = this.subscriptions.get(queryId) ?? new Set();
    this.subscriptions.set(queryId, known.add(subscription));
    this.streams.set(id, subscription);
    this.post({ kind: 'started', id });
    try {
      return await subscription.run();
    } finally {
      known.delete(subscription);
    }
  }

  private target(id: number): { chunk(rows: readonly OutputRow[], positions: Positions | null): void } {
    return { chunk: (rows, positions) => this.post({ kind: 'chunk', id, rows, positions }) };
  }

  private async close(): Promise<void> {
    for (const stream of this.streams.values()) stream.cancel();
    this.streams.clear();
    await Promise.all([...this.runners.values()].map(({ runner }) => runner.stop()));
    this.runners.clear();
  }

  private runner(queryId: string): QueryRunner {
    const known = this.runners.get(queryId);
    if (known === undefined) throw new RequestError('NOT_FOUND', `Query ${queryId} is not running here`);
    return known.runner;
  }

  private queryOptions(queryId: string, options: Partial<MessageQueryOptions>): QueryOptions {
    return { ...DEFAULT_QUERY_OPTIONS, groupId: queryId, ...options, partitioner: this.partitioner };
  }
}

function hasExactly(runner: QueryRunner, wanted: readonly number[] | undefined): boolean {
  if (wanted === undefined) return true;
  const { spread } = runner;
  return spread !== null && spread.own.length === wanted.length && spread.own.every((index, place) => index === wanted[place]);
}

function toMessage(error: unknown): MessageError {
  const message = error instanceof Error ? error.message : String(error);
  return {
    name: error instanceof Error ? error.name : 'Error',
    code: error instanceof MillraceError ? error.code : null,
    message,
    hint: error instanceof MillraceError ? (error.hint ?? null) : null,
    retriable: error instanceof BrokerError && error.retriable,
  };
}
