import { assertNever, InternalError, present } from '../../errors/index.js';
import type { ForeignKeyJoin, Step, StreamStep, TableGroupBy, TableMaterialize, TableRepartition, TableStep } from '../../plan/index.js';
import { valuesEqual, type Key, type Row, type SqlType } from '../../types/index.js';
import type { CompileEnvironment } from '../compile/compiler.js';
import { aggregatePieces, compileValues, flatMapPieces, foreignKeyOf, sidePieces, viewOf } from '../compile/pieces.js';
import { chainBelow, collectColumns, type Chain, type ValueNeed } from '../compile/required-columns.js';
import { compileSource, type SourceFactory } from '../compile/source-segment.js';
import { compileStreamSegment, type SegmentFactory } from '../compile/stream-segment.js';
import { compileTableSegment } from '../compile/table-segment.js';
import { createOperator, type OperatorSpec } from '../operators/create-operator.js';
import type { Emit, Operator } from '../operators/operator.js';
import type { ForeignKeyPieces } from '../operators/pieces.js';
import { tableSpecs, type TableSpec } from '../operators/table-specs.js';
import type { Exchange, Stage } from '../topology.js';
import type { ExchangeWriter } from './exchange-port.js';
import { exchangeRecordLayout, topicRecordLayout } from './record-layouts.js';
import type { Task } from './task.js';

/** What a builder gets for one task from the assembly: the ends of its stage and its tables. */
export interface TaskEnds {
  /** Rows of the stage's last step. */
  readonly output: Emit;
  exchangeWriter(exchange: Exchange): ExchangeWriter;
  addTopicInput(topic: string, source: SourceFactory, down: Emit): void;
  /** `compiled`: for exchanges that carry bytes; else rows go to `down` through `rows`. */
  addExchangeInput(exchange: Exchange, compiled: () => SourceFactory | null, rows: Emit, down: Emit): void;
  /** Operators are given upstream first. */
  addOperator(operator: Operator, emit: Emit, tables: readonly TableSpec[]): void;
}

const ALL: ValueNeed = null;

/** Builds the tasks of one stage. What is compiled does not depend on the partition and is shared by its tasks. */
export class StageBuilder {
  private readonly environment: CompileEnvironment;
  private readonly compiled = new Map<object, SourceFactory | SegmentFactory>();

  constructor(
    private readonly stage: Stage,
    environment: CompileEnvironment,
  ) {
    this.environment = writesTexts(stage) ? { ...environment, textStep: stage.root } : environment;
  }

  build(task: Task, ends: TaskEnds): void {
    new TaskWiring(this.stage, this.environment, task, ends, this.compiled).wire();
  }
}

/** The columns of the stage's last step are written as texts. */
function writesTexts({ output }: Stage): boolean {
  return output.kind === 'sink' && ['JSON', 'JSON_SR', 'DELIMITED'].includes(output.step.formats.value.name);
}

class TaskWiring {
  constructor(
    private readonly stage: Stage,
    private readonly environment: CompileEnvironment,
    private readonly task: Task,
    private readonly ends: TaskEnds,
    private readonly compiled: Map<object, SourceFactory | SegmentFactory>,
  ) {}

  wire(): void {
    const { stage, ends } = this;
    const { output } = stage;
    if (output.kind !== 'exchange') {
      this.connect(stage.root, ends.output, ALL, output.kind !== 'none');
      return;
    }
    const writer = ends.exchangeWriter(output.exchange);
    const put: Emit = (key, row, old, timestamp) => writer.put(key, row, old, timestamp);
    const { step } = output.exchange;
    switch (step.kind) {
      case 'streamRepartition':
      case 'tableRepartition':
        this.connect(stage.root, put, ALL, true);
        return;
      case 'tableGroupBy':
        this.connect(stage.root, regroup(this.environment, step, put), ALL, true);
        return;
      case 'foreignKeyJoin':
        this.connectForeignKey(step, output.exchange, put);
        return;
      default:
        assertNever(step);
    }
  }

