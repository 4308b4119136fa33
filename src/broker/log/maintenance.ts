import { compactPartition } from './compaction.js';
import type { LogCore } from './log-core.js';
import type { TopicState } from './partition-log.js';
import { applyRetention, purgeDoomed } from './retention.js';

const DAY_MS = 86_400_000;

/** One round of upkeep over all partitions. A damaged partition is reported and left alone; the others go on. */
export async function maintainLog(core: LogCore, isClosing: () => boolean): Promise<void> {
  await purgeDoomed(core);
  for (const topic of Array.from(core.state.topics.values())) {
    for (const log of topic.logs) {
      if (isClosing()) return;
      if (log.deleted || log.damage !== null) continue;
      try {
        await maintainPartition(core, topic, log.partition);
      } catch (error) {
        core.logger.error('Upkeep of a partition failed', { topic: topic.name, partition: log.partition, error: String(error) });
      }
      await core.clock.yieldTurn();
    }
  }
  while (!isClosing() && !(await core.storage.reclaim())) await core.clock.yieldTurn();
}

async function maintainPartition(core: LogCore, topic: TopicState, partition: number): Promise<void> {
  const log = topic.logs[partition];
  if (log === undefined) return;
  // As in Kafka: without a policy a topic is deleted from, never compacted. Without limits nothing is removed.
  const policies = (topic.configs['cleanup.policy'] ?? 'delete').split(',').map((policy) => policy.trim());
  const retentionMs = policies.includes('delete') ? configNumber(topic, 'retention.ms', -1) : -1;
  const retentionBytes = policies.includes('delete') ? configNumber(topic, 'retention.bytes', -1) : -1;
  await applyRetention(core, log, { retentionMs, retentionBytes });
  if (policies.includes('compact')) {
    await compactPartition(core, log, {
      tombstoneMs: configNumber(topic, 'delete.retention.ms', DAY_MS),
      dirtyRatio: configNumber(topic, 'min.cleanable.dirty.ratio', 0.5),
    });
  }
}

function configNumber(topic: TopicState, name: string, otherwise: number): number {
  const value = Number(topic.configs[name] ?? otherwise);
  return Number.isFinite(value) ? value : otherwise;
}
