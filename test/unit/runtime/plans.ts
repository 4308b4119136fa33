import { columnReference, comparison, integerLiteral, arithmetic, type BoundAggregateCall, type BoundExpression } from '../../../src/expr/index.js';
import { aggregateCall } from '../../../src/expr/index.js';
import { builtInFunctions } from '../../../src/functions/index.js';
import type {
  Formats, PersistentPlan, SinkStep, StoreRef, StreamStep, TableStep, TransientPlan, StreamSource, TableSource, TableGroupBy,
} from '../../../src/plan/index.js';
import { BIGINT, STRING, type Column, type RowSchema, type SqlType } from '../../../src/types/index.js';

/** Hand-written plans: short makers of steps, so that a test reads like the step tree it runs. */
export const JSON_FORMATS: Formats = { key: { name: 'KAFKA', properties: {}, features: [] }, value: { name: 'JSON', properties: {}, features: [] } };
export const DELIMITED_FORMATS: Formats = { key: { name: 'KAFKA', properties: {}, features: [] }, value: { name: 'DELIMITED', properties: {}, features: [] } };

const base = { version: 1 } as const;
export const columns = (...names: readonly (readonly [string, SqlType])[]): Column[] => names.map(([name, type]) => ({ name, type }));
export const schema = (key: readonly Column[], value: readonly Column[]): RowSchema => ({ key, value, window: null });
export const K = columns(['K', STRING]);

export function store(name: string, key: readonly Column[], value: readonly Column[]): StoreRef {
  return { name, changelogTopic: `q-${name}-changelog`, formats: JSON_FORMATS, keyColumns: key, valueColumns: value };
}

interface SourceOptions {
  readonly topic: string;
  readonly value: readonly Column[];
  readonly formats?: Formats;
  readonly extras?: StreamSource['extras'];
  readonly timestamp?: StreamSource['timestamp'];
}
function source(options: SourceOptions) {
  const { topic, value, formats = JSON_FORMATS, extras = [], timestamp = null } = options;
  return {
    ...base, name: `Source-${topic}`, schema: schema(K, [...value, ...extras.map((extra) => extra.column)]), sourceName: topic.toUpperCase(), topic, formats,
    window: null, keyColumns: K, valueColumns: value, extras, timestamp,
  };
}
export const streamSource = (options: SourceOptions): StreamSource => ({ kind: 'streamSource', ...source(options) });
export const tableSource = (options: SourceOptions): TableSource => {
  const made = source(options);
  return { kind: 'tableSource', ...made, store: store(`${options.topic}-store`, K, made.schema.value) };
};

export const col = (step: { readonly schema: RowSchema }, name: string): BoundExpression => {
  const index = step.schema.value.findIndex((column) => column.name === name);
  const column = step.schema.value[index];
  if (column !== undefined) return columnReference('value', index, column);
  const keyIndex = step.schema.key.findIndex((each) => each.name === name);
  const key = step.schema.key[keyIndex];
  if (key === undefined) throw new Error(`no column ${name}`);
  return columnReference('key', keyIndex, key);
};
export const greater = (left: BoundExpression, right: number): BoundExpression => comparison('>', left, integerLiteral(BigInt(right)));
export const plus = (left: BoundExpression, right: number): BoundExpression => arithmetic('+', left, integerLiteral(BigInt(right)));

export const filter = (from: StreamStep, predicate: BoundExpression): StreamStep => ({ kind: 'streamFilter', ...base, name: 'WhereFilter', schema: from.schema, source: from, predicate });
export const tableFilter = (from: TableStep, predicate: BoundExpression): TableStep => ({ kind: 'tableFilter', ...base, name: 'HavingFilter', schema: from.schema, source: from, predicate });
const named = (expressions: readonly (readonly [string, BoundExpression])[]): Column[] =>
  expressions.map(([name, expression]) => ({ name, type: 'type' in expression && expression.type !== null ? expression.type : STRING }));
