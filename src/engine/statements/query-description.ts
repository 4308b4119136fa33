import type { QueryDescription } from '../../api/index.js';
import type { PersistentQuery } from '../../catalog/index.js';
import { explainPlan, storedPlan, type PersistentPlan, type QueryPlan } from '../../plan/index.js';
import type { QueryStatus } from '../../runtime/index.js';
import { shownState, statusById } from './running-queries.js';
import { resultFields } from './schema-info.js';
import type { StatementServices } from './services.js';

function tasksMetadata(status: QueryStatus | undefined): QueryDescription['tasksMetadata'] {
  return (status?.tasks ?? []).map((task) => ({
    taskId: `${task.stage}_${task.partition}`,
    topicOffsets: task.inputs.map((input) => ({
      topicPartitionEntity: { topic: input.topic, partition: input.partition },
      endOffset: input.end,
      committedOffset: input.position,
    })),
    timeCurrentIdlingStarted: null,
  }));
}

function windowType(plan: PersistentPlan): string | null {
  return plan.root.schema.window?.type ?? null;
}

/** A persistent query in full: its plan, topology, tasks and failures. */
export function describeQuery(query: PersistentQuery, status: QueryStatus | undefined, services: StatementServices): QueryDescription {
  const plan = storedPlan(query.plan);
  const explained = explainPlan(plan);
  const sink = query.sink === null ? undefined : services.catalog().sources.get(query.sink);
  const state = shownState(status, query.paused);
  return {
    id: query.id,
    statementText: query.statementText,
    windowType: windowType(plan),
    fields: resultFields(plan.root.schema.key, plan.root.schema.value),
    sources: query.sources,
    sinks: sink === undefined ? [] : [sink.name],
    topology: explained.topology,
    executionPlan: explained.executionPlan,
    overriddenProperties: plan.properties,
    ksqlHostQueryStatus: { [services.host()]: state },
    queryType: 'PERSISTENT',
    queryErrors: (status?.errors ?? []).map((failure) => ({ timestamp: failure.timestamp, errorMessage: failure.cause === null ? failure.message : `${failure.message}: ${failure.cause}`, type: failure.type })),
    tasksMetadata: tasksMetadata(status),
    consumerGroupId: services.groupId(query.id),
    state,
  };
}

export async function describeQueries(services: StatementServices): Promise<readonly QueryDescription[]> {
  const statuses = await statusById(services);
  return [...services.catalog().queries.values()].map((query) => describeQuery(query, statuses.get(query.id), services));
}

/** A plan that does not run: what EXPLAIN of a statement shows. */
export function describePlan(plan: QueryPlan, statementText: string): QueryDescription {
  const explained = explainPlan(plan);
  const inner = plan.kind === 'streamPull' ? plan.plan : plan;
  const output = inner.kind === 'persistent' ? null : inner.output;
  const fields =
    output === null && inner.kind === 'persistent'
      ? resultFields(inner.root.schema.key, inner.root.schema.value)
      : resultFields([], (output ?? []).map((each) => each.column));
  return {
    id: inner.kind === 'pull' ? '' : inner.queryId,
    statementText,
    windowType: inner.kind === 'pull' ? null : (inner.root.schema.window?.type ?? null),
    fields,
    sources: inner.kind === 'pull' ? [inner.source] : inner.sources,
    sinks: inner.kind === 'persistent' && inner.sink !== null ? [inner.sink] : [],
    topology: explained.topology,
    executionPlan: explained.executionPlan,
    overriddenProperties: inner.kind === 'pull' ? {} : inner.properties,
    ksqlHostQueryStatus: {},
    queryType: inner.kind === 'persistent' ? 'PERSISTENT' : plan.kind === 'transient' ? 'PUSH' : 'PULL',
    queryErrors: [],
    tasksMetadata: [],
    consumerGroupId: '',
    state: null,
  };
}
