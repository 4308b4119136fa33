import { assertNever, BrokerError, InternalError, RequestError, type MillraceError } from '../errors/index.js';
import type { PersistentPlan, PullPlan } from '../plan/index.js';
import type { Row } from '../types/index.js';
import { IdTable } from './id-table.js';
import type {
  FromGroup, GroupMeasures, MessageError, MessageQueryOptions, OutputRow, Positions, PullParameters, PushSource, QueryStatus, ResumeOptions, RowEvaluation, RuntimeEvent, Spread, StreamEnd, TaskGroupReply,
  TaskGroupRequest, ToGroup, TopicPositions,
} from './messages.js';

/** Both ends of the message channel to a task group: a pair of functions on one thread, a message port between threads. */
export interface GroupChannel {
  post(message: ToGroup): void;
  /** Called once; messages that came before are delivered then. */
  onMessage(handler: (message: FromGroup) => void): void;
  close(): void;
}

export interface PushOptions {
  /** Chunks that may be under way before the reader takes one. */
  readonly credit: number;
  readonly options: Partial<MessageQueryOptions>;
  readonly resume: ResumeOptions;
}

/** Rows in chunks. Leaving the loop (or `cancel`) ends the query behind it. */
export interface RowStream extends AsyncIterable<readonly OutputRow[]> {
  cancel(): void;
  /** Resolves when a push query runs: rows written from then on reach it. Rejects when it cannot start. */
  readonly started: Promise<void>;
  /** Why it ended; null while it runs. */
  readonly endReason: StreamEnd | null;
  /** How far the chunks taken so far go, where that was asked for: all rows before have been taken. */
  readonly positions: Positions | null;
  /** What a pull query knew, after its end and where that was asked for. */
  readonly reached: TopicPositions | null;
  /** Calls back once, when its reader has come to the end or has left. */
  whenTaken(listener: () => void): void;
}

export interface PreparedPull {
  execute(parameters?: PullParameters): RowStream;
  /** Frees the compiled form. */
  close(): void;
}

const DEFAULT_CREDIT = 8;
const FROM_START: ResumeOptions = { from: null, tellsPositions: false };

/** The engine's side of a task group: promises and async iterables over messages. */
export class TaskGroupClient {
  private failure: Error | null = null;
  private readonly waiting = new IdTable<Waiting>();
  private readonly listeners = new Set<(event: RuntimeEvent) => void>();

  constructor(private readonly channel: GroupChannel) {
    channel.onMessage((message) => this.receive(message));
  }

  /** Resolves when the query has its tasks and their stores are restored, or has failed and waits to try again. */
  async startQuery(plan: PersistentPlan, options: Partial<MessageQueryOptions> = {}): Promise<void> {
    await this.request({ kind: 'start', plan, options });
  }
  async pauseQuery(queryId: string): Promise<void> {
    await this.request({ kind: 'pause', queryId });
  }
  async resumeQuery(queryId: string): Promise<void> {
    await this.request({ kind: 'resume', queryId });
  }
  async stopQuery(queryId: string, options: { readonly deleteState: boolean }): Promise<void> {
    await this.request({ kind: 'stop', queryId, deleteState: options.deleteState });
  }
  async status(): Promise<readonly QueryStatus[]> {
    const reply = await this.request({ kind: 'status' });
    if (reply === null || !('queries' in reply)) throw new InternalError('A status request got another reply');
    return reply.queries;
  }
  /** Who has the query's tasks; null: they are being handed out at this moment. */
  async spread(queryId: string): Promise<Spread | null> {
    const reply = await this.request({ kind: 'spread', queryId });
    if (reply === null || !('spread' in reply)) throw new InternalError('A spread request got another reply');
    return reply.spread;
  }

