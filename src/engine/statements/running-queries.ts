import type { RunningQuery } from '../../api/index.js';
import type { PersistentQuery } from '../../catalog/index.js';
import type { QueryStatus } from '../../runtime/index.js';
import type { StatementServices } from './services.js';

type ShownState = 'RUNNING' | 'ERROR' | 'PAUSED' | 'UNRESPONSIVE';

/** The state as clients know it: a query that starts or restores counts as running. */
export function shownState(status: QueryStatus | undefined, paused: boolean): ShownState {
  if (paused) return 'PAUSED';
  switch (status?.state) {
    case 'ERROR':
      return 'ERROR';
    case 'PAUSED':
      return 'PAUSED';
    case 'STARTING':
    case 'RUNNING':
      return 'RUNNING';
    case 'STOPPED':
    case undefined:
      return 'UNRESPONSIVE';
  }
}

/** A persistent query in the form clients read. */
export function runningQuery(query: PersistentQuery, status: QueryStatus | undefined, services: StatementServices): RunningQuery {
  const state = shownState(status, query.paused);
  const sink = query.sink === null ? undefined : services.catalog().sources.get(query.sink);
  const sinks = query.sink === null ? [] : [query.sink];
  return {
    queryString: query.statementText,
    sinks,
    sinkKafkaTopics: query.kind === 'CREATE_SOURCE' || sink === undefined ? [] : [sink.topic],
    id: query.id,
    statusCount: { [state]: 1 },
    queryType: 'PERSISTENT',
    state: `${state}:1`,
  };
}

export async function statusById(services: StatementServices): Promise<ReadonlyMap<string, QueryStatus>> {
  return new Map((await services.status()).map((status) => [status.queryId, status]));
}

/** All queries of this server: persistent ones, then push queries. */
export async function runningQueries(services: StatementServices): Promise<readonly RunningQuery[]> {
  const statuses = await statusById(services);
  const persistent = [...services.catalog().queries.values()].map((query) => runningQuery(query, statuses.get(query.id), services));
  const push = services.pushQueries().map((query) => ({
    queryString: query.text,
    sinks: [],
    sinkKafkaTopics: [],
    id: query.queryId,
    statusCount: { RUNNING: 1 },
    queryType: 'PUSH' as const,
    state: 'RUNNING:1',
  }));
  return [...persistent, ...push];
}
