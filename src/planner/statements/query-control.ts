import type { CatalogChange } from '../../catalog/index.js';
import { PlanError } from '../../errors/index.js';
import { storedPlan } from '../../plan/index.js';
import { printStatement, type QueryControl } from '../../parser/index.js';
import type { PlannerContext } from '../context.js';
import type { PlannedChange } from '../planned-statement.js';
import { plannedChange } from './change.js';

/** TERMINATE, PAUSE, RESUME, RESET of persistent queries. Push queries are known to the servers that run them, not here. */
export function planQueryControl(statement: QueryControl, context: PlannerContext): PlannedChange {
  const ids = statement.action === 'RESET' ? [] : targets(statement, context);
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
    case 'RESET':
      return plannedChange({ ...base, ...reset(statement, context) });
  }
}

/** The query loses its state, offsets and internal topics, and starts again from its stored plan. What it has written stays. */
function reset(statement: QueryControl, { catalog }: PlannerContext): Pick<PlannedChange, 'statement' | 'message' | 'changes'> & Partial<PlannedChange> {
  const query = statement.queryId === null ? undefined : catalog.queries.get(statement.queryId);
  if (statement.queryId === null) throw new PlanError('RESET ALL is not possible: queries are reset one by one', { span: statement.span, hint: 'RESET QUERY_ID; SHOW QUERIES lists the queries that run.' });
  if (query === undefined) throw new PlanError(`Unknown queryId: ${statement.queryId}`, { span: statement.span, hint: 'SHOW QUERIES lists the queries that run.' });
  return {
    statement: 'reset', message: 'Query reset.', changes: [{ kind: 'putQuery', query }],
    stop: [query.id], start: storedPlan(query.plan), pause: query.paused ? [query.id] : [],
  };
}

function targets(statement: QueryControl, context: PlannerContext): readonly string[] {
  const { queries } = context.catalog;
  if (statement.queryId === null) return [...queries.keys()];
  if (queries.has(statement.queryId)) return [statement.queryId];
  throw new PlanError(`Unknown queryId: ${statement.queryId}`, { span: statement.span, hint: 'SHOW QUERIES lists the queries that run.' });
}
