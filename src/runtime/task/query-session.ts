import type { GroupMetadata, LogReader, OffsetCommit, Slab, TopicPartition, TransactionalProducer } from '../../broker/index.js';
import { present } from '../../errors/index.js';
import type { PersistentPlan, TransientPlan } from '../../plan/index.js';
import type { Positions, StoreSize, TaskStatus, TopicPositions } from '../messages.js';
import type { QueryOptions, RuntimeDependencies } from '../options.js';
import type { Topology } from '../topology.js';
import { commitDueInMs } from './commit-policy.js';
import { encodeMetadata, type TaskObserved } from './offset-metadata.js';
import type { CommittedTable } from './committed-table.js';
import type { CommittedLookup } from './committed-lookup.js';
import { CommittedViews } from './committed-views.js';
import { drainExchanges, relieveExchanges, runSlice, tasksWithDemand, type Assembly } from './schedule.js';
import type { ProcessingLog } from './processing-log.js';
import type { SlabInput } from './slab-input.js';
import type { Task } from './task.js';
import type { TaskStore } from './task-store.js';
import type { TransactionOutput } from './transaction-output.js';
import { workOf, type WorkCounts } from './work-counts.js';

/** Records of a repartition partition that may lie there consumed. */
const PURGE_RECORDS = 50_000;
/** Rows of an exchange that a task takes at a commit before others have a turn. */
const DRAINED_AT_ONCE = 4096;

/** Everything a session is made of; opened by `openSession`. */
export interface SessionParts {
  readonly plan: PersistentPlan | TransientPlan;
  readonly topology: Topology;
  readonly options: QueryOptions;
  readonly dependencies: RuntimeDependencies;
  readonly output: TransactionOutput;
  readonly reader: LogReader;
  /** null: a push query. */
  readonly producer: TransactionalProducer | null;
  /** Membership as of the assignment that this session works on: after another one its commits are refused. null: a push query. */
  readonly group: GroupMetadata | null;
  readonly assembly: Assembly;
  readonly log: ProcessingLog;
}

/** What the session tells its query. */
export interface SessionHooks {
  /** The stores have switched to what was committed: pull queries and subscribers may see it. */
  committed(durationMs: number): void;
  processed(records: number, durationMs: number): void;
  /** Rows of a push query cannot be taken now: resolves when they can. null: they can. */
  backpressure(): Promise<void> | null;
}

/**
 * One life of a query on this thread, from opening to stop or failure. After a failure nothing of it is used again: a new
 * session starts from what was committed.
 */
export class QuerySession {
  readonly tasks: readonly Task[];
  private readonly inputs: readonly SlabInput[];
  /** Several tasks may read one partition, each at its own pace. */
  private readonly readers = new Map<string, readonly SlabInput[]>();
  private readonly pausedPartitions = new Set<string>();
  private readonly committedOffsets = new Map<string, string>();
  private applying: Promise<void> | null = null;
  private readonly views: CommittedViews;
  private committed: TopicPositions;
  private countedRecords = 0;
  private readonly repartitionInputs: readonly SlabInput[];
  private readonly purged = new Map<SlabInput, number>();
  private firstUncommittedMs: number | null = null;
  private drainedSinceMs: number | null = null;
  private lastCommitEndMs = -Infinity;
  private lastCommitDurationMs = 0;
  private readonly yieldTurn: () => Promise<void>;

  constructor(
    private readonly parts: SessionParts,
    private readonly hooks: SessionHooks,
  ) {
    this.yieldTurn = () => parts.dependencies.env.clock.yieldTurn();
    this.views = new CommittedViews(() => this.stores(), parts.dependencies, parts.options.partitioner);
    this.tasks = parts.topology.stages.flatMap((stage) => parts.assembly.tasks.get(stage.id) ?? []);
    for (const task of this.tasks) task.betweenPages = () => relieveExchanges(parts.assembly);
    this.inputs = this.tasks.flatMap((task) => task.topicInputs);
    this.committed = this.topicPositions();
    const exchanges = new Set(parts.topology.exchanges.map((exchange) => exchange.topic));
    this.repartitionInputs = this.inputs.filter((input) => exchanges.has(input.topic));
    for (const input of this.inputs) this.readers.set(idOf(input), [...(this.readers.get(idOf(input)) ?? []), input]);
  }

  /** Subscribed partitions that have ended for a query with a fixed end; see `push/`. */
  get drained(): boolean {
    return this.inputs.every((input) => input.head() === Infinity && !input.starved);
  }

  /** There are no tasks here: other members have them all. */
  get isEmpty(): boolean {
    return this.inputs.length === 0;
  }

  get uncommitted(): boolean {
    return this.firstUncommittedMs !== null;
  }

