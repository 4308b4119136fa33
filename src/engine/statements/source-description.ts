import type { PartitionOffsets, SourceDescription } from '../../api/index.js';
import { readersOf, writersOf, type PersistentQuery, type Source } from '../../catalog/index.js';
import type { QueryStatus } from '../../runtime/index.js';
import { runningQuery, statusById } from './running-queries.js';
import { sourceFields } from './schema-info.js';
import type { StatementServices } from './services.js';

type OffsetSummaries = SourceDescription['queryOffsetSummaries'];

function statisticsLine(statuses: readonly QueryStatus[]): { readonly statistics: string; readonly errorStats: string } {
  const total = statuses.reduce((sum, status) => sum + status.metrics.recordsOut, 0);
  const errors = statuses.reduce((sum, status) => sum + Object.values(status.metrics.errorsByType).reduce((all, count) => all + count, 0), 0);
  const last = Math.max(0, ...statuses.map((status) => status.metrics.lastProcessedMs ?? 0));
  const when = last === 0 ? 'n/a' : new Date(last).toISOString();
  return {
    statistics: statuses.length === 0 ? '' : `messages-per-sec: 0 total-messages: ${total} last-message: ${when}`,
    errorStats: errors === 0 ? '' : `consumer-failed-messages: ${errors}`,
  };
}

// What a query that reads the source has consumed of its topic, and what there is.
async function offsetSummary(query: PersistentQuery, topic: string, partitions: number, services: StatementServices): Promise<OffsetSummaries[number]> {
  const groupId = services.groupId(query.id);
  const all = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
  const [start, end, committed] = [
    await services.broker.admin.listOffsets(all, 'earliest', 'read_committed'),
    await services.broker.admin.listOffsets(all, 'latest', 'read_committed'),
    await services.broker.fetchCommitted(groupId, all),
  ];
  const offsets: PartitionOffsets[] = all.map(({ partition }) => ({
    partition,
    logStartOffset: start[partition] ?? 0,
    logEndOffset: end[partition] ?? 0,
    consumerOffset: committed[partition]?.offset ?? 0,
  }));
  return { groupId, topicSummaries: [{ kafkaTopic: topic, offsets }] };
}

/** What DESCRIBE shows of a source; EXTENDED adds topic facts, statistics and consumer lag. */
export async function describeSource(source: Source, extended: boolean, services: StatementServices): Promise<SourceDescription> {
  const catalog = services.catalog();
  const statuses = await statusById(services);
  const readers = readersOf(catalog, source.name);
  const writers = writersOf(catalog, source.name);
  const shown = (queries: readonly PersistentQuery[]) => queries.map((query) => runningQuery(query, statuses.get(query.id), services));
  const topic = extended ? await services.broker.admin.describeTopic(source.topic) : null;
  const writing = writers.flatMap((query) => statuses.get(query.id) ?? []);
  const summaries: OffsetSummaries[number][] = [];
  if (topic !== null) for (const query of readers) summaries.push(await offsetSummary(query, source.topic, topic.partitions, services));
  return {
    name: source.name,
    windowType: source.window?.type ?? null,
    readQueries: shown(readers),
    writeQueries: shown(writers),
    fields: sourceFields(source),
    type: source.kind,
    timestamp: source.timestamp?.column ?? '',
    ...(extended ? statisticsLine(writing) : { statistics: '', errorStats: '' }),
    extended,
    keyFormat: source.keyFormat.name,
    valueFormat: source.valueFormat.name,
    topic: source.topic,
    partitions: topic?.partitions ?? 0,
    replication: topic?.replicas ?? 0,
    statement: source.statementText,
    queryOffsetSummaries: summaries,
    sourceConstraints: [...catalog.sources.values()].filter((other) => readsFrom(other, source, catalog.queries)).map((other) => other.name),
    clusterStatistics: [],
    clusterErrorStats: [],
  };
}

function readsFrom(other: Source, source: Source, queries: ReadonlyMap<string, PersistentQuery>): boolean {
  if (other.createdBy === null || other.name === source.name) return false;
  return queries.get(other.createdBy)?.sources.includes(source.name) ?? false;
}