export const select = (from: StreamStep, expressions: readonly (readonly [string, BoundExpression])[]): StreamStep => ({
  kind: 'streamSelect', ...base, name: 'Project', schema: { ...from.schema, value: named(expressions) }, source: from, expressions: expressions.map(([, each]) => each),
});
export const tableSelect = (from: TableStep, expressions: readonly (readonly [string, BoundExpression])[]): TableStep => ({
  kind: 'tableSelect', ...base, name: 'Project', schema: { ...from.schema, value: named(expressions) }, source: from, expressions: expressions.map(([, each]) => each),
});
export const selectKey = (from: StreamStep, key: readonly (readonly [string, BoundExpression])[]): StreamStep => ({
  kind: 'streamSelectKey', ...base, name: 'PartitionBy', schema: { ...from.schema, key: named(key) }, source: from, expressions: key.map(([, each]) => each),
});
export const groupBy = (from: StreamStep, key: readonly (readonly [string, BoundExpression])[]): StreamStep => ({
  kind: 'streamGroupBy', ...base, name: 'Aggregate-GroupBy', schema: { ...from.schema, key: named(key) }, source: from, expressions: key.map(([, each]) => each),
});
export const repartition = (from: StreamStep, formats: Formats = JSON_FORMATS): StreamStep => ({
  kind: 'streamRepartition', ...base, name: 'Repartition', schema: from.schema, source: from, topic: 'q-repartition', formats,
});
export const tableGroupBy = (from: TableStep, key: readonly (readonly [string, BoundExpression])[], formats: Formats = JSON_FORMATS): TableGroupBy => ({
  kind: 'tableGroupBy', ...base, name: 'Aggregate-GroupBy', schema: { ...from.schema, key: named(key) }, source: from, expressions: key.map(([, each]) => each),
  topic: 'q-repartition', formats,
});

export const call = (name: string, ...values: readonly BoundExpression[]): BoundAggregateCall => aggregateCall(name, values, builtInFunctions);

interface AggregateOptions {
  readonly carried?: readonly number[];
  readonly calls: readonly (readonly [string, BoundAggregateCall])[];
}
function aggregation(from: { readonly schema: RowSchema }, { carried = [], calls }: AggregateOptions) {
  const carriedColumns = carried.flatMap((index) => from.schema.value[index] ?? []);
  const states = calls.map(([name, { stateType }]) => ({ name, type: stateType }));
  const results = calls.map(([name, { type }]) => ({ name, type }));
  return {
    ...base, name: 'Aggregate', carried, aggregates: calls.map(([, each]) => each),
    store: store('Aggregate', from.schema.key, [...carriedColumns, ...states]),
    schema: schema(from.schema.key, [...carriedColumns, ...results]),
  };
}
export const aggregate = (from: StreamStep, options: AggregateOptions): TableStep => ({ kind: 'streamAggregate', ...aggregation(from, options), source: from });
export const tableAggregate = (from: TableGroupBy, options: AggregateOptions): TableStep => ({ kind: 'tableAggregate', ...aggregation(from, options), source: from });
export const tumbling = (from: StreamStep, sizeMs: number, options: AggregateOptions & { readonly graceMs?: number; readonly emitFinal?: boolean }): TableStep => {
  const made = aggregation(from, options);
  const graceMs = options.graceMs ?? 1_000_000;
  return {
    kind: 'streamWindowedAggregate', ...made, source: from, emitFinal: options.emitFinal ?? false,
    schema: { ...made.schema, window: { type: 'TUMBLING', sizeMs } }, window: { type: 'TUMBLING', sizeMs, graceMs, retentionMs: 2_000_000 },
  };
};
export const streamTableJoin = (left: StreamStep, right: TableStep, type: 'INNER' | 'LEFT' = 'LEFT'): StreamStep => ({
  kind: 'streamTableJoin', ...base, name: 'Join', swapped: false, type, left, right, schema: { ...left.schema, value: [...left.schema.value, ...right.schema.value] },
});

