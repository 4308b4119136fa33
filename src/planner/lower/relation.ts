import type { FormatInfo, InternalTopic, StoreRef, StreamStep, TableStep } from '../../plan/index.js';
import type { Column, RowSchema } from '../../types/index.js';
import type { BindScope } from '../bind/expression.js';
import type { QueryAnalysis } from '../bind/analysis.js';
import type { RowLayout } from '../bind/layout.js';
import type { PlannerContext } from '../context.js';

interface RelationBase {
  readonly layout: RowLayout;
  readonly keyFormat: FormatInfo;
  readonly valueFormat: FormatInfo;
  /** A source topic with the partition count of these rows. */
  readonly partitionsOf: string;
  /** Columns (`alias.name`) whose value always equals the only key column. */
  readonly keyEquals: ReadonlySet<string>;
  /** Read straight from a topic: nothing between has settled the key format. */
  readonly isLeaf: boolean;
}
export interface StreamRelation extends RelationBase {
  readonly kind: 'stream';
  readonly step: StreamStep;
}
export interface TableRelation extends RelationBase {
  readonly kind: 'table';
  readonly step: TableStep;
}
/** What a part of the plan gives so far: its last step, and which columns stand where in its rows. */
export type Relation = StreamRelation | TableRelation;

/** What the lowering of one query shares. */
export class Lowering {
  readonly internalTopics: InternalTopic[] = [];
  #nodes = 0;

  constructor(
    readonly context: PlannerContext,
    readonly analysis: QueryAnalysis,
    readonly queryId: string,
    private readonly prefix: string,
  ) {}

  /**
   * Kafka Streams numbers the nodes of its topology and puts the number into the names of join stores. The steps of a plan
   * take as many numbers, in the same order, as the nodes that ksqlDB builds for them.
   */
  takeNodes(count: number): number {
    const first = this.#nodes;
    this.#nodes += count;
    return first;
  }

  scope(layout: RowLayout, substitutes: BindScope['substitutes'] = new Map()): BindScope {
    const { evaluation, catalog } = this.context;
    return { layout, evaluation, types: catalog.types, substitutes };
  }

  /** The same query from the start, for asking; nothing of it enters this one. */
  fork(): Lowering {
    return new Lowering(this.context, this.analysis, this.queryId, this.prefix);
  }

  /** A store whose changelog has as many partitions as `partitionsOf`. */
  store(name: string, schema: RowSchema, formats: StoreRef['formats'], partitionsOf: string, valueColumns: readonly Column[] = schema.value): StoreRef {
    const changelogTopic = this.topic(`${name}-changelog`, 'changelog', partitionsOf);
    return { name, changelogTopic, formats, keyColumns: schema.key, valueColumns };
  }

  topic(suffix: string, kind: InternalTopic['kind'], partitionsOf: string): string {
    const name = `${this.prefix}${this.queryId}-${suffix}`;
    this.internalTopics.push({ name, kind, partitionsOf });
    return name;
  }
}

/** Names of topics and groups that belong to one persistent query. */
export function persistentPrefix(context: PlannerContext): string {
  return `_confluent-ksql-${context.serviceId}${context.properties.get('ksql.persistent.prefix') ?? 'query_'}`;
}
export function transientPrefix(context: PlannerContext): string {
  return `_confluent-ksql-${context.serviceId}`;
}

export function columnKey(source: string | null, name: string): string {
  return `${source ?? ''}.${name}`;
}

/** Ten digits, as Kafka Streams writes node numbers. */
export function nodeNumber(index: number): string {
  return String(index).padStart(10, '0');
}
