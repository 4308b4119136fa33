import type { Query } from '../parser/index.js';
import { PlanError } from '../errors/index.js';
import type { PullPlan, StreamPullPlan, TransientPlan } from '../plan/index.js';
import type { PlannerContext } from './context.js';

export type PlannedQuery = TransientPlan | PullPlan | StreamPullPlan;

/** Plans a query of a client: with EMIT a push query, without a pull query. `queryId` names the transient query. */
export function planQuery(query: Query, text: string, queryId: string, context: PlannerContext): PlannedQuery {
  throw new PlanError(`No plan for ${query.kind} ${text} ${queryId} ${String(context.nextQueryNumber)}`);
}
