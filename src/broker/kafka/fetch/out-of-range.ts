import { BrokerError } from '../../../errors/index.js';
import type { TopicPartition } from '../../broker.js';
import { listOffsets } from '../cluster/list-offsets.js';
import type { KafkaCluster } from '../cluster/kafka-cluster.js';
import { EARLIEST, LATEST } from '../protocol/log-apis.js';

/** Says what the partition holds instead. */
export async function outOfRange(cluster: KafkaCluster, { topic, partition, offset }: TopicPartition & { readonly offset: number }): Promise<BrokerError> {
  const [start = 0] = await listOffsets(cluster, [{ topic, partition, timestamp: EARLIEST }], false);
  const [end = 0] = await listOffsets(cluster, [{ topic, partition, timestamp: LATEST }], false);
  return new BrokerError(`Topic ${topic} partition ${partition} has no offset ${offset}: it holds offsets ${start} to ${end}`, { retriable: false, code: 'OFFSET_OUT_OF_RANGE' });
}