const joined = (left: StreamStep | TableStep, right: StreamStep | TableStep): RowSchema => ({ ...left.schema, value: [...left.schema.value, ...right.schema.value] });
export const tableTableJoin = (left: TableStep, right: TableStep, type: 'INNER' | 'LEFT' | 'FULL' = 'FULL'): TableStep => ({
  kind: 'tableTableJoin', ...base, name: 'Join', swapped: false, type, left, right, schema: joined(left, right),
  leftStore: store('Join-left', K, left.schema.value), rightStore: store('Join-right', K, right.schema.value),
});
export const streamStreamJoin = (left: StreamStep, right: StreamStep, withinMs: number, type: 'INNER' | 'LEFT' | 'FULL' = 'FULL'): StreamStep => ({
  kind: 'streamStreamJoin', ...base, name: 'Join', swapped: false, type, left, right, schema: joined(left, right),
  beforeMs: withinMs, afterMs: withinMs, graceMs: 5, explicitGrace: true,
  leftStore: store('Join-left', K, left.schema.value), rightStore: store('Join-right', K, right.schema.value),
  outerStore: store('Join-outer', K, [...left.schema.value, ...right.schema.value]),
});
export const foreignKeyJoin = (left: TableStep, right: TableStep, foreignKey: BoundExpression, type: 'INNER' | 'LEFT' = 'LEFT'): TableStep => ({
  kind: 'foreignKeyJoin', ...base, name: 'Join', swapped: false, type, left, right, foreignKey, schema: joined(left, right),
  leftStore: store('Join-left', K, left.schema.value), rightStore: store('Join-right', K, right.schema.value),
  subscriptionStore: store('Join-subscription', K, []), subscriptionTopic: 'q-subscription', responseTopic: 'q-response',
});

export function sink(from: StreamStep | TableStep, topic = 'out', formats: Formats = JSON_FORMATS): SinkStep {
  const made = { ...base, name: 'Sink', schema: from.schema, topic, formats, sinkName: topic.toUpperCase(), timestamp: null };
  return isTable(from) ? { kind: 'tableSink', ...made, source: from } : { kind: 'streamSink', ...made, source: from };
}
function isTable(step: StreamStep | TableStep): step is TableStep {
  return step.kind.startsWith('table') || step.kind.endsWith('Aggregate') || step.kind === 'foreignKeyJoin';
}

export function persistent(root: SinkStep, options: { readonly partitionsOf?: string; readonly store?: string } = {}): PersistentPlan {
  const plan: PersistentPlan = {
    kind: 'persistent', version: 1, queryId: 'Q', statementText: '', sources: [], sink: 'OUT', root,
    materialization: options.store === undefined ? null : { storeName: options.store, schema: root.schema },
    properties: {},
    internalTopics: options.partitionsOf === undefined ? [] : ['q-repartition', 'q-subscription', 'q-response'].map((name) => ({ name, kind: 'repartition', partitionsOf: options.partitionsOf ?? '' })),
  };
  // A plan is data: what runs is always what was written down.
  // Sound: it was written from a plan just now.
  return JSON.parse(JSON.stringify(plan)) as PersistentPlan;
}

export function transient(root: StreamStep | TableStep, options: { readonly limit?: number; readonly offsetReset?: 'earliest' | 'latest' } = {}): TransientPlan {
  const output = [
    ...root.schema.key.map((column, index) => ({ column, expression: columnReference('key', index, column), isKey: true })),
    ...root.schema.value.map((column, index) => ({ column, expression: columnReference('value', index, column), isKey: false })),
  ];
  return {
    kind: 'transient', version: 1, queryId: 'T', statementText: '', sources: [], root, output, limit: options.limit ?? null,
    offsetReset: options.offsetReset ?? 'earliest', properties: {},
  };
}
export const BIDS = columns(['NAME', STRING], ['PRICE', BIGINT]);
