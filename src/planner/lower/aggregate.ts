import { PlanError } from '../../errors/index.js';
import { columnReference, literalOf, mapChildren, requireType, type BoundAggregateCall, type BoundExpression } from '../../expr/index.js';
import type { StreamAggregate, StreamGroupBy, StreamWindowedAggregate, TableAggregate, TableGroupBy } from '../../plan/index.js';
import { printExpression, type Expression, type FunctionCall } from '../../parser/index.js';
import { BOOLEAN, INTEGER, type Column, type RowSchema } from '../../types/index.js';
import { bindExpression } from '../bind/expression.js';
import { shownText } from '../bind/shown.js';
import type { RowLayout } from '../bind/layout.js';
import { bindAggregate, distinctCalls } from './calls.js';
import { internalKeyFormat } from './key-format.js';
import { withSelect } from './narrow.js';
import { internalValue, repartition } from './rekey.js';
import { columnKey, type Lowering, type Relation, type StreamRelation, type TableRelation } from './relation.js';
import { boundEntries } from './source.js';
import { windowSpec } from './window.js';

const STORE = 'Aggregate-Aggregate-Materialize';

export interface Aggregated {
  readonly relation: TableRelation;
  /** Group expressions and aggregate calls as columns of the result. */
  readonly substitutes: ReadonlyMap<string, BoundExpression>;
}

export interface AggregateInput {
  readonly relation: Relation;
  /** Empty: one group of everything (queries of a client only). */
  readonly groupBy: readonly Expression[];
  readonly keyNames: readonly string[];
  readonly calls: readonly FunctionCall[];
  readonly lowering: Lowering;
}

/**
 * GROUP BY: the arguments are computed first and are all that travels and is stored; what else a result shows of a group is
 * in its key.
 */
export function lowerAggregate(input: AggregateInput): Aggregated {
  const { relation, lowering } = input;
  const calls = distinctCalls(input.calls);
  const prepared = prepare(input, calls);
  const key = prepared.group.map((expression, index): Column => ({ name: input.keyNames[index] ?? '', type: requireType(expression) }));
  const keyFormat = internalKeyFormat(relation.keyFormat, key, lowering.context);
  const grouped: Grouped = { ...prepared, key, keyFormat, input };
  const aggregated = prepared.relation.kind === 'stream' ? aggregateStream(grouped, prepared.relation) : aggregateTable(grouped, prepared.relation);
  return { relation: aggregated, substitutes: substitutesOf(input, calls, grouped, aggregated.layout.schema) };
}

interface Prepared {
  /** Rows of the aggregate's arguments, then of value columns that the group expressions read. */
  readonly relation: Relation;
  readonly group: readonly BoundExpression[];
  readonly aggregates: readonly BoundAggregateCall[];
  /** How many of the row's columns are arguments. */
  readonly argumentCount: number;
}
interface Grouped extends Prepared {
  readonly key: readonly Column[];
  readonly keyFormat: Relation['keyFormat'];
  readonly input: AggregateInput;
}

function prepare(input: AggregateInput, calls: readonly FunctionCall[]): Prepared {
  const { relation, lowering } = input;
  const scope = lowering.scope(relation.layout);
  const bound = calls.map((call) => bindAggregate(call, scope, lowering.context.evaluation));
  const row: { column: Column; expression: BoundExpression }[] = [];
  const place = (expression: BoundExpression): BoundExpression => {
    const text = JSON.stringify(expression);
    const found = row.findIndex((each) => JSON.stringify(each.expression) === text);
    const index = found >= 0 ? found : row.length;
    const column = { name: `KSQL_INTERNAL_COL_${String(index)}`, type: requireType(expression) };
    if (found < 0) row.push({ column, expression });
    return columnReference('value', index, column);
  };
  const aggregates = bound.map((call) => ({
    ...call,
    arguments: call.arguments.map((argument) => (argument.kind === 'literal' ? argument : place(argument))),
  }));
  const argumentCount = row.length;
  // The key stays beside the row, so group expressions can read it there; the columns they need of the row go along.
  const group = groupExpressions(input).map((expression) => {
    if (expression === null) return literalOf(INTEGER, 0);
    return overColumns(bindExpression(expression, scope), place);
  });
  if (row.length === 0) row.push({ column: { name: 'KSQL_INTERNAL_COL_0', type: BOOLEAN }, expression: literalOf(BOOLEAN, true) });
  const keys = relation.layout.entries.filter((entry) => entry.side === 'key');
  return { relation: withSelect(relation, 'Aggregate-Prepare', row, keys), group, aggregates, argumentCount };
}

/** The same expression with every value column read from where `place` puts it. */
function overColumns(expression: BoundExpression, place: (column: BoundExpression) => BoundExpression): BoundExpression {
  if (expression.kind === 'column') return expression.side === 'key' ? expression : place(expression);
  return mapChildren(expression, (child) => overColumns(child, place));
}

function groupExpressions(input: AggregateInput): readonly (Expression | null)[] {
  return input.groupBy.length === 0 ? [null] : input.groupBy;
}