  async measure(): Promise<GroupMeasures> {
    const reply = await this.request({ kind: 'measure' });
    if (reply === null || !('measures' in reply)) throw new InternalError('A question for sizes got another reply');
    return reply.measures;
  }
  /** Resolves when every input record that exists for these queries (default: all) has been processed and committed. */
  async whenIdle(queryIds: readonly string[] | null = null): Promise<void> {
    await this.request({ kind: 'whenIdle', queryIds });
  }
  /** Compiles a pull query once; the same plan may then run many times, also with other keys. */
  async preparePull(plan: PullPlan): Promise<PreparedPull> {
    const reply = await this.request({ kind: 'preparePull', plan });
    if (reply === null || !('pullId' in reply)) throw new InternalError('A prepare request got another reply');
    const { pullId } = reply;
    return {
      execute: (parameters = {}) => this.stream({ kind: 'pull', pullId, parameters, credit: DEFAULT_CREDIT }, DEFAULT_CREDIT),
      close: () => void this.request({ kind: 'forgetPull', pullId }).catch(() => undefined),
    };
  }
  /** Evaluates expressions in the group's thread: a row, or null, for each given. Failures of expressions give null values. */
  async evaluate(evaluation: RowEvaluation): Promise<readonly (Row | null)[]> {
    const reply = await this.request({ kind: 'evaluate', evaluation });
    if (reply === null || !('rows' in reply)) throw new InternalError('An evaluation got another reply');
    return reply.rows;
  }
  async *pull(plan: PullPlan): AsyncIterable<readonly OutputRow[]> {
    const prepared = await this.preparePull(plan);
    try {
      yield* prepared.execute();
    } finally {
      prepared.close();
    }
  }
  push(source: PushSource, options: Partial<PushOptions> = {}): RowStream {
    const credit = options.credit ?? DEFAULT_CREDIT;
    return this.stream({ kind: 'push', source, options: options.options ?? {}, credit, resume: options.resume ?? FROM_START }, credit);
  }
  /** Calls back for state changes, failures and commits; returns how to stop. */
  onEvent(listener: (event: RuntimeEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
  /** Stops every query after a last commit and closes the group. */
  async close(): Promise<void> {
    await this.request({ kind: 'close' });
    this.channel.close();
  }

  /** The group has ended without an answer: everything that waits for one fails, and so does what is asked from now on. */
  fail(error: Error): void {
    if (this.failure !== null) return;
    this.failure = error;
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const each of all) each.fail(error);
  }

  private request(request: TaskGroupRequest): Promise<TaskGroupReply> {
    if (this.failure !== null) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      const id = this.waiting.add(new Reply(resolve, reject));
      this.channel.post({ kind: 'request', id, request });
    });
  }

  private stream(request: TaskGroupRequest, credit: number): RowStream {
    const queue = new ChunkQueue(this.channel, credit);
    if (this.failure !== null) {
      queue.fail(this.failure);
      return queue;
    }
    const id = this.waiting.add(queue);
    queue.open(id, () => this.waiting.delete(id));
    this.channel.post({ kind: 'request', id, request });
    return queue;
  }

  private receive(message: FromGroup): void {
    if (message.kind === 'event') {
      for (const listener of this.listeners) listener(message.event);
      return;
    }
    const waiting = this.waiting.get(message.id);
    if (waiting === undefined) return;
    if (message.kind === 'failure') {
      this.waiting.delete(message.id);
      waiting.fail(toError(message.error));
    } else if (waiting instanceof Reply) {
      this.waiting.delete(message.id);
      if (message.kind === 'reply') waiting.resolve(message.value);
    } else if (waiting.take(message)) this.waiting.delete(message.id);
  }
}

type Waiting = Reply | ChunkQueue;

/** Who waits for one answer. */
class Reply {
  constructor(
    readonly resolve: (reply: TaskGroupReply) => void,
    readonly fail: (error: unknown) => void,
  ) {}
}

const DONE: IteratorResult<readonly OutputRow[], undefined> = { done: true, value: undefined };

