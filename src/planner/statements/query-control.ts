import type { CatalogChange } from '../../catalog/index.js';
import { PlanError } from '../../errors/index.js';
import { printStatement, type QueryControl } from '../../parser/index.js';
import type { PlannerContext } from '../context.js';
import type { PlannedChange } from '../planned-statement.js';
import { plannedChange } from './change.js';

/** TERMINATE, PAUSE, RESUME of persistent queries. Push queries are known to the servers that run them, not here. */
export function planQueryControl(statement: QueryControl, context: PlannerContext): PlannedChange {
  const ids = targets(statement, context);
  const base = { statementText: printStatement(statement), queryId: statement.queryId };
  switch (statement.action) {
    case 'TERMINATE':
      return plannedChange({
        ...base, statement: 'terminate', stop: ids, message: 'Query terminated.',
        changes: ids.map((id): CatalogChange => ({ kind: 'removeQuery', id })),
      });
    case 'PAUSE':
      return plannedChange({
        ...base, statement: 'pause', pause: ids, message: 'Query paused.',
        changes: ids.map((id): CatalogChange => ({ kind: 'setPaused', id, paused: true })),
      });
    case 'RESUME':
      return plannedChange({
        ...base, statement: 'resume', resume: ids, message: 'Query resumed.',
        changes: ids.map((id): CatalogChange => ({ kind: 'setPaused', id, paused: false })),
      });
  }
}

function targets(statement: QueryControl, context: PlannerContext): readonly string[] {
  const { queries } = context.catalog;
  if (statement.queryId === null) return [...queries.keys()];
  if (queries.has(statement.queryId)) return [statement.queryId];
  throw new PlanError(`Unknown queryId: ${statement.queryId}`, { span: statement.span, hint: 'SHOW QUERIES lists the queries that run.' });
}