function aggregateStream(grouped: Grouped, relation: StreamRelation): TableRelation {
  const { input, key, keyFormat } = grouped;
  const { lowering } = input;
  const schema: RowSchema = { key, value: relation.layout.schema.value, window: null };
  const step: StreamGroupBy = {
    kind: 'streamGroupBy', version: 1, name: 'Aggregate-GroupBy', schema, source: relation.step, expressions: grouped.group,
  };
  const byKey: StreamRelation = { ...relation, step, layout: { schema, entries: [] } };
  const kept = dropGroupColumns(byKey, grouped.argumentCount);
  const moved = isCurrentKey(input) ? { ...kept, keyFormat } : repartition(kept, 'Aggregate-GroupBy', keyFormat, lowering);
  const { window, emitFinal } = lowering.analysis;
  const resultSchema = aggregatedSchema(grouped, window === null ? null : { type: window.type, sizeMs: window.type === 'SESSION' ? null : window.size.ms });
  const base = {
    version: 1 as const, name: 'Aggregate-Aggregate', schema: resultSchema, source: moved.step, carried: [], aggregates: grouped.aggregates,
    store: aggregateStore(grouped, moved),
  };
  const aggregate: StreamAggregate | StreamWindowedAggregate =
    window === null
      ? { ...base, kind: 'streamAggregate' }
      : { ...base, kind: 'streamWindowedAggregate', window: windowSpec(window, emitFinal, STORE), emitFinal };
  return tableOf(moved, aggregate, resultSchema, keyFormat, lowering);
}

/** Columns that only the group expressions read need not travel. */
function dropGroupColumns(relation: StreamRelation, argumentCount: number): StreamRelation {
  const { value } = relation.layout.schema;
  const count = Math.max(argumentCount, 1);
  if (value.length <= count) return relation;
  const columns = value.slice(0, count).map((column, index) => ({ column, expression: columnReference('value', index, column) }));
  const narrowed = withSelect(relation, 'Aggregate-GroupBy-Project', columns, []);
  return narrowed.kind === 'stream' ? narrowed : relation;
}

/** Grouping by exactly the only key column leaves every row where it is. */
function isCurrentKey({ groupBy, relation }: AggregateInput): boolean {
  const [only] = groupBy;
  const { key, window } = relation.layout.schema;
  return groupBy.length === 1 && key.length === 1 && window === null && only?.kind === 'column' && relation.keyEquals.has(columnKey(only.source, only.name));
}

function aggregateTable(grouped: Grouped, relation: TableRelation): TableRelation {
  const { input, key, keyFormat } = grouped;
  const { lowering } = input;
  const formats = { key: keyFormat, value: internalValue(relation.valueFormat) };
  const groupBy: TableGroupBy = {
    kind: 'tableGroupBy', version: 1, name: 'Aggregate-GroupBy',
    schema: { key, value: relation.layout.schema.value, window: null },
    source: relation.step, expressions: grouped.group,
    topic: lowering.topic('Aggregate-GroupBy-repartition', 'repartition', relation.partitionsOf),
    formats,
  };
  const schema = aggregatedSchema(grouped, null);
  const step: TableAggregate = {
    kind: 'tableAggregate', version: 1, name: 'Aggregate-Aggregate', schema, source: groupBy, carried: [], aggregates: grouped.aggregates,
    store: aggregateStore(grouped, relation),
  };
  return tableOf(relation, step, schema, keyFormat, lowering);
}

function aggregatedSchema(grouped: Grouped, window: RowSchema['window']): RowSchema {
  const value = grouped.aggregates.map((call, index): Column => ({ name: `KSQL_AGG_VARIABLE_${String(index)}`, type: call.type }));
  return { key: grouped.key, value, window };
}

function aggregateStore(grouped: Grouped, relation: Relation): StreamAggregate['store'] {
  const { lowering } = grouped.input;
  const valueFormat = internalValue(relation.valueFormat);
  const states = grouped.aggregates.map((call, index): Column => ({ name: `KSQL_AGG_VARIABLE_${String(index)}`, type: call.stateType }));
  if (lowering.context.formats.reasonAgainst(valueFormat, states, false) !== null) {
    throw new PlanError(
      'One of the functions used in the statement has an intermediate type that the value format can not handle. ' +
        'Please remove the function or change the format.\n' +
        'Consider up-voting https://github.com/confluentinc/ksql/issues/3950, which will resolve this limitation', { hint: "Write the result in VALUE_FORMAT='JSON' or 'AVRO'." });
  }
  const schema: RowSchema = { key: grouped.key, value: states, window: null };
  return lowering.store(STORE, schema, { key: grouped.keyFormat, value: valueFormat }, relation.partitionsOf);
}

function tableOf(
  relation: Relation,
  step: TableRelation['step'],
  schema: RowSchema,
  keyFormat: Relation['keyFormat'],
  lowering: Lowering,
): TableRelation {
  // The bounds of the new windows, also under the name of a source that is windowed itself.
  const owners = [null, ...lowering.analysis.sources.map((source) => source.alias)];
  const layout: RowLayout = { schema, entries: owners.flatMap((owner) => boundEntries(owner, schema, (name) => name)) };
  return {
    kind: 'table', step, layout, keyFormat, valueFormat: relation.valueFormat, partitionsOf: relation.partitionsOf, keyEquals: new Set(), isLeaf: false,
  };
}

function substitutesOf(input: AggregateInput, calls: readonly FunctionCall[], grouped: Grouped, schema: RowSchema): ReadonlyMap<string, BoundExpression> {
  const { isJoin } = input.lowering.analysis;
  const keys = input.groupBy.map((expression, index): [string, BoundExpression] => [
    printExpression(expression),
    columnReference('key', index, { name: shownText(expression, isJoin), type: grouped.key[index]?.type ?? INTEGER }),
  ]);
  const results = calls.map((call, index): [string, BoundExpression] => [
    printExpression(call),
    columnReference('value', index, { name: shownText(call, isJoin), type: schema.value[index]?.type ?? INTEGER }),
  ]);
  return new Map([...keys, ...results]);
}
