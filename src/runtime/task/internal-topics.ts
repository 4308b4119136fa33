import type { Broker } from '../../broker/index.js';
import type { TableLayout } from '../../state/index.js';
import type { Topology } from '../topology.js';
import type { PartitionCounts } from './partition-counts.js';
import type { TaskStore } from './task-store.js';

/** What windowed changelogs keep beyond the store's retention, as Kafka Streams does, so that clocks may differ. */
const ADDITIONAL_RETENTION_MS = 86_400_000;

/** Whatever the cluster's default is: rows keep their own times. */
const CREATE_TIME = { 'message.timestamp.type': 'CreateTime' };
/** Small, so that consumed records soon leave the disk. */
const REPARTITION_SEGMENT_BYTES = '52428800';

/** Repartition topics, one partition count each; idempotent. Nothing expires by time: records are deleted once consumed. */
export async function ensureRepartitions(broker: Broker, topology: Topology, counts: PartitionCounts): Promise<void> {
  for (const { topic } of topology.exchanges) {
    if ((await broker.admin.describeTopic(topic)) !== null) continue;
    await broker.admin.createTopic({ name: topic, partitions: counts.known(topic), configs: { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'segment.bytes': REPARTITION_SEGMENT_BYTES, ...CREATE_TIME } });
  }
}

/** Changelog topics with as many partitions as the stage has tasks; idempotent. */
export async function ensureChangelogs(broker: Broker, stores: readonly TaskStore[], counts: PartitionCounts, topology: Topology): Promise<void> {
  const done = new Set<string>();
  for (const { changelog, spec, stageId } of stores) {
    if (changelog === null || done.has(changelog.topic)) continue;
    done.add(changelog.topic);
    if ((await broker.admin.describeTopic(changelog.topic)) !== null) continue;
    const stage = topology.stages.find((each) => each.id === stageId);
    const partitions = stage === undefined ? changelog.partition + 1 : counts.ofStage(stage);
    await broker.admin.createTopic({ name: changelog.topic, partitions, configs: changelogConfigs(spec.layout) });
  }
}

export function changelogConfigs(layout: TableLayout): Readonly<Record<string, string>> {
  if (!('retentionMs' in layout)) return { 'cleanup.policy': 'compact', ...CREATE_TIME };
  // The records of a join side have a key of their own each: there is nothing to compact.
  return { 'cleanup.policy': layout.kind === 'events' ? 'delete' : 'compact,delete', ...CREATE_TIME, 'retention.ms': String(layout.retentionMs + ADDITIONAL_RETENTION_MS) };
}
