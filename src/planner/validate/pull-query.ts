import { PlanError } from '../../errors/index.js';
import type { Expression, Query } from '../../parser/index.js';
import { formatType, quoteName } from '../../types/index.js';
import { findEntry, type RowLayout } from '../bind/layout.js';
import { shownText } from '../bind/shown.js';
import { walkExpression } from '../bind/walk-expression.js';
import type { PlannerContext } from '../context.js';
import { flag } from '../settings.js';

const MORE = ' See https://cnfl.io/queries for more info.\nAdd EMIT CHANGES if you intended to issue a push query.';

/** A pull query looks something up: it has a source, a filter, a projection and a limit, and computes nothing over rows. */
export function checkPullShape(query: Query, context: PlannerContext): void {
  if (!flag(context, 'ksql.pull.queries.enable', true)) {
    throw new PlanError(`Pull queries are disabled.${MORE}\nPlease set ksql.pull.queries.enable=true to enable this feature.`, { hint: 'Set ksql.pull.queries.enable=true on the server.' });
  }
  const refused: readonly (readonly [boolean, string])[] = [
    [query.from.kind === 'join', 'JOIN'],
    [query.window !== null, 'WINDOW'],
    [query.groupBy !== null, 'GROUP BY'],
    [query.partitionBy !== null, 'PARTITION BY'],
    [query.having !== null, 'HAVING'],
  ];
  const clause = refused.find(([present]) => present)?.[1];
  if (clause !== undefined) throw new PlanError(`Pull queries don't support ${clause} clauses.${MORE}`, { span: query.span, hint: 'Add EMIT CHANGES for a push query, or leave the clause out.' });
  checkColumns('WHERE', query.where === null ? [] : [query.where]);
  checkColumns('SELECT', query.select.flatMap((item) => (item.kind === 'item' ? [item.expression] : item.kind === 'structStar' ? [item.base] : [])));
  if (query.limit === null) return;
  if (!flag(context, 'ksql.query.pull.limit.clause.enabled', true)) {
    throw new PlanError(`LIMIT clause in pull queries is currently disabled. You can enable it by setting ksql.query.pull.limit.clause.enabled=true.${MORE}`, { hint: 'Set ksql.query.pull.limit.clause.enabled=true on the server.' });
  }
  if (query.limit < 0) throw new PlanError(`Pull queries don't support negative integers in the LIMIT clause.${MORE}`, { hint: 'Write a LIMIT from 0 on.' });
}

/** A stored row no longer knows the partition and offset it came from. */
function checkColumns(clause: 'SELECT' | 'WHERE', expressions: readonly Expression[]): void {
  const found = new Set<string>();
  for (const expression of expressions) {
    walkExpression(expression, (part) => {
      if (part.kind === 'column' && (part.name === 'ROWPARTITION' || part.name === 'ROWOFFSET')) found.add(part.name);
    });
  }
  if (found.size > 0) {
    throw new PlanError(`Pull queries don't support the following columns in ${clause} clauses: ${[...found].map(quoteName).join(', ')}\n`, { hint: 'Add EMIT CHANGES for a push query, or leave the columns out.' });
  }
}

/** A table without a query that keeps its rows can only be followed, not looked up. */
export function notQueryable(name: string): PlanError {
  return new PlanError(
    `The ${quoteName(name)} table isn't queryable. To derive a queryable table, you can do ` +
      `'CREATE TABLE QUERYABLE_${name} AS SELECT * FROM ${name}'.${MORE}`, { hint: 'Derive a table from it with CREATE TABLE … AS SELECT, or add EMIT CHANGES.' });
}

/** What keeps a WHERE clause from being a key lookup, where scans are not allowed. */
export function needsScan(reason: string): PlanError {
  return new PlanError(`${reason}${MORE}`, {
    hint: "Query requires table scan to be enabled. Table scans can be enabled by setting ksql.query.pull.table.scan.enabled='true'.",
  });
}

export function shownDisjunct(conjuncts: readonly Expression[]): string {
  return conjuncts.map((conjunct) => shownText(conjunct, false)).join(' AND ');
}

/** LIKE looks into text. */
export function checkLike(where: Expression, layout: RowLayout): void {
  walkExpression(where, (part) => {
    if (part.kind !== 'like' || part.value.kind !== 'column') return;
    const type = findEntry(layout, part.value.source, part.value.name)?.type;
    if (type === undefined || type.kind === 'STRING') return;
    throw new PlanError(`The column type for Like condition must be VARCHAR. The column type is ${formatType(type)}`, { span: part.span, hint: 'CAST the column AS VARCHAR.' });
  });
}