/** Chunks received and not yet taken; taking one gives credit back. Bounded by the credit given. One reader. */
class ChunkQueue implements RowStream, AsyncIterator<readonly OutputRow[], undefined> {
  endReason: StreamEnd | null = null;
  private readonly chunks: { readonly rows: readonly OutputRow[]; readonly positions: Positions | null }[] = [];
  positions: Positions | null = null;
  reached: TopicPositions | null = null;
  private failure: Error | null = null;
  private closed = false;
  private wake: (() => void) | null = null;
  private startedBy: { resolve(): void; reject(error: Error): void } | null = null;
  private isStarted = false;
  private onTaken: (() => void) | null = null;
  private id = 0;
  private onCancel: () => void = () => undefined;

  constructor(
    private readonly channel: Pick<GroupChannel, 'post'>,
    private readonly capacity: number,
  ) {}

  /** Its number at the group. */
  open(id: number, onCancel: () => void): void {
    this.id = id;
    this.onCancel = onCancel;
  }

  get started(): Promise<void> {
    if (this.failure !== null) return Promise.reject(this.failure);
    if (this.isStarted || this.closed || this.endReason !== null) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.startedBy = { resolve, reject };
    });
  }

  whenTaken(listener: () => void): void {
    this.onTaken = listener;
  }

  /** True: nothing comes after it. */
  take(message: Exclude<FromGroup, { kind: 'event' | 'failure' }>): boolean {
    switch (message.kind) {
      case 'started':
        this.start();
        return false;
      case 'chunk':
        this.add(message.rows, message.positions);
        return false;
      case 'answer':
        if (message.rows.length > 0) this.add(message.rows, null);
        this.end('complete', message.reached);
        return true;
      case 'end':
        this.end(message.reason, message.reached);
        return true;
      case 'reply':
        throw new InternalError('A task group replied to what wants a stream');
      default:
        return assertNever(message);
    }
  }
  private start(): void {
    this.isStarted = true;
    this.startedBy?.resolve();
  }
  private add(rows: readonly OutputRow[], positions: Positions | null): void {
    if (this.closed) return;
    if (this.chunks.length >= this.capacity) throw new InternalError('A task group sent more chunks than it had credit for');
    this.chunks.push({ rows, positions });
    this.wake?.();
  }
  private end(reason: StreamEnd, reached: TopicPositions | null): void {
    this.endReason = reason;
    this.reached = reached;
    this.start();
    this.wake?.();
  }
  fail(error: Error): void {
    this.failure = error;
    this.startedBy?.reject(error);
    this.wake?.();
  }
  cancel(): void {
    if (this.closed) return;
    this.closed = true;
    this.start();
    if (this.endReason === null && this.failure === null) {
      this.onCancel();
      this.channel.post({ kind: 'cancel', id: this.id });
    }
    this.taken();
    this.wake?.();
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly OutputRow[], undefined> {
    return this;
  }

  async next(): Promise<IteratorResult<readonly OutputRow[], undefined>> {
    for (;;) {
      const chunk = this.chunks.shift();
      if (chunk !== undefined) {
        if (this.endReason === null) this.channel.post({ kind: 'credit', id: this.id, credit: 1 });
        this.positions = chunk.positions ?? this.positions;
        return { done: false, value: chunk.rows };
      }
      if (this.failure !== null || this.endReason !== null || this.closed) {
        this.cancel();
        if (this.failure !== null) throw this.failure;
        return DONE;
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = null;
    }
  }

  return(): Promise<IteratorResult<readonly OutputRow[], undefined>> {
    this.cancel();
    return Promise.resolve(DONE);
  }

  private taken(): void {
    this.onTaken?.();
    this.onTaken = null;
  }
}

/** Errors lose their class on the way; the code and the advice stay. */
function toError(error: MessageError): MillraceError {
  const details = { hint: error.hint ?? undefined };
  if (error.code === null) return new InternalError(error.message, details);
  if (error.code === 'BROKER' || error.code === 'DISK_FULL') {
    return new BrokerError(error.message, { ...details, retriable: error.retriable, code: error.code });
  }
  return new RequestError(error.code, error.message, details);
}