  /** First two stages of a foreign-key join: their last operator speaks into the exchange. */
  private connectForeignKey(step: ForeignKeyJoin, exchange: Exchange, put: Emit): void {
    const isSubscription = exchange.kind === 'subscription';
    const spec = this.foreignKeySpec(step, isSubscription ? 'foreignKeySubscribe' : 'foreignKeyRespond');
    const operator = createOperator(spec);
    if (isSubscription) {
      this.connect(step.left, (key, row, old, timestamp) => operator.process(0, key, row, old, timestamp), ALL, true);
    } else {
      const input = present(this.stage.inputs.find((each) => each.kind === 'exchange' && each.exchange.kind === 'subscription'), 'subscriptions');
      if (input.kind === 'exchange') this.exchangeInput(input.exchange, (key, row, old, timestamp) => operator.process(0, key, row, old, timestamp));
      this.connect(step.right, (key, row, old, timestamp) => operator.process(1, key, row, old, timestamp), ALL, true);
    }
    const [left, right, subscriptions] = tableSpecs(step);
    const pieces = this.foreignKeyPieces(step);
    const owned = isSubscription ? [pieces.left.owned ? left : undefined] : [pieces.right.owned ? right : undefined, subscriptions];
    this.ends.addOperator(operator, put, owned.filter((table) => table !== undefined));
  }

  /** Connects everything up to `top` so that its rows reach `down`. `need`: columns of its value rows that `down` reads. */
  private connect(top: StreamStep | TableStep, down: Emit, need: ValueNeed, needsKey: boolean): void {
    const chain = chainBelow(top);
    const { base } = chain;
    switch (base.kind) {
      case 'streamSource': {
        const layout = topicRecordLayout(base);
        const source = this.once(base, () => compileSource(this.environment, { layout, steps: chain.steps, need, needsKey }));
        this.ends.addTopicInput(base.topic, source, down);
        return;
      }
      case 'streamRepartition':
        this.repartitioned(base, chain, down, need, needsKey);
        return;
      default:
        this.operator(chain, down);
    }
  }

  private repartitioned(base: Extract<StreamStep, { kind: 'streamRepartition' }>, chain: Chain, down: Emit, need: ValueNeed, needsKey: boolean): void {
    const exchange = this.exchangeOf(base);
    const rows = this.once(base, () => compileStreamSegment(this.environment, chain.steps))(down);
    const source = (): SourceFactory =>
      compileSource(this.environment, { layout: exchangeRecordLayout(exchange), steps: chain.steps, need, needsKey });
    this.ends.addExchangeInput(exchange, () => this.once(exchange, source), rows, down);
  }

  /** A stateful step: its operator, its inputs below it, and the compiled steps above it. */
  private operator(chain: Chain, down: Emit): void {
    const { base } = chain;
    const isStream = base.kind === 'streamFlatMap' || base.kind === 'streamTableJoin' || base.kind === 'streamStreamJoin';
    const emit = isStream
      ? this.once(base, () => compileStreamSegment(this.environment, chain.steps))(down)
      : this.once(base, () => compileTableSegment(this.environment, chain.steps, true))(down);
    const { spec, tables } = this.specOf(chain);
    const operator = createOperator(spec);
    this.inputsOf(base, operator);
    this.ends.addOperator(operator, emit, tables);
  }

  private inputsOf(base: StreamStep | TableStep, operator: Operator): void {
    const into = (input: number): Emit => (key, row, old, timestamp) => operator.process(input, key, row, old, timestamp);
    switch (base.kind) {
      case 'tableSource': {
        const source = this.once(base.store, () => compileSource(this.environment, { layout: topicRecordLayout(base), steps: [], need: ALL, needsKey: true }));
        this.ends.addTopicInput(base.topic, source, into(0));
        return;
      }
      case 'tableRepartition':
      case 'tableAggregate':
      case 'foreignKeyJoin':
        this.exchangeInput(this.exchangeOf(base.kind === 'tableAggregate' ? base.source : base), into(0));
        return;
      case 'streamAggregate':
      case 'streamWindowedAggregate':
        return this.connect(base.source, into(0), aggregateNeed(base), true);
      case 'streamFlatMap':
      case 'tableMaterialize':
        return this.connect(base.source, into(0), ALL, true);
      case 'streamTableJoin':
        this.connect(base.left, into(0), ALL, true);
        // Table changes only keep the store up to date.
        return this.connect(base.right, () => undefined, ALL, true);
      case 'streamStreamJoin':
      case 'tableTableJoin':
        this.connect(base.left, into(0), ALL, true);
        return this.connect(base.right, into(1), ALL, true);
      case 'streamSource': case 'streamRepartition': case 'streamFilter': case 'streamSelect': case 'streamSelectKey': case 'streamGroupBy':
      case 'tableFilter': case 'tableSelect':
        throw new InternalError(`${base.kind} is no operator`);
      default:
        assertNever(base);
    }
  }

