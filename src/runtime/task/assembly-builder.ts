import { present } from '../../errors/index.js';
import { EventKeys, EventTable, MaterializedTable, type SortKey, type StoreProvider } from '../../state/index.js';
import type { CompileEnvironment } from '../compile/compiler.js';
import type { SourceFactory } from '../compile/source-segment.js';
import type { Emit, Operator } from '../operators/operator.js';
import type { TableSpec } from '../operators/table-specs.js';
import type { Partitioner, QueryOptions } from '../options.js';
import type { Exchange, Stage, Topology } from '../topology.js';
import { ChangelogCodec } from './changelog.js';
import { ExchangeDecoder, isLossy } from './exchange-codec.js';
import { BytesExchange, RowExchange, TopicExchange, type ExchangePort } from './exchange-port.js';
import type { ObservedByTask } from './offset-metadata.js';
import type { PartitionCounts } from './partition-counts.js';
import { decoderProcessor } from './decoder-processor.js';
import { RecordContext } from './record-context.js';
import { orderingKeyWriter, RecordEncoder, Scratch } from './record-encoder.js';
import { RowInput } from './row-input.js';
import type { Assembly } from './schedule.js';
import { SinkWriter, type RowListener, type RowTime } from './sink-writer.js';
import { SlabInput, type RecordProcessor } from './slab-input.js';
import { StageBuilder, type TaskEnds } from './stage-builder.js';
import { Task } from './task.js';
import { TaskStore } from './task-store.js';
import { TopicWriter } from './topic-writer.js';
import type { TransactionOutput } from './transaction-output.js';
import { timeConverter } from '../compile/timestamp.js';

/** Rows of a join side stay in memory until they expire, written or not: its store may be this much further behind, so that few are. */
const EVENTS_BACKLOG = 4;

/** Where to read each topic input from. */
export interface InputPosition {
  readonly offset: number;
  readonly end: number;
  /** Records from this offset on are not read. */
  readonly stopAt: number;
}

export interface AssemblyOptions {
  readonly queryId: string;
  readonly topology: Topology;
  readonly counts: PartitionCounts;
  readonly query: QueryOptions;
  readonly partitioner: Partitioner | null;
  readonly exchange: 'memory' | 'topic';
  /** false: a push query: no changelogs. */
  readonly isDurable: boolean;
  readonly environment: CompileEnvironment;
  readonly output: TransactionOutput;
  readonly stores: StoreProvider;
  /** Partitions of a stage that this thread has. */
  readonly partitionsOf: (stage: Stage) => readonly number[];
  /** null: the topic is not read. */
  readonly positionOf: (topic: string, partition: number) => InputPosition | null;
  /** Takes the rows of a plan without sink; the context names the record they come from. */
  readonly rows: (context: RecordContext) => Emit;
  /** Sees what is written to the sink. */
  readonly listener: RowListener;
  readonly onLate: (count: number) => void;
  /** Called with the stores once they are open, before any operator reads them. */
  readonly restore: (stores: readonly TaskStore[]) => Promise<void>;
  readonly observed: () => ObservedByTask;
}

interface PendingOperator {
  readonly operator: Operator;
  readonly emit: Emit;
  readonly tables: readonly TableSpec[];
}

/** Builds the tasks of a query that this thread has, with their inputs, operators, stores and outputs. */
export async function buildAssembly(options: AssemblyOptions): Promise<Assembly> {
  return new AssemblyBuilder(options).build();
}

class AssemblyBuilder {
  private readonly tasks = new Map<number, Task[]>();
  private readonly ports = new Map<number, ExchangePort>();
  private readonly pending = new Map<Task, PendingOperator[]>();

  constructor(private readonly options: AssemblyOptions) {}

  async build(): Promise<Assembly> {
    const { topology } = this.options;
    for (const exchange of topology.exchanges) this.ports.set(exchange.id, this.port(exchange));
    for (const stage of topology.stages) {
      const builder = new StageBuilder(stage, this.options.environment);
      const tasks = this.options.partitionsOf(stage).map((partition) => this.wire(stage, partition, builder));
      this.tasks.set(stage.id, tasks);
    }
    await this.openStores();
    const tasks = topology.stages.flatMap((stage) => this.tasks.get(stage.id) ?? []);
    await this.options.restore(tasks.flatMap((task) => task.stores));
    for (const task of tasks) this.openOperators(task);
    const observed = this.options.observed();
    for (const task of tasks) {
      const known = observed.get(task.id);
      if (known !== undefined) task.restoreObserved(known);
    }
    return { topology, tasks: this.tasks, exchanges: [...this.ports.values()] };
  }

