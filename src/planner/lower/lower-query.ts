import { present } from '../../errors/index.js';
import type { BoundExpression } from '../../expr/index.js';
import type { Expression } from '../../parser/index.js';
import type { QueryAnalysis } from '../bind/analysis.js';
import { callsOf } from '../bind/calls.js';
import type { BindScope } from '../bind/expression.js';
import type { LayoutEntry } from '../bind/layout.js';
import { expandSelect, type OutputItem } from '../bind/select-items.js';
import { checkQuery } from '../validate/rules.js';
import type { CheckedQuery } from '../validate/checked-query.js';
import type { PlannerContext } from '../context.js';
import { lowerAggregate } from './aggregate.js';
import { bindPredicate, lowerFilter } from './filter.js';
import { lowerFlatMap } from './flat-map.js';
import { columnsOf, lowerJoin } from './join.js';
import { lowerPartitionBy } from './partition-by.js';
import { persistentItems } from './projection.js';
import { columnKey, type Lowering, type Relation } from './relation.js';
import { chosenExpression, joinKeyNames, resultKeyOf, type ResultKey } from './result-key.js';
import { lowerSource } from './source.js';

/** A query down to the rows its SELECT list is computed from. */
export interface LoweredQuery {
  readonly relation: Relation;
  readonly items: readonly OutputItem[];
  readonly key: ResultKey;
  /** For the SELECT list. */
  readonly scope: BindScope;
}

/** Checks the shape of a query that has been named: what every query must hold, and what its sink asks. */
export function checkedQuery(analysis: QueryAnalysis, sink: CheckedQuery['sink'], context: PlannerContext): CheckedQuery {
  const scope = (): BindScope => ({ layout: everything(analysis), evaluation: context.evaluation, types: context.catalog.types, substitutes: new Map() });
  const items = expandSelect(analysis, scope);
  const results = [...items.map((item) => item.expression), ...(analysis.having === null ? [] : [analysis.having])];
  const query: CheckedQuery = {
    analysis,
    items,
    sink,
    aggregates: results.flatMap((expression) => callsOf(expression, 'aggregate', context.functions)),
    tableFunctions: items.flatMap((item) => callsOf(item.expression, 'table', context.functions)),
    readsTable: analysis.sources.every(({ source }) => source.kind === 'TABLE'),
  };
  checkQuery(query, context);
  return query;
}

/** Sources and joins, WHERE, PARTITION BY, then table functions or GROUP BY with HAVING: in the order rows pass them. */
export function lowerQuery(query: CheckedQuery, lowering: Lowering): LoweredQuery {
  const { analysis, items, aggregates } = query;
  const groupBy = aggregates.length > 0 ? (analysis.groupBy ?? []) : null;
  const key = resultKeyOf(analysis, groupBy);
  const used = usedColumns(query, key);
  const source = lowerFrom(analysis, items, used, lowering);
  const filtered =
    analysis.where === null
      ? source
      : lowerFilter(source, bindPredicate(analysis.where, 'WHERE', lowering.scope(source.layout), analysis), 'WhereFilter');
  if (groupBy !== null) return lowerGroups(query, filtered, groupBy, key, lowering);
  if (filtered.kind === 'table') return { relation: filtered, items, key, scope: lowering.scope(filtered.layout) };
  const names = key.parts.map((part) => part.name);
  const rekeyed =
    analysis.partitionBy === null
      ? { relation: filtered, substitutes: new Map<string, BoundExpression>() }
      : lowerPartitionBy(filtered, analysis.partitionBy, names, (column) => used.has(column), lowering);
  const mapped = lowerFlatMap(rekeyed.relation, query.tableFunctions, rekeyed.substitutes, lowering);
  return { relation: mapped.relation, items, key, scope: lowering.scope(mapped.relation.layout, mapped.substitutes) };
}

function lowerGroups(query: CheckedQuery, relation: Relation, groupBy: readonly Expression[], key: ResultKey, lowering: Lowering): LoweredQuery {
  const { analysis, items, aggregates } = query;
  const keyNames = groupBy.length === 0 ? ['KSQL_COL_0'] : key.parts.map((part) => part.name);
  const grouped = lowerAggregate({ relation, groupBy, keyNames, calls: aggregates, lowering });
  const scope = lowering.scope(grouped.relation.layout, grouped.substitutes);
  const kept =
    analysis.having === null
      ? grouped.relation
      : lowerFilter(grouped.relation, bindPredicate(analysis.having, 'HAVING', scope, analysis), 'HavingFilter');
  return { relation: kept, items, key, scope };
}

function lowerFrom(analysis: QueryAnalysis, items: readonly OutputItem[], used: ReadonlySet<string>, lowering: Lowering): Relation {
  if (analysis.isJoin) return lowerJoin(analysis.joins.length - 1, used, joinKeyNames(analysis, items), lowering);
  const source = present(analysis.sources[0], 'the source of a query');
  return lowerSource(source, 'KsqlTopic', (name) => used.has(columnKey(source.alias, name)), false, lowering);
}

/** Columns that anything but the key's own place in the SELECT list reads: only these are carried along. */
function usedColumns(query: CheckedQuery, key: ResultKey): ReadonlySet<string> {
  const { analysis, items, sink } = query;
  const selected = sink === null ? items : persistentItems(items, analysis);
  const chosen = key.kind === 'join' && sink !== null ? key.parts.map((part) => chosenExpression(part, selected)) : [];
  const keys = new Set(chosen.flatMap((expression) => (expression?.kind === 'column' ? [columnKey(expression.source, expression.name)] : [])));
  const isKey = (expression: Expression): boolean => expression.kind === 'column' && keys.has(columnKey(expression.source, expression.name));
  const expressions = [
    ...selected.map((item) => item.expression).filter((expression) => !isKey(expression)),
    ...[analysis.where, analysis.having].flatMap((expression) => (expression === null ? [] : [expression])),
    ...(analysis.groupBy ?? []),
    ...(analysis.partitionBy ?? []),
  ];
  return new Set(expressions.flatMap((expression) => [...columnsOf(expression)]));
}

/** A row of every column of every source, for types before anything is lowered. */
function everything(analysis: QueryAnalysis): BindScope['layout'] {
  const entries = analysis.sources.flatMap((source) =>
    source.columns.map((column): Omit<LayoutEntry, 'index'> => ({
      source: source.alias, name: column.name, type: column.type, side: 'value', display: analysis.isJoin ? `${source.alias}_${column.name}` : column.name,
    })),
  );
  return { schema: { key: [], value: entries, window: null }, entries: entries.map((entry, index) => ({ ...entry, index })) };
}