  /**
   * One round: fetch, process a slice, commit when due. `maxWaitMs` bounds the wait for records when there is nothing to do.
   * Returns false when it found nothing to do at all.
   */
  async round(maxWaitMs: number): Promise<boolean> {
    const fetched = await this.fetch(maxWaitMs);
    const blocked = this.hooks.backpressure();
    if (blocked !== null) await blocked;
    const processed = await this.process();
    await this.commitIfDue();
    return fetched || processed > 0;
  }

  /** Commits what is processed, whatever the policy says. */
  async commit(): Promise<void> {
    if (this.firstUncommittedMs === null) return;
    const { clock } = this.parts.dependencies.env;
    const started = clock.monotonic();
    await this.flush();
    await this.commitTransaction();
    this.committed = this.topicPositions();
    this.firstUncommittedMs = null;
    this.lastCommitEndMs = clock.monotonic();
    this.lastCommitDurationMs = this.lastCommitEndMs - started;
    await this.purge();
    this.hooks.committed(this.lastCommitDurationMs);
  }

  private topicPositions(): TopicPositions {
    return this.inputs.map(({ topic, partition, position }) => [topic, partition, position] as const);
  }

  /** Repartition topics keep nothing that has been consumed. Deleted in steps, so that small commits cost nothing. */
  private async purge(): Promise<void> {
    const below: { topic: string; partition: number; offset: number }[] = [];
    for (const input of this.repartitionInputs) {
      if (input.position - (this.purged.get(input) ?? 0) < PURGE_RECORDS) continue;
      this.purged.set(input, input.position);
      below.push({ topic: input.topic, partition: input.partition, offset: input.position });
    }
    if (below.length > 0) await this.parts.dependencies.broker.admin.deleteRecords(below);
  }

  /** After a last commit. */
  async close(): Promise<void> {
    for (const task of this.tasks) for (const operator of task.operators) operator.close();
    try {
      await this.writeStores();
    } finally {
      await this.release();
    }
  }

  /** After a failure: gives up what is not committed, keeps what the processing log still has to say. */
  async abandon(): Promise<void> {
    const { producer, output, log } = this.parts;
    try {
      if (producer !== null && output.isOpen) await producer.abort();
      output.ended();
      if (producer !== null && log.hasOrphans) {
        log.writeOrphans();
        await producer.commit();
        output.ended();
      }
    } catch {
      // The producer is no good any more; its transaction ends when the next one opens.
    }
    await this.release().catch(() => undefined);
  }

  /** True when the broker shows no records beyond those processed. */
  async atEnd(): Promise<boolean> {
    const { broker } = this.parts.dependencies;
    // With one member, an empty poll has said so.
    if (broker.singleMember || this.inputs.length === 0) return true;
    const ends = await broker.admin.listOffsets(this.inputs, 'latest', 'read_committed');
    return this.inputs.every((input, index) => input.position >= (ends[index] ?? 0));
  }

  /** Every input has come to the end that was set when it was opened. */
  get finished(): boolean {
    return this.inputs.every((input) => input.isFinished);
  }

  internalTopics(): string[] {
    const changelogs = this.stores().flatMap((store) => (store.changelog === null ? [] : [store.changelog.topic]));
    return [...new Set([...changelogs, ...this.parts.topology.exchanges.map((exchange) => exchange.topic)])];
  }

  /**
   * The committed content of a store, over the tasks that are here. All stores switch together: the view is made between two
   * commits, never while one is being applied.
   */
  async committedTable(storeName: string): Promise<CommittedTable> {
    for (;;) {
      await this.writeStores(this.storesNamed(storeName));
      const table = this.committedTableNow(storeName);
      if (table !== null) return table;
    }
  }

  /** Null while a commit is being applied, and when the store has to catch up first. */
  private committedTableNow(storeName: string): CommittedTable | null {
    if (this.applying !== null) return null;
    // A view lasts until the next commit, and stores fall behind by commits only.
    const known = this.views.known(storeName);
    if (known !== null) return known;
    const stores = this.storesNamed(storeName);
    if (stores.some((store) => store.isBehind)) return null;
    for (const store of stores) store.watch();
    return this.views.use(storeName);
  }

  /** Committed rows of a store by key: at once, whatever is under way. */
  committedByKey(storeName: string): CommittedLookup {
    return this.views.byKey(storeName);
  }

  /** How far the inputs had been read at the last commit. */
  get reached(): TopicPositions {
    return this.committed;
  }

  /** Next offsets by partition, of a session over one topic. */
  positions(): Positions {
    const positions: number[] = [];
    for (const input of this.inputs) positions[input.partition] = input.position;
    return positions;
  }

