import type { PersistentQuery, Source } from '../../catalog/index.js';
import { BindError } from '../../errors/index.js';
import type { PersistentPlan } from '../../plan/index.js';
import type { Query } from '../../parser/index.js';
import { analyzeQuery } from '../bind/analysis.js';
import type { PlannerContext } from '../context.js';
import { Lowering, persistentPrefix } from '../lower/relation.js';
import { lowerSource } from '../lower/source.js';

export interface StartedQuery {
  readonly plan: PersistentPlan;
  readonly query: PersistentQuery;
}

/** CREATE SOURCE TABLE: a query that keeps the rows of the topic, so that pull queries find them. It writes nothing. */
export function sourceTablePlan(source: Source, context: PlannerContext): StartedQuery {
  const id = `CST_${source.name.toUpperCase()}_${String(context.nextQueryNumber)}`;
  const catalog = { ...context.catalog, sources: new Map([...context.catalog.sources, [source.name, source]]) };
  const analysis = analyzeQuery(selectAll(source.name), { catalog, functions: context.functions, isPersistent: false });
  const lowering = new Lowering(context, analysis, id, persistentPrefix(context));
  const [bound] = analysis.sources;
  const headers = new Set(source.headerColumns.map(({ column }) => column.name));
  const relation = bound === undefined ? null : lowerSource(bound, 'KsqlTopic', (name) => headers.has(name), false, lowering);
  if (relation?.kind !== 'table' || relation.step.kind !== 'tableSource') throw new BindError(`${source.name} is not a table.`, { hint: 'Declare it with CREATE TABLE.' });
  const plan: PersistentPlan = {
    kind: 'persistent',
    version: 1,
    queryId: id,
    statementText: source.statementText,
    sources: [source.name],
    sink: null,
    root: relation.step,
    materialization: { storeName: relation.step.store.name, schema: relation.layout.schema },
    properties: Object.fromEntries(context.overrides),
    internalTopics: lowering.internalTopics,
  };
  const query: PersistentQuery = {
    id, kind: 'CREATE_SOURCE', sources: [source.name], sink: null, statementText: source.statementText, plan, paused: false,
  };
  return { plan, query };
}

function selectAll(name: string): Query {
  const span = { start: 0, end: 0, line: 1, column: 0 };
  return {
    kind: 'query', span, select: [{ kind: 'star', source: null, span }], from: { kind: 'source', name, alias: null, span },
    window: null, where: null, groupBy: null, partitionBy: null, having: null, emit: null, limit: null,
  };
}