  private port(exchange: Exchange): ExchangePort {
    const { counts, environment, output, partitioner } = this.options;
    const partitions = counts.known(exchange.topic);
    const ends = { serde: environment.serde, output, partitioner };
    if (this.options.exchange === 'topic') return new TopicExchange(exchange, partitions, ends);
    return isRowExchange(exchange) ? new RowExchange(exchange, partitions, ends) : new BytesExchange(exchange, partitions, ends);
  }

  private wire(stage: Stage, partition: number, builder: StageBuilder): Task {
    const task = new Task(stage, partition, new RecordContext());
    const pending: PendingOperator[] = [];
    this.pending.set(task, pending);
    const ends: TaskEnds = {
      output: this.outputOf(stage, task),
      exchangeWriter: (exchange) => present(this.ports.get(exchange.id), 'the exchange').writer(task.context),
      addTopicInput: (topic, source, down) => this.addTopicInput(task, topic, source, down),
      addExchangeInput: (exchange, compiled, rows, down) => this.addExchangeInput(task, exchange, { compiled, rows, down }),
      addOperator: (operator, emit, tables) => {
        pending.push({ operator, emit, tables });
        task.operators.push(operator);
      },
    };
    builder.build(task, ends);
    return task;
  }

  private outputOf(stage: Stage, task: Task): Emit {
    const { output: out } = stage;
    if (out.kind === 'rows') return this.options.rows(task.context);
    if (out.kind !== 'sink') return () => undefined;
    const { environment, counts, output, partitioner, listener } = this.options;
    const { step } = out;
    const encoder = new RecordEncoder(environment.serde, step.formats, step.topic, step.schema);
    const writer = new TopicWriter(step.topic, counts.known(step.topic), encoder, output, task.context, partitioner);
    const { timestamp } = step;
    const convert = timestamp === null ? null : timeConverter(environment, timestamp);
    const rowTime: RowTime | null =
      timestamp === null || convert === null ? null : (key, row) => convert((timestamp.side === 'key' ? key : row)?.[timestamp.index] ?? null);
    const sink = new SinkWriter(step, encoder, writer, rowTime, environment.log);
    sink.listener = listener;
    return (key, row, _old, time) => sink.write(key, row, time);
  }

  private addTopicInput(task: Task, topic: string, source: SourceFactory, down: Emit): void {
    const start = this.options.positionOf(topic, task.partition);
    // A task above the partition count of one of its topics has no such input.
    if (start === null) return;
    const same = task.topicInputs.find((input) => input.topic === topic);
    if (same !== undefined) {
      same.share(source(task.context, down));
      return;
    }
    const ahead = this.options.observed().get(task.id)?.ahead.get(topic) ?? 0;
    if (ahead > start.offset && ahead <= start.end) this.openInput(task, topic, { ...start, offset: ahead }, source(task.context, down));
    else this.openInput(task, topic, start, source(task.context, down));
  }

  private openInput(task: Task, topic: string, start: InputPosition, processor: RecordProcessor): void {
    const input = new SlabInput(topic, task.partition, start, processor, task.context, task);
    task.inputs.push(input);
    task.topicInputs.push(input);
  }