  /** Brings the stores to the last commit: nothing has to be read again after a crash, and readers see it. */
  async writeStores(stores: readonly TaskStore[] = this.stores()): Promise<void> {
    for (;;) {
      while (this.applying !== null) await this.applying;
      const behind = stores.filter((store) => store.isBehind);
      if (behind.length === 0) return;
      await this.exclusively(async () => {
        for (const store of behind) await store.write(this.yieldTurn);
      });
    }
  }

  status(): TaskStatus[] {
    return this.tasks.map((task) => ({
      stage: task.stage.id,
      partition: task.partition,
      inputs: task.topicInputs.map(({ topic, partition, position, end }) => ({ topic, partition, position, end })),
      stores: task.stores.map((store) => ({ name: store.name, changelogOffset: store.changelogOffset })),
    }));
  }

  /** Records that have gone through it; `written`: rows of its sink, which its query counts. */
  work(written: number): WorkCounts {
    return workOf(this.parts.assembly, written);
  }

  async storeSizes(): Promise<readonly Omit<StoreSize, 'queryId'>[]> {
    return Promise.all(this.stores().map(async (store) => ({ store: store.name, ...(await store.size()) })));
  }

  private async release(): Promise<void> {
    this.views.retire();
    const { reader, producer } = this.parts;
    await reader.close();
    if (producer !== null) await producer.close();
    for (const store of this.stores()) await store.store.close();
  }

  wakeup(): void {
    this.parts.reader.wakeup();
  }

  private async fetch(maxWaitMs: number): Promise<boolean> {
    const { options, reader } = this.parts;
    if (this.inputs.length === 0) return false;
    const idle = this.inputs.every((input) => input.head() === Infinity);
    if (!idle && !this.inputs.some((input) => input.head() === Infinity)) return false;
    const mayWait = idle || (options.maxTaskIdleMs >= 0 && this.isStarved());
    const wait = mayWait ? Math.min(maxWaitMs, Math.max(0, Math.ceil(this.commitDueInMs()))) : 0;
    this.holdBack();
    const slabs = await reader.poll({ maxBytes: options.fetchBytes, maxWaitMs: wait });
    for (const slab of slabs) this.take(slab);
    return slabs.some((slab) => slab.count > 0);
  }

  private take(slab: Slab): void {
    for (const input of this.readers.get(idOf(slab)) ?? []) input.add(slab);
  }

  /** Partitions that have enough buffered wait for the others; one that somebody still waits for does not. */
  private holdBack(): void {
    const { reader, options } = this.parts;
    for (const [id, inputs] of this.readers) {
      const full = inputs.every((input) => input.bufferedBytes >= options.fetchBytes);
      if (full === this.pausedPartitions.has(id)) continue;
      if (full) {
        reader.pause(inputs);
        this.pausedPartitions.add(id);
      } else {
        reader.resume(inputs);
        this.pausedPartitions.delete(id);
      }
    }
  }

  private async process(): Promise<number> {
    const { options, assembly, dependencies } = this.parts;
    // Records known to exist may come before those at hand: fetch them first.
    if (options.maxTaskIdleMs >= 0 && this.isStarved()) return 0;
    const nowMs = dependencies.env.clock.monotonic();
    const count = runSlice(assembly, { records: options.sliceRecords, maxIdleMs: options.maxTaskIdleMs, nowMs });
    await this.satisfyDemands();
    if (count > 0) {
      this.firstUncommittedMs ??= nowMs;
      this.hooks.processed(this.takeRecordCount(), dependencies.env.clock.monotonic() - nowMs);
      for (const store of this.stores()) store.table.trim();
    }
    this.drainedSinceMs = this.drained ? (this.drainedSinceMs !== null && count === 0 ? this.drainedSinceMs : dependencies.env.clock.monotonic()) : null;
    return count;
  }

  /** Records of topics processed since the last call. */
  private takeRecordCount(): number {
    let total = 0;
    for (const input of this.inputs) total += input.records;
    const since = total - this.countedRecords;
    this.countedRecords = total;
    return since;
  }

  private isStarved(): boolean {
    return this.inputs.some((input) => input.starved);
  }

  private async satisfyDemands(): Promise<void> {
    // What a long scan gives is carried on meanwhile, and may make another task wait for one.
    for (let waiting = tasksWithDemand(this.parts.assembly); waiting.length > 0; waiting = tasksWithDemand(this.parts.assembly)) {
      for (const task of waiting) await task.satisfyDemands();
    }
  }

  private commitDueInMs(): number {
    const { options, output, dependencies } = this.parts;
    let dirtyBytes = 0;
    for (const store of this.stores()) dirtyBytes += store.table.dirtyBytes();
    return commitDueInMs(options, {
      nowMs: dependencies.env.clock.monotonic(),
      firstUncommittedMs: this.firstUncommittedMs,
      uncommittedBytes: output.bytes,
      dirtyBytes,
      drainedSinceMs: this.drainedSinceMs,
      lastCommitEndMs: this.lastCommitEndMs,
      lastCommitDurationMs: this.lastCommitDurationMs,
    });
  }

