import type { CommittedOffset, TopicPartition } from '../broker.js';
import type { KafkaCluster } from './cluster/kafka-cluster.js';
import { unpackText } from './group/offset-text.js';
import { distinct } from './protocol/api.js';
import { kafkaError, KAFKA } from './protocol/error-codes.js';
import { OFFSET_FETCH } from './protocol/group-apis.js';

/** An unfinished transaction of an older owner is waited for: it ends in milliseconds, or by its timeout. */
const BACK_OFF = { firstMs: 2, maxMs: 200 };

export async function fetchCommitted(cluster: KafkaCluster, groupId: string, partitions: readonly TopicPartition[]): Promise<readonly (CommittedOffset | null)[]> {
  if (partitions.length === 0) return [];
  const what = `Fetching the offsets of group ${groupId}`;
  // Partitions are always named: a list of all leaves out those that are not settled.
  const answer = await cluster.retrying(
    what,
    async () => {
      const found = await cluster.callCoordinator({ kind: 'group', key: groupId }, OFFSET_FETCH, { groupId, partitions: distinct(partitions) }, { lane: 'control', errorOf: ({ error }) => error });
      const error = found.error !== 0 ? found.error : (found.partitions.find((each) => each.error !== 0 && each.error !== KAFKA.unknownTopic)?.error ?? 0);
      if (error !== 0) throw kafkaError(error, what);
      return found;
    },
    { backOff: BACK_OFF },
  );
  const offsets = new Map(answer.partitions.map((each) => [`${each.partition}/${each.topic}`, each]));
  return partitions.map(({ topic, partition }) => {
    const found = offsets.get(`${partition}/${topic}`);
    return found === undefined || found.offset < 0 ? null : { offset: found.offset, metadata: unpackText(found.metadata) };
  });
}
