import type { Catalog } from '../../catalog/index.js';
import { assertNever, BindError } from '../../errors/index.js';
import type { FunctionCatalogue } from '../../functions/index.js';
import type { Expression, Query, SelectItem, WindowClause } from '../../parser/index.js';
import { quoteName } from '../../types/index.js';
import { isSystemColumn } from './columns.js';
import { bindJoins, checkDistinctSources, type BoundJoin } from './join.js';
import { syntheticKeyName } from './names.js';
import { qualifyQuery } from './qualify.js';
import { checkColumns, type KnownNames } from './resolve-columns.js';
import { nameSelectItems, type NamedItem } from './select-names.js';
import { bindSources, type BoundSource } from './sources.js';

/** A query after its names are known: every column is `alias.name`, every select item has a name. */
export interface QueryAnalysis {
  readonly sources: readonly BoundSource[];
  readonly joins: readonly BoundJoin[];
  readonly isJoin: boolean;
  /** As stored and printed: qualified, items named, stars kept. */
  readonly query: Query;
  readonly select: readonly SelectItem[];
  readonly where: Expression | null;
  readonly groupBy: readonly Expression[] | null;
  readonly partitionBy: readonly Expression[] | null;
  readonly having: Expression | null;
  readonly window: WindowClause | null;
  readonly emitFinal: boolean;
  readonly limit: number | null;
  /** Name of the key where a join makes one of its own; null without a join. */
  readonly syntheticKey: string | null;
}

export interface AnalysisContext {
  /** The result is written somewhere: its columns need names that no source has anyway. */
  readonly isPersistent: boolean;
  readonly catalog: Catalog;
  readonly functions: FunctionCatalogue;
}

/** Resolves sources and names of a query and refuses what cannot be named. */
export function analyzeQuery(query: Query, context: AnalysisContext): QueryAnalysis {
  const sources = bindSources(query.from, context.catalog);
  checkDistinctSources(sources);
  checkAliases(sources);
  const named = nameSelectItems(qualifyQuery(query, sources), sources);
  const isJoin = sources.length > 1;
  if (context.isPersistent) checkReservedNames(named);
  const known: KnownNames = {
    sources,
    synthetic: isJoin ? syntheticKeyName(sources) : null,
    windowed: named.window !== null,
  };
  checkJoinConditions(named, known);
  const joins = bindJoins(named.from, sources);
  checkClauses(named, known);
  return {
    sources,
    joins,
    isJoin,
    query: named,
    select: named.select,
    where: named.where,
    groupBy: named.groupBy?.expressions ?? null,
    partitionBy: named.partitionBy?.expressions ?? null,
    having: named.having,
    window: named.window,
    emitFinal: named.emit === 'FINAL',
    limit: named.limit,
    syntheticKey: known.synthetic,
  };
}

function checkReservedNames(query: Query): void {
  const reserved = query.select.filter(isNamed).find((item) => isSystemColumn(item.alias));
  if (reserved === undefined) return;
  throw new BindError(`Reserved column name in select: ${quoteName(reserved.alias)}. Please remove or alias the column.`, { span: reserved.span, hint: 'Write another alias: SELECT … AS name.' });
}

function checkAliases(sources: readonly BoundSource[]): void {
  const repeated = sources.find((source, index) => sources.findIndex((other) => other.alias === source.alias) !== index);
  if (repeated !== undefined) {
    throw new BindError(`The alias '${repeated.alias}' is used for more than one source.`, { span: repeated.node.span, hint: 'Give each source an alias of its own.' });
  }
}

function checkJoinConditions(query: Query, known: KnownNames): void {
  for (let relation = query.from; relation.kind === 'join'; relation = relation.left) {
    checkColumns(relation.on, 'JOIN ON', { ...known, synthetic: null, windowed: false });
  }
}

function checkClauses(query: Query, known: KnownNames): void {
  if (query.where !== null) checkColumns(query.where, 'WHERE', known);
  for (const expression of query.groupBy?.expressions ?? []) checkColumns(expression, 'GROUP BY', known);
  for (const expression of query.partitionBy?.expressions ?? []) checkColumns(expression, 'PARTITION BY', known);
  if (query.having !== null) checkColumns(query.having, 'HAVING', known);
  for (const item of query.select) {
    switch (item.kind) {
      case 'item':
        checkColumns(item.expression, 'SELECT', known);
        break;
      case 'structStar':
        checkColumns(item.base, 'SELECT', known);
        break;
      case 'star':
        break;
      default:
        assertNever(item);
    }
  }
}

export function isNamed(item: SelectItem): item is NamedItem {
  return item.kind === 'item' && item.alias !== null;
}
