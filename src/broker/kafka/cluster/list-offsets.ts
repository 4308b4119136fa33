import type { TopicPartition } from '../../broker.js';
import { distinct } from '../protocol/api.js';
import { actionOf, kafkaError } from '../protocol/error-codes.js';
import { LIST_OFFSETS } from '../protocol/log-apis.js';
import type { KafkaCluster } from './kafka-cluster.js';

/** Offsets in the order asked; −1 where no record is as young as the timestamp. */
export async function listOffsets(cluster: KafkaCluster, wanted: readonly (TopicPartition & { readonly timestamp: number })[], committedOnly: boolean): Promise<readonly number[]> {
  if (wanted.length === 0) return [];
  const found = new Map<string, number>();
  await cluster.retrying('Listing offsets', async () => {
    const missing = distinct(wanted.filter((each) => !found.has(keyOf(each))));
    await cluster.findLeaders(missing);
    const byNode = new Map<number, (TopicPartition & { readonly timestamp: number; readonly leaderEpoch: number })[]>();
    for (const each of missing) {
      const leader = cluster.knownLeader(each);
      if (leader === null) continue;
      const list = byNode.get(leader.node) ?? [];
      list.push({ ...each, leaderEpoch: leader.epoch });
      byNode.set(leader.node, list);
    }
    for (const [node, partitions] of byNode) {
      const answer = await cluster.call(node, LIST_OFFSETS, { committedOnly, partitions }, { lane: 'control' });
      for (const { topic, partition, error, offset } of answer.partitions) {
        if (error === 0) found.set(keyOf({ topic, partition }), offset);
        else refuse(cluster, topic, error);
      }
    }
  });
  return wanted.map((each) => found.get(keyOf(each)) ?? -1);
}

function refuse(cluster: KafkaCluster, topic: string, error: number): never {
  if (actionOf(error) === 'refresh') cluster.forgetTopics([topic]);
  throw kafkaError(error, `Listing offsets of topic ${topic}`);
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${partition}/${topic}`;
}
