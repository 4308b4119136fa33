import { assertNever, PlanError } from '../errors/index.js';
import type {
  ForeignKeyJoin, Formats, PersistentPlan, SinkStep, Step, StreamRepartition, StreamSource, StreamStep, TableGroupBy, TableSource,
  TableRepartition, TableStep, TransientPlan,
} from '../plan/index.js';
import type { RowSchema } from '../types/index.js';

/** Where rows change their key: the seam between two stages. Rows go to the consumer's task of the partition their key gives. */
export interface Exchange {
  readonly id: number;
  readonly kind: 'rows' | 'changes' | 'subscription' | 'response';
  /** The topic that carries it when the stages are spread over members. */
  readonly topic: string;
  readonly step: StreamRepartition | TableRepartition | TableGroupBy | ForeignKeyJoin;
  /** Of the rows; those of a foreign-key join follow from its step, see `exchangeLayout`. */
  readonly formats: Formats;
  readonly schema: RowSchema;
  readonly producer: number;
  readonly consumer: number;
  /**
   * A topic that the consuming stage reads beside the exchange: rows must land where equal keys of that topic are, so they are
   * hashed as its producers do.
   */
  readonly besideTopic: string | null;
}

export type StageInput =
  | { readonly kind: 'topic'; readonly step: StreamSource | TableSource }
  | { readonly kind: 'exchange'; readonly exchange: Exchange };

export type StageOutput =
  | { readonly kind: 'sink'; readonly step: SinkStep }
  | { readonly kind: 'exchange'; readonly exchange: Exchange }
  /** Rows of a push query. */
  | { readonly kind: 'rows' }
  /** CREATE SOURCE TABLE: the store alone is the result. */
  | { readonly kind: 'none' };

/**
 * A part of the plan without exchanges inside. `root` is its last step; going down from there, the walk ends at sources and at
 * the exchanges in `inputs`. A foreign-key join belongs to three stages, see `ForeignKeyRole`.
 */
export interface Stage {
  readonly id: number;
  readonly name: string;
  readonly root: StreamStep | TableStep;
  readonly inputs: readonly StageInput[];
  readonly output: StageOutput;
  /** Its tasks live with (and read the stores of) the tasks of this stage: both halves of a foreign-key join's left side. */
  readonly colocatedWith: number | null;
}

export interface Topology {
  /** Producers before consumers. */
  readonly stages: readonly Stage[];
  readonly exchanges: readonly Exchange[];
}

interface Draft {
  id: number;
  root: StreamStep | TableStep;
  inputs: StageInput[];
  output: StageOutput;
  colocatedWith: number | null;
}

/** Cuts a plan into stages. Refuses plans written by a newer release. */
export function buildTopology(plan: PersistentPlan | TransientPlan): Topology {
  checkVersion(plan.version, `plan of ${plan.queryId}`);
  return new Cutter().cut(plan);
}

class Cutter {
  private readonly done: Stage[] = [];
  private readonly exchanges: Exchange[] = [];
  private nextStage = 0;

  cut(plan: PersistentPlan | TransientPlan): Topology {
    const root = plan.root;
    if (root.kind === 'streamSink' || root.kind === 'tableSink') {
      checkVersion(root.version, root.kind);
      this.finish(this.open(root.source, { kind: 'sink', step: root }));
    } else {
      this.finish(this.open(root, { kind: plan.kind === 'transient' ? 'rows' : 'none' }));
    }
    return { stages: this.done, exchanges: this.exchanges };
  }

  private open(root: StreamStep | TableStep, output: StageOutput): Draft {
    return { id: this.nextStage++, root, inputs: [], output, colocatedWith: null };
  }

  /** Walks the stage and lists it after the stages it reads from. */
  private finish(draft: Draft): void {
    this.walk(draft.root, draft);
    this.settleExchanges(draft);
    this.done.push({ ...draft, name: draft.root.name });
  }

