import { PlanError } from '../../errors/index.js';
import type { Query } from '../../parser/index.js';
import type { PersistentPlan } from '../../plan/index.js';
import type { QueryAnalysis } from '../bind/analysis.js';
import { analyzeQuery } from '../bind/analysis.js';
import type { PlannerContext } from '../context.js';
import { checkedQuery, lowerQuery } from '../lower/lower-query.js';
import { keyInSelectOrder } from '../lower/key-order.js';
import { lowerProjection } from '../lower/projection.js';
import { Lowering, persistentPrefix, type Relation } from '../lower/relation.js';
import { flag } from '../settings.js';
import { checkTimestampName } from './timestamp-column.js';
import { lowerSink, materialize, type SinkTarget } from '../lower/sink.js';

/** A persistent query without its sink: the rows it gives, and what it was made of. */
export interface PersistentRows {
  readonly analysis: QueryAnalysis;
  readonly relation: Relation;
  readonly lowering: Lowering;
  /** The result has been given no key on purpose: PARTITION BY NULL. */
  readonly unkeyed: boolean;
}

export interface RowsSink {
  readonly name: string;
  /** The TIMESTAMP property as written, or null. */
  readonly timestamp: string | null;
}

export function planRows(query: Query, sink: RowsSink, queryId: string, context: PlannerContext): PersistentRows {
  const analysis = analyzeQuery(query, { ...context, isPersistent: true });
  const checked = checkedQuery(analysis, sink, context);
  const lowering = new Lowering(context, analysis, queryId, persistentPrefix(context));
  const lowered = lowerQuery(checked, lowering);
  checkTimestampName(sink.timestamp, lowered.items.map((item) => item.name));
  const projected = lowerProjection({ ...lowered, analysis, sinkName: sink.name });
  const relation = flag(context, 'ksql.new.query.planner.enabled', false) ? keyInSelectOrder(projected, lowered.items) : projected;
  const unkeyed = analysis.partitionBy?.some((expression) => expression.kind === 'null') === true;
  return { analysis, relation, lowering, unkeyed };
}

/** The plan of a persistent query, from its rows and where they go. */
export function persistentPlan(rows: PersistentRows, target: SinkTarget, statementText: string): PersistentPlan {
  const { lowering, analysis } = rows;
  const held = rows.relation.kind === 'table' ? materialize(rows.relation, lowering) : null;
  const relation = held?.relation ?? rows.relation;
  const { context } = lowering;
  return {
    kind: 'persistent',
    version: 1,
    queryId: lowering.queryId,
    statementText,
    sources: analysis.sources.map(({ source }) => source.name),
    sink: target.name,
    root: lowerSink(relation, target),
    materialization: held === null ? null : { storeName: held.storeName, schema: relation.layout.schema },
    properties: Object.fromEntries(context.overrides),
    internalTopics: lowering.internalTopics,
  };
}

/** Streams come from streams, tables from tables and groups. */
export function checkResultKind(relation: Relation, wanted: 'STREAM' | 'TABLE'): void {
  const found = relation.kind === 'table' ? 'TABLE' : 'STREAM';
  if (found === wanted) return;
  throw new PlanError(`Invalid result type. Your SELECT query produces a ${found}. Please use CREATE ${found} AS SELECT statement instead.`, { hint: 'Change the first words of the statement, or the query after AS.' });
}