  private specOf({ base, steps }: Chain): { readonly spec: OperatorSpec; readonly tables: readonly TableSpec[] } {
    const { environment, task } = this;
    const nextSequence = (): number => ++task.sequence;
    switch (base.kind) {
      case 'tableSource':
        return { spec: { kind: 'tableSource', step: base }, tables: tableSpecs(base) };
      case 'tableMaterialize':
        return { spec: { kind: 'tableMaterialize', step: base }, tables: tableSpecs(base) };
      case 'tableRepartition': {
        const step = arrivals(base);
        return { spec: { kind: 'tableMaterialize', step }, tables: tableSpecs(step) };
      }
      case 'streamAggregate':
        return { spec: { kind: 'aggregate', step: base, pieces: aggregatePieces(environment, base, nextSequence) }, tables: tableSpecs(base) };
      case 'streamWindowedAggregate':
        return { spec: { kind: 'windowedAggregate', step: base, pieces: aggregatePieces(environment, base, nextSequence) }, tables: tableSpecs(base) };
      case 'tableAggregate':
        return { spec: { kind: 'tableAggregate', step: base, pieces: aggregatePieces(environment, base, nextSequence) }, tables: tableSpecs(base) };
      case 'streamFlatMap':
        return { spec: { kind: 'flatMap', step: base, pieces: flatMapPieces(environment, base) }, tables: [] };
      case 'streamTableJoin':
        return { spec: { kind: 'streamTableJoin', step: base, right: present(viewOf(environment, base.right), 'a materialized right side') }, tables: [] };
      case 'streamStreamJoin':
        return { spec: { kind: 'streamStreamJoin', step: base }, tables: tableSpecs(base) };
      case 'tableTableJoin': {
        const left = sidePieces(environment, base.left, base.leftStore.name);
        const right = sidePieces(environment, base.right, base.rightStore.name);
        const owned = [left.owned, right.owned];
        return { spec: { kind: 'tableTableJoin', step: base, pieces: { left, right } }, tables: tableSpecs(base).filter((_, index) => owned[index] === true) };
      }
      case 'foreignKeyJoin': {
        const results = this.readsOld(base, steps) ? [resultTable(base)] : [];
        const spec = this.foreignKeySpec(base, 'foreignKeyResolve', results[0]?.store.name ?? null);
        return { spec, tables: results };
      }
      default:
        throw new InternalError(`${base.kind} is no operator`);
    }
  }

  /** True where the rows that come out of `base` are regrouped: that takes the old row back. */
  private readsOld(base: Step, steps: Chain['steps']): boolean {
    const { output, root } = this.stage;
    return output.kind === 'exchange' && output.exchange.kind === 'changes' && root === (steps.at(-1) ?? base);
  }

  private foreignKeySpec(
    step: ForeignKeyJoin,
    kind: 'foreignKeySubscribe' | 'foreignKeyRespond' | 'foreignKeyResolve',
    resultStore: string | null = null,
  ): OperatorSpec {
    return { kind, step, pieces: this.foreignKeyPieces(step, resultStore) };
  }

  private foreignKeyPieces(step: ForeignKeyJoin, resultStore: string | null = null): ForeignKeyPieces {
    const { environment } = this;
    return {
      left: sidePieces(environment, step.left, step.leftStore.name),
      right: sidePieces(environment, step.right, step.rightStore.name),
      foreignKey: foreignKeyOf(environment, step.name, step.foreignKey),
      resultStore,
    };
  }

