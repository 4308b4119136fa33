import type { Entity, QueryDescription } from '../../api/index.js';
import { PlanError, RequestError } from '../../errors/index.js';
import type { Explain, Statement } from '../../parser/index.js';
import { planQuery, planStatement, type PlannerContext } from '../../planner/index.js';
import type { RequestStatement } from '../request.js';
import { describePlan, describeQuery } from './query-description.js';
import { statusById } from './running-queries.js';
import type { StatementServices } from './services.js';

async function ofRunning(queryId: string, services: StatementServices): Promise<QueryDescription> {
  const query = services.catalog().queries.get(queryId);
  if (query === undefined) {
    throw new PlanError(`Query with id:${queryId} does not exist, use SHOW QUERIES to view the full set of queries.`, { hint: 'SHOW QUERIES lists them; EXPLAIN also takes a statement.' });
  }
  return describeQuery(query, (await statusById(services)).get(query.id), services);
}

function ofStatement(statement: Statement, text: string, context: PlannerContext): QueryDescription {
  if (statement.kind === 'query') return describePlan(planQuery(statement, text, 'transient_explain', context), text);
  const planned = planStatement({ statement, text }, context);
  if (planned.kind !== 'change' || planned.start === null) {
    throw new RequestError('BAD_REQUEST', 'The provided statement does not run a ksql query', { hint: 'EXPLAIN takes a query, or a statement that starts one.' });
  }
  return describePlan(planned.start, text);
}

/** EXPLAIN of a running query, or of a statement that is planned and not run. */
export async function explain(statement: Explain, from: RequestStatement, services: StatementServices): Promise<Entity> {
  const { queryId, statement: inner } = statement;
  const text = inner === null ? from.text : from.text.slice(Math.max(0, inner.span.start - from.span.start));
  const queryDescription =
    inner === null ? await ofRunning(queryId ?? '', services) : await services.planWith(from, (context) => ofStatement(inner, text, context));
  return { '@type': 'queryDescription', statementText: from.text, warnings: [], queryDescription };
}
