import { PlanError } from '../errors/index.js';
import type { Query } from '../parser/index.js';
import type { PullPlan, StreamPullPlan, TransientPlan } from '../plan/index.js';
import { analyzeQuery } from './bind/analysis.js';
import type { PlannerContext } from './context.js';
import { planPullQuery } from './queries/pull-query.js';
import { planPushQuery } from './queries/push-query.js';
import { flag } from './settings.js';
import { checkPullShape } from './validate/pull-query.js';

export type PlannedQuery = TransientPlan | PullPlan | StreamPullPlan;

/** Plans a query of a client: with EMIT a push query, without a pull query. `queryId` names the transient query. */
export function planQuery(query: Query, text: string, queryId: string, context: PlannerContext): PlannedQuery {
  if (query.emit !== null) return planPushQuery(query, { queryId, text, offsetReset: configuredReset(context) }, context);
  checkPullShape(query, context);
  const analysis = analyzeQuery(query, { ...context, isPersistent: false });
  const [source] = analysis.sources;
  if (source?.source.kind === 'TABLE') return planPullQuery(analysis, text, context);
  if (!flag(context, 'ksql.query.pull.stream.enabled', true)) {
    throw new PlanError(
      'Pull queries on streams are disabled. To create a push query on the stream, add EMIT CHANGES to the end. ' +
        "To enable pull queries on streams, set the ksql.query.pull.stream.enabled config to 'true'.", { hint: 'Add EMIT CHANGES for a push query.' });
  }
  return { kind: 'streamPull', version: 1, plan: planPushQuery(query, { queryId, text, offsetReset: 'earliest' }, context) };
}

/** `auto.offset.reset` where it was set; it then holds for streams and tables alike. */
function configuredReset(context: PlannerContext): 'earliest' | 'latest' | null {
  const value = context.properties.get('ksql.streams.auto.offset.reset') ?? context.properties.get('auto.offset.reset');
  return value === 'earliest' || value === 'latest' ? value : null;
}