  /** An exchange whose records go to an operator as they are. */
  private exchangeInput(exchange: Exchange, down: Emit): void {
    const isRows = exchange.kind === 'rows';
    const source = (): SourceFactory =>
      compileSource(this.environment, { layout: exchangeRecordLayout(exchange), steps: [], need: ALL, needsKey: true });
    this.ends.addExchangeInput(exchange, () => (isRows ? this.once(exchange, source) : null), down, down);
  }

  private exchangeOf(step: Step): Exchange {
    for (const input of this.stage.inputs) {
      if (input.kind !== 'exchange' || input.exchange.step !== step) continue;
      if (input.exchange.kind !== 'subscription') return input.exchange;
    }
    throw new InternalError(`Stage ${this.stage.name} does not read from ${step.name}`);
  }

  /** Compiles once per stage. Keys are steps or exchanges, which belong to one edge of the stage each. */
  private once<F extends SourceFactory | SegmentFactory>(key: object, compile: () => F): F {
    const known = this.compiled.get(key);
    // Sound: a key is always asked for with the same kind of compilation.
    if (known !== undefined) return known as F;
    const made = compile();
    this.compiled.set(key, made);
    return made;
  }
}

/** Columns an aggregation reads: the carried ones and those in arguments. */
function aggregateNeed(step: Extract<TableStep, { kind: 'streamAggregate' | 'streamWindowedAggregate' }>): ValueNeed {
  const use = { key: new Set<number>(), value: new Set(step.carried) };
  collectColumns(step.aggregates, use);
  return use.value;
}

/** Keeps what a foreign-key join has emitted, where a later step must know it: the join itself has no old row to give. */
export function resultTable(step: ForeignKeyJoin): TableSpec {
  const [left] = tableSpecs(step);
  const { leftStore } = step;
  const name = `${leftStore.name}-result`;
  const suffix = `${leftStore.name}-changelog`;
  const { changelogTopic: topic } = leftStore;
  const base = topic.endsWith(suffix) ? topic.slice(0, -suffix.length) : `${topic}-`;
  return {
    store: { ...leftStore, name, changelogTopic: `${base}${name}-changelog`, valueColumns: step.schema.value },
    layout: { kind: 'keyed' },
    keyTypes: present(left, 'the left table').keyTypes,
    valueTypes: step.schema.value.map((column) => column.type),
  };
}

/** What arrives at the far end of a table's repartition is kept as any table is. */
function arrivals(step: TableRepartition): TableMaterialize {
  return { kind: 'tableMaterialize', version: 1, name: step.name, schema: step.schema, source: step.source, store: step.store };
}

/**
 * GROUP BY on a table: a change of a row becomes a subtraction from its old group and an addition to its new one; within one group
 * both travel together. A row without a group (null or failed part) takes no part.
 */
function regroup(environment: CompileEnvironment, step: TableGroupBy, put: Emit): Emit {
  const groupOf = compileValues(environment, step.name, step.expressions);
  const quietGroupOf = compileValues({ ...environment, log: environment.log.silent() }, step.name, step.expressions);
  const types = step.schema.key.map((column) => column.type);
  const grouped = (group: Key): Key | null => (group.some((part) => part === null) ? null : group);
  return (key: Key | null, row: Row | null, old: Row | null | undefined, timestamp: number) => {
    const before = old ?? null;
    const newGroup = row === null ? null : grouped(groupOf(key, row));
    const oldGroup = before === null ? null : grouped(quietGroupOf(key, before));
    if (newGroup !== null && oldGroup !== null && sameGroup(types, newGroup, oldGroup)) {
      put(newGroup, row, before, timestamp);
      return;
    }
    if (oldGroup !== null) put(oldGroup, null, before, timestamp);
    if (newGroup !== null) put(newGroup, row, null, timestamp);
  };
}

/** Neither has a null part. */
function sameGroup(types: readonly SqlType[], a: Key, b: Key): boolean {
  return types.every((type, index) => valuesEqual(type, a[index] ?? null, b[index] ?? null));
}
