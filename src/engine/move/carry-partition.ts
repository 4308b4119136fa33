import type { Broker, GroupMetadata, TopicPartition, TransactionalProducer } from '../../broker/index.js';
import { partitionRecords, type KeptRecord } from './partition-records.js';

/** Of one topic and partition there and here: names differ where the cluster has another use for one. */
export interface CarriedPartition {
  readonly partition: number;
  readonly from: string;
  readonly to: string;
}

export interface Carrier {
  readonly source: Broker;
  readonly target: Broker;
  readonly producer: TransactionalProducer;
  /** Remembers, in the transactions of the records themselves, how far each partition has been carried. */
  readonly progress: string;
}

/** A transaction's bytes; also what is done again after an interruption. */
const TRANSACTION_BYTES = 8 * 1024 * 1024;

export function withoutMember(groupId: string): GroupMetadata {
  return { groupId, generation: -1, memberId: '', instanceId: null };
}

function append(producer: TransactionalProducer, { to, partition }: CarriedPartition, { timestamp, key, value, headers }: KeptRecord): number {
  producer.batch(to, partition).append(timestamp, key, 0, key?.length ?? -1, value, 0, value?.length ?? -1, headers.length === 0 ? null : headers);
  return (key?.length ?? 0) + (value?.length ?? 0) + 16;
}

/**
 * Appends what the target does not have yet, each record once: the position in the source is committed with the records. With
 * `whole`, in one transaction, so that no marker stands between the records.
 */
export async function carryPartition({ source, target, producer, progress }: Carrier, carried: CarriedPartition, whole: boolean): Promise<void> {
  const { from, to, partition } = carried;
  const here: TopicPartition = { topic: from, partition };
  const [earliest = 0] = await source.admin.listOffsets([here], 'earliest', 'read_committed');
  const [known] = await target.fetchCommitted(progress, [{ topic: to, partition }]);
  let pending = 0;
  let position = Math.max(earliest, known?.offset ?? 0);
  const settle = async (): Promise<void> => {
    await producer.sendOffsets([{ topic: to, partition, offset: position, metadata: '' }], withoutMember(progress));
    await producer.commit();
    pending = 0;
  };
  for await (const records of partitionRecords(source, here, position)) {
    for (const record of records) {
      if (pending === 0) producer.begin();
      pending += append(producer, carried, record);
      position = record.offset + 1;
      if (pending >= TRANSACTION_BYTES && !whole) await settle();
    }
  }
  if (pending > 0) await settle();
}
