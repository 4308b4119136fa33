import type { GroupMember, GroupMetadata, TopicPartition } from '../../broker/index.js';
import type { EvaluationEnvironment } from '../../expr/index.js';
import type { PersistentPlan, TransientPlan } from '../../plan/index.js';
import { createMemoryStores } from '../../state/index.js';
import type { CompileEnvironment } from '../compile/compiler.js';
import type { Emit } from '../operators/operator.js';
import type { Positions } from '../messages.js';
import type { Partitioner, QueryOptions, RuntimeDependencies } from '../options.js';
import { buildTopology, type Stage, type Topology } from '../topology.js';
import { buildAssembly, type InputPosition } from './assembly-builder.js';
import { ensureChangelogs, ensureRepartitions } from './internal-topics.js';
import { PartitionCounts } from './partition-counts.js';
import { startingPoint, type StartingPoint, type WantedPartition } from './positions.js';
import type { ErrorCounts } from './processing-log.js';
import { ProcessingLog } from './processing-log.js';
import { QuerySession, type SessionHooks } from './query-session.js';
import { restoreStores } from './restore.js';
import type { RecordContext } from './record-context.js';
import type { RowListener } from './sink-writer.js';
import type { SlabInput } from './slab-input.js';
import type { TaskStore } from './task-store.js';
import { TransactionOutput } from './transaction-output.js';

export interface SessionOptions {
  readonly plan: PersistentPlan | TransientPlan;
  readonly dependencies: RuntimeDependencies;
  readonly query: QueryOptions;
  readonly partitioner: Partitioner | null;
  readonly errors: ErrorCounts;
  /** null: a push query. */
  readonly member: GroupMember | null;
  /** Partitions this thread has; null: all. */
  readonly assigned: readonly TopicPartition[] | null;
  /** A store was found damaged: all are wiped and restored from their changelogs. */
  readonly wipesStores: boolean;
  /** Inputs end where they ended when the session was opened. */
  readonly endsAtStart: boolean;
  /** Takes the rows of a plan without sink; the context names the record they come from. */
  readonly rows: (context: RecordContext) => Emit;
  /** Next offsets by partition, for a query over one topic: instead of where its plan says that it starts. */
  readonly startAt?: Positions | null;
  readonly listener: RowListener;
  readonly onLate: (count: number) => void;
  /** Changelog records still to be read before the query can run. */
  readonly onRestoring?: (remaining: number) => void;
  readonly hooks: SessionHooks;
}

const TRANSACTION_TIMEOUT_MS = 60_000;

/** Opens everything a query needs on this thread and brings it to where it was committed last. */
export async function openSession(options: SessionOptions): Promise<QuerySession> {
  return new SessionOpener(options).open();
}

class SessionOpener {
  private readonly topology: Topology;
  private readonly counts: PartitionCounts;
  private readonly output = new TransactionOutput();
  private readonly isDurable: boolean;
  private readonly group: GroupMetadata | null;
  private readonly positions = new Map<string, InputPosition>();
  /** What must be undone when opening fails half way. */
  private readonly cleanup: (() => Promise<void>)[] = [];

  constructor(private readonly options: SessionOptions) {
    this.topology = buildTopology(options.plan);
    this.counts = new PartitionCounts(options.dependencies.broker, options.plan);
    this.isDurable = options.plan.kind === 'persistent';
    this.group = options.member?.metadata() ?? null;
  }

  async open(): Promise<QuerySession> {
    try {
      return await this.openAll();
    } catch (error) {
      for (const undo of this.cleanup.reverse()) await undo().catch(() => undefined);
      throw error;
    }
  }

  private async openAll(): Promise<QuerySession> {
    const { plan, dependencies, query, hooks } = this.options;
    const { broker } = dependencies;
    await this.counts.load(this.topology);
    const exchange = this.exchangeKind();
    if (exchange === 'topic') await ensureRepartitions(broker, this.topology, this.counts);
    // First of all: it ends what an older owner of the transactional id has open.
    const producer = this.isDurable ? await broker.openTransactionalProducer({ transactionalId: this.transactionalId(), timeoutMs: TRANSACTION_TIMEOUT_MS, guarantee: query.guarantee }) : null;
    if (producer !== null) this.cleanup.push(() => producer.close());
    this.output.use(producer);
    const start = await this.findPositions(exchange);
    const assembly = await this.assemble(exchange, start);
    const reader = broker.openReader({ isolation: 'read_committed', lane: 'main', owner: plan.queryId });
    this.cleanup.push(() => reader.close());
    const inputs = [...assembly.tasks.values()].flat().flatMap((task) => task.topicInputs);
    reader.assign(firstPositions(inputs));
    return new QuerySession(
      { plan, topology: this.topology, options: query, dependencies, output: this.output, reader, producer, group: this.group, assembly, log: this.log() },
      hooks,
    );
  }

  private exchangeKind(): 'memory' | 'topic' {
    const { query, dependencies } = this.options;
    if (!this.isDurable) return 'memory';
    if (query.exchange !== 'auto') return query.exchange;
    // Who has every task hands rows over in memory; with others, through topics.
    return dependencies.broker.singleMember || this.hasAll() ? 'memory' : 'topic';
  }

  private hasAll(): boolean {
    return this.topology.stages.every((stage) => this.partitionsOf(stage).length === this.counts.ofStage(stage));
  }

  private transactionalId(): string {
    return `${this.options.query.groupId}-${this.options.dependencies.threadId}`;
  }