  private walk(step: Step, stage: Draft): void {
    checkVersion(step.version, step.kind);
    switch (step.kind) {
      case 'streamSource':
        stage.inputs.push({ kind: 'topic', step });
        return;
      case 'tableSource':
        stage.inputs.push({ kind: 'topic', step });
        return;
      case 'streamFilter':
      case 'tableFilter':
      case 'streamSelect':
      case 'tableSelect':
      case 'streamSelectKey':
      case 'streamFlatMap':
      case 'streamGroupBy':
      case 'tableMaterialize':
      case 'streamAggregate':
      case 'streamWindowedAggregate':
      case 'tableAggregate':
        return this.walk(step.source, stage);
      case 'streamTableJoin':
      case 'streamStreamJoin':
      case 'tableTableJoin':
        this.walk(step.left, stage);
        return this.walk(step.right, stage);
      case 'streamRepartition':
      case 'tableRepartition':
        return this.cutRows(step, stage, 'rows');
      case 'tableGroupBy':
        return this.cutRows(step, stage, 'changes');
      case 'foreignKeyJoin':
        return this.cutForeignKey(step, stage);
      case 'streamSink':
      case 'tableSink':
        throw new PlanError(`The plan has a sink (${step.name}) below another step`, { hint: 'Send the statement again: plans are made by the server.' });
      default:
        return unknownStep(step);
    }
  }

  private cutRows(step: StreamRepartition | TableRepartition | TableGroupBy, consumer: Draft, kind: 'rows' | 'changes'): void {
    const id = this.exchanges.length;
    const producer = this.nextStage;
    const exchange = this.connect({
      id, kind, topic: step.topic, step, formats: step.formats, schema: step.schema, producer, consumer: consumer.id,
    });
    consumer.inputs.push({ kind: 'exchange', exchange });
    this.finish(this.open(step.source, { kind: 'exchange', exchange }));
  }

  /**
   * left rows → subscription exchange → the right side's tasks → response exchange → back to the left side's tasks. The stage
   * that walks down to the join is the last one; it shares partitions and stores with the first.
   */
  private cutForeignKey(step: ForeignKeyJoin, last: Draft): void {
    const left = this.open(step.left, { kind: 'none' });
    const right = this.open(step.right, { kind: 'none' });
    const base = { formats: step.leftStore.formats, schema: step.schema, step };
    const subscription = this.connect({
      ...base, id: this.exchanges.length, kind: 'subscription', topic: step.subscriptionTopic, producer: left.id, consumer: right.id,
    });
    const response = this.connect({
      ...base, id: this.exchanges.length, kind: 'response', topic: step.responseTopic, producer: right.id, consumer: last.id,
    });
    left.output = { kind: 'exchange', exchange: subscription };
    right.output = { kind: 'exchange', exchange: response };
    this.walk(left.root, left);
    this.done.push({ ...left, name: `${step.name}-left` });
    this.walk(right.root, right);
    right.inputs.push({ kind: 'exchange', exchange: subscription });
    this.settleExchanges(right);
    this.done.push({ ...right, name: `${step.name}-right` });
    last.inputs.push({ kind: 'exchange', exchange: response });
    last.colocatedWith = left.id;
  }

  private connect(made: Omit<Exchange, 'besideTopic'>): Exchange {
    const exchange = { ...made, besideTopic: null };
    this.exchanges.push(exchange);
    return exchange;
  }

  /** Only once a stage is complete is it known what it reads beside its exchanges. */
  private settleExchanges(stage: Draft): void {
    const topic = stage.inputs.find((input) => input.kind === 'topic');
    if (topic?.kind !== 'topic') return;
    stage.inputs = stage.inputs.map((input) => {
      if (input.kind !== 'exchange') return input;
      const exchange = { ...input.exchange, besideTopic: topic.step.topic };
      this.replace(exchange);
      return { kind: 'exchange', exchange };
    });
  }

  private replace(exchange: Exchange): void {
    this.exchanges[exchange.id] = exchange;
    for (const [index, stage] of this.done.entries()) {
      if (stage.output.kind === 'exchange' && stage.output.exchange.id === exchange.id) this.done[index] = { ...stage, output: { kind: 'exchange', exchange } };
    }
  }
}

function checkVersion(version: number, what: string): void {
  if (version !== 1) {
    throw new PlanError(`The ${what} has version ${String(version)}, which this release does not know`, {
      hint: 'The plan was written by a newer release: run that release, or drop and create the query again.',
    });
  }
}

function unknownStep(step: never): never {
  const kind: unknown = Reflect.get(Object(step), 'kind');
  if (typeof kind === 'string') {
    throw new PlanError(`The plan has a step '${kind}', which this release does not know`, {
      hint: 'The plan was written by a newer release: run that release, or drop and create the query again.',
    });
  }
  return assertNever(step);
}
