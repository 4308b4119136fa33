import type { Broker, RecordHeader, Slab, TopicPartition } from '../../broker/index.js';

export interface KeptRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

const FETCH_BYTES = 4 * 1024 * 1024;
const WAIT_MS = 500;

/** Committed records of one partition from `from` on to where it ends now, in the slices in which they were fetched. */
export async function* partitionRecords(broker: Broker, { topic, partition }: TopicPartition, from: number): AsyncGenerator<readonly KeptRecord[]> {
  // With what is not settled yet: a commit that has just been answered is seen a moment later, and waited for here.
  const [end = 0] = await broker.admin.listOffsets([{ topic, partition }], 'latest', 'read_uncommitted');
  const reader = broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'move' });
  try {
    reader.assign([{ topic, partition, offset: from }]);
    for (let position = from; position < end; ) {
      for (const slab of await reader.poll({ maxBytes: FETCH_BYTES, maxWaitMs: WAIT_MS })) {
        position = slab.nextOffset;
        yield recordsOf(slab, end);
      }
    }
  } finally {
    await reader.close();
  }
}

/** Bytes are those of the slab: good until the next slice is asked for. */
function recordsOf(slab: Slab, end: number): readonly KeptRecord[] {
  const records: KeptRecord[] = [];
  for (let index = 0, buffer = 0; index < slab.count; index += 1) {
    while (index >= (slab.bufferEnds[buffer] ?? 0)) buffer += 1;
    const bytes = slab.buffers[buffer] ?? Buffer.alloc(0);
    const slice = (from: number, length: number): Buffer | null => (length < 0 ? null : bytes.subarray(from, from + length));
    const offset = slab.offsets[index] ?? 0;
    if (offset >= end) break;
    records.push({
      offset,
      timestamp: slab.timestamps[index] ?? 0,
      key: slice(slab.keyPositions[index] ?? 0, slab.keyLengths[index] ?? -1),
      value: slice(slab.valuePositions[index] ?? 0, slab.valueLengths[index] ?? -1),
      headers: slab.headers(index),
    });
  }
  return records;
}