  private partitionsOf(stage: Stage): number[] {
    const { assigned } = this.options;
    const all = Array.from({ length: this.counts.ofStage(stage) }, (_, partition) => partition);
    if (assigned === null) return all;
    const own = new Set(assigned.map(({ partition }) => partition));
    // Partition p of every topic goes to one member, so the index alone decides.
    return all.filter((partition) => own.has(partition));
  }

  private async findPositions(exchange: 'memory' | 'topic'): Promise<StartingPoint> {
    const { plan, query, dependencies } = this.options;
    const wanted: WantedPartition[] = [];
    for (const stage of this.topology.stages) {
      for (const input of stage.inputs) {
        if (input.kind === 'exchange' && exchange === 'memory') continue;
        const topic = input.kind === 'topic' ? input.step.topic : input.exchange.topic;
        const reset = input.kind === 'exchange' ? 'earliest' : (offsetReset(plan, query) ?? (input.step.kind === 'tableSource' ? 'earliest' : 'latest'));
        const count = this.counts.known(topic);
        for (const partition of this.partitionsOf(stage)) if (partition < count) wanted.push({ topic, partition, reset });
      }
    }
    if (exchange === 'memory' && this.isDurable) wanted.push(...(await this.leftovers()));
    const start = await startingPoint(dependencies.broker, this.isDurable ? query.groupId : null, wanted);
    wanted.forEach(({ topic, partition }, index) => {
      this.positions.set(`${partition}/${topic}`, { offset: this.options.startAt?.[partition] ?? start.offsets[index] ?? 0, end: start.ends[index] ?? 0, stopAt: this.options.endsAtStart ? (start.ends[index] ?? 0) : Infinity });
    });
    return start;
  }

  /** Repartition topics that this query has read from before: what they still hold comes first, now that memory takes over. */
  private async leftovers(): Promise<WantedPartition[]> {
    const { broker } = this.options.dependencies;
    const found: WantedPartition[] = [];
    for (const { topic, consumer } of this.topology.exchanges) {
      const stage = this.topology.stages.find((each) => each.id === consumer);
      if (stage === undefined || (await broker.admin.describeTopic(topic)) === null) continue;
      const partitions = this.partitionsOf(stage).map((partition) => ({ topic, partition }));
      const committed = await broker.fetchCommitted(this.options.query.groupId, partitions);
      partitions.forEach((partition, index) => {
        if ((committed[index] ?? null) !== null) found.push({ ...partition, reset: 'earliest' });
      });
    }
    return found;
  }

  private async assemble(exchange: 'memory' | 'topic', start: StartingPoint) {
    const { plan, dependencies, query, partitioner, rows, listener, onLate } = this.options;
    const stores = this.isDurable ? dependencies.stores : createMemoryStores();
    return buildAssembly({
      queryId: plan.queryId,
      topology: this.topology,
      counts: this.counts,
      query,
      partitioner,
      exchange,
      isDurable: this.isDurable,
      environment: this.compileEnvironment(),
      output: this.output,
      stores,
      partitionsOf: (stage) => this.partitionsOf(stage),
      positionOf: (topic, partition) => this.positions.get(`${partition}/${topic}`) ?? null,
      rows,
      listener,
      onLate,
      restore: (opened) => this.restore(opened),
      observed: () => start.observed,
    });
  }

  private async restore(stores: readonly TaskStore[]): Promise<void> {
    const { plan, dependencies, wipesStores, onRestoring = () => undefined } = this.options;
    for (const store of stores) this.cleanup.push(() => store.store.close());
    if (!this.isDurable) return;
    await ensureChangelogs(dependencies.broker, stores, this.counts, this.topology);
    if (wipesStores) for (const store of stores) await store.wipe();
    await restoreStores(dependencies.broker, plan.queryId, stores, { logger: dependencies.env.logger, onRemaining: onRestoring });
  }

  private processingLog: ProcessingLog | null = null;
  private log(): ProcessingLog {
    const { plan, query, dependencies, errors } = this.options;
    this.processingLog ??= new ProcessingLog(plan.queryId, this.isDurable ? query.processingLog : null, this.output, dependencies.env.clock, errors);
    return this.processingLog;
  }

  private compileEnvironment(): CompileEnvironment {
    const { dependencies, query } = this.options;
    return {
      evaluation: evaluationOf(dependencies),
      serde: { formats: dependencies.formats, schemas: dependencies.schemas },
      parseTimestamp: dependencies.parseTimestamp,
      throwOnInvalidTimestamp: query.throwOnInvalidTimestamp,
      failOnDeserializationError: query.failOnDeserializationError,
      log: this.log(),
    };
  }
}

/** Where reading starts: what several tasks read is read for the one furthest behind. */
function firstPositions(inputs: readonly SlabInput[]): (TopicPartition & { readonly offset: number })[] {
  const positions = new Map<string, TopicPartition & { readonly offset: number }>();
  for (const { topic, partition, position } of inputs) {
    const id = `${partition}/${topic}`;
    positions.set(id, { topic, partition, offset: Math.min(position, positions.get(id)?.offset ?? Infinity) });
  }
  return [...positions.values()];
}

export function evaluationOf(dependencies: RuntimeDependencies): EvaluationEnvironment {
  const { functions, functionContext } = dependencies;
  return {
    functions,
    context: functionContext,
    nestedErrorsToNull: functionContext.property('ksql.nested.error.set.null') !== 'false',
    castPreservesNulls: functionContext.property('ksql.cast.strings.preserve.nulls') !== 'false',
  };
}

function offsetReset(plan: PersistentPlan | TransientPlan, query: QueryOptions): 'earliest' | 'latest' | null {
  return plan.kind === 'transient' ? plan.offsetReset : query.offsetReset;
}