  private async commitIfDue(): Promise<void> {
    if (this.commitDueInMs() <= 0) await this.commit();
  }

  /**
   * Empties what is between the tasks and in their caches, producers before consumers, so that at the commit nothing is under
   * way: rows from upstream arrive before a stage's own tables are flushed.
   */
  private async flush(): Promise<void> {
    const { assembly, topology } = this.parts;
    for (const stage of topology.stages) {
      await this.drainStage(stage.id);
      for (const task of assembly.tasks.get(stage.id) ?? []) await task.flush(this.yieldTurn);
    }
  }

  private async drainStage(stageId: number): Promise<void> {
    const { assembly } = this.parts;
    if (!assembly.exchanges.some((port) => port.inMemory && port.exchange.consumer === stageId)) return;
    let moved: number;
    do {
      moved = drainExchanges(assembly, stageId, DRAINED_AT_ONCE);
      await this.satisfyDemands();
      if (moved >= DRAINED_AT_ONCE) await this.yieldTurn();
    } while (moved > 0);
  }

  private async commitTransaction(): Promise<void> {
    const { producer, group, output } = this.parts;
    const stores = this.stores();
    if (producer === null || group === null) {
      for (const store of stores) await store.collect(this.yieldTurn);
      output.ended();
      await this.apply(() => null);
      return;
    }
    for (const store of stores) await store.collect(this.yieldTurn);
    const transaction = output.begin();
    const offsets = this.offsets();
    await transaction.sendOffsets(offsets, group);
    const { endOffsets } = await transaction.commit();
    output.ended();
    for (const commit of offsets) this.remember(commit);
    const reached = new Map(endOffsets.map((end) => [idOf(end), end.offset]));
    await this.apply((store) => (store.changelog === null ? null : (reached.get(idOf(store.changelog)) ?? null)));
  }

  private async apply(reached: (store: TaskStore) => number | null): Promise<void> {
    while (this.applying !== null) await this.applying;
    this.views.retire();
    await this.exclusively(async () => {
      const due = this.stores().filter((store) => store.committed(reached(store)));
      for (const store of due) await store.write(this.yieldTurn);
    });
  }

  /** Called in the turn in which `applying` was null: commits, and writes of what they left behind, follow one another. */
  private async exclusively(change: () => Promise<void>): Promise<void> {
    const work = change();
    this.applying = work.then(
      () => undefined,
      () => undefined,
    );
    try {
      await work;
    } finally {
      this.applying = null;
    }
  }

  private storesNamed(name: string): TaskStore[] {
    return this.stores().filter((store) => store.name === name);
  }

  private stores(): TaskStore[] {
    return this.tasks.flatMap((task) => task.stores);
  }

  /**
   * Positions that moved, with what was observed on the way; the observed state of a task lies with its first input. Of several
   * tasks on one partition the last one's position is committed, and the others say how far ahead they are.
   */
  private offsets(): OffsetCommit[] {
    const committed = new Map([...this.readers].map(([id, inputs]) => [id, Math.min(...inputs.map((input) => input.position))]));
    const observed = this.observedByHome(committed);
    const commits: OffsetCommit[] = [];
    for (const [id, [input]] of this.readers) {
      if (input === undefined) continue;
      const commit: OffsetCommit = {
        topic: input.topic, partition: input.partition, offset: committed.get(id) ?? 0, metadata: encodeMetadata(observed.get(id) ?? new Map<string, TaskObserved>()),
      };
      if (this.committedOffsets.get(id) !== signature(commit)) commits.push(commit);
    }
    return commits;
  }

  private remember(commit: OffsetCommit): void {
    this.committedOffsets.set(idOf(commit), signature(commit));
  }

  private observedByHome(committed: ReadonlyMap<string, number>): Map<string, Map<string, TaskObserved>> {
    const homes = new Map<string, Map<string, TaskObserved>>();
    for (const task of this.tasks) {
      const ahead = new Map(task.topicInputs.filter((input) => input.position > (committed.get(idOf(input)) ?? 0)).map(({ topic, position }) => [topic, position]));
      if (task.operators.length === 0 && ahead.size === 0) continue;
      const home = idOf(task.topicInputs[0] ?? present(this.inputs[task.partition % this.inputs.length], 'an input of the query'));
      const entries = homes.get(home) ?? new Map<string, TaskObserved>();
      entries.set(task.id, task.observed(ahead));
      homes.set(home, entries);
    }
    return homes;
  }
}

function idOf({ topic, partition }: TopicPartition): string {
  return `${partition}/${topic}`;
}

function signature(commit: OffsetCommit): string {
  return `${commit.offset} ${commit.metadata}`;
}