  private addExchangeInput(
    task: Task,
    exchange: Exchange,
    target: { readonly compiled: () => SourceFactory | null; readonly rows: Emit; readonly down: Emit },
  ): void {
    const port = present(this.ports.get(exchange.id), 'the exchange');
    const { environment } = this.options;
    const source = (): SourceFactory =>
      target.compiled() ?? ((context, down) => decoderProcessor(new ExchangeDecoder(environment.serde, exchange), environment, exchange, context, down));
    // The topic itself, or what it holds from before memory took over.
    if (this.options.positionOf(exchange.topic, task.partition) !== null) this.addTopicInput(task, exchange.topic, source(), target.down);
    if (port instanceof RowExchange) {
      const input = new RowInput(target.rows, task.context, task);
      port.attach(task.partition, input);
      task.inputs.push(input);
      task.exchangeInputs.push(input);
      return;
    }
    if (!(port instanceof BytesExchange)) return;
    const input = new SlabInput(exchange.topic, task.partition, { offset: 0, end: 0, stopAt: Infinity }, source()(task.context, target.down), task.context, task);
    port.attach(task.partition, input);
    task.inputs.push(input);
    task.exchangeInputs.push(input);
  }

  private async openStores(): Promise<void> {
    for (const [task, operators] of this.pending) {
      for (const { tables } of operators) {
        const keys = new EventKeys(tables[0]?.keyTypes ?? []);
        for (const spec of tables) task.stores.push(await this.openStore(task, spec, keys));
      }
    }
  }

  /** `keys`: of the join whose side it may be. */
  private async openStore(task: Task, spec: TableSpec, keys: EventKeys): Promise<TaskStore> {
    const { queryId, stores, query, environment, isDurable, output } = this.options;
    const store = await stores.open(`${queryId}/${task.id}`, spec.store.name);
    const sortKey = sortKeyOf(environment, spec);
    const { keyTypes, valueTypes, layout } = spec;
    const common = { name: spec.store.name, keyTypes, valueTypes, store, maxBytes: query.rowCacheBytes };
    const table =
      layout.kind === 'events'
        ? new EventTable({ ...common, layout, keys })
        : new MaterializedTable({ ...common, layout, caching: query.caching && isDurable, sortKey });
    const changelog = isDurable
      ? { codec: new ChangelogCodec(environment.serde, spec), topic: spec.store.changelogTopic, partition: task.partition, output }
      : null;
    const unstoredBytes = query.storeBacklogBytes * (layout.kind === 'events' ? EVENTS_BACKLOG : 1);
    const bounds = { unstoredBytes, tailBytes: query.storeBacklogBytes * 2 };
    return new TaskStore(task.stage.id, spec, store, table, { changelog, sortKey, bounds });
  }

  private openOperators(task: Task): void {
    const { query, isDurable, environment, onLate } = this.options;
    const storeOf = (name: string): TaskStore =>
      present([...task.stores, ...(colocated?.stores ?? [])].find((store) => store.name === name), `the store ${name}`);
    const colocated = this.tasks.get(task.stage.colocatedWith ?? -1)?.find((other) => other.partition === task.partition);
    for (const { operator, emit } of this.pending.get(task) ?? []) {
      operator.open({
        emit,
        table: (name) => storeOf(name).rows,
        events: (name) => storeOf(name).events,
        caching: query.caching && isDurable,
        partition: task.partition,
        droppedLate: onLate,
        recordError: (message, expression) =>
          environment.log.rowError(operator.name, expression === null ? message : `Error computing expression ${expression}: ${message}`, null, null),
      });
    }
  }
}

function isRowExchange(exchange: Exchange): boolean {
  return exchange.step.kind === 'foreignKeyJoin' || !isLossy(exchange);
}

/** Serialized keys decide the order of final results, of unmatched rows and of a foreign key's subscribers. */
function sortKeyOf(environment: CompileEnvironment, spec: TableSpec): SortKey | null {
  const { layout, store } = spec;
  const isOrdered =
    layout.kind === 'pending' || layout.kind === 'subscription' || ((layout.kind === 'windowed' || layout.kind === 'session') && layout.order === 'time');
  if (!isOrdered) return null;
  const skip = layout.kind === 'subscription' ? layout.prefixColumns : 0;
  const columns = spec.keyTypes.slice(skip).map((type, index) => ({ name: store.keyColumns[index + skip]?.name ?? `K${index}`, type }));
  const writer = orderingKeyWriter(environment.serde, store.formats.key, columns);
  const scratch = new Scratch();
  return (key) => {
    scratch.position = 0;
    writer.write(key.slice(0, columns.length), scratch);
    return Uint8Array.from(scratch.buffer.subarray(0, scratch.position));
  };
}
