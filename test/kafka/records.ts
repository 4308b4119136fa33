import type { Broker, Isolation } from '../../src/broker/index.js';

/** One line a record, as test/kafka/java/ReadCommitted.java prints it. */
export async function readLines(broker: Broker, topic: string, options: { readonly isolation?: Isolation; readonly maxBytes?: number } = {}): Promise<string[]> {
  const description = await broker.admin.describeTopic(topic);
  const partitions = Array.from({ length: description?.partitions ?? 0 }, (_, partition) => ({ topic, partition }));
  const starts = await broker.admin.listOffsets(partitions, 'earliest', 'read_committed');
  const ends = await broker.admin.listOffsets(partitions, 'latest', 'read_uncommitted');
  const reader = broker.openReader({ isolation: options.isolation ?? 'read_committed', lane: 'main', owner: 'test' });
  reader.assign(partitions.map((each, index) => ({ ...each, offset: starts[index] ?? 0 })));
  const lines: string[] = [];
  const open = new Set(partitions.filter((_, index) => (starts[index] ?? 0) < (ends[index] ?? 0)).map(({ partition }) => partition));
  const until = Date.now() + 60_000;
  while (open.size > 0 && Date.now() < until) {
    for (const slab of await reader.poll({ maxBytes: options.maxBytes ?? 1 << 22, maxWaitMs: 500 })) {
      for (let i = 0, b = 0; i < slab.count; i++) {
        while (i >= (slab.bufferEnds[b] ?? 0)) b += 1;
        const hex = (position = 0, length = -1): string => (length < 0 ? 'null' : length === 0 ? '-' : (slab.buffers[b]?.toString('hex', position, position + length) ?? ''));
        const headers = slab.headers(i).map(({ key, value }) => `${key}=${value === null ? 'null' : value.length === 0 ? '-' : value.toString('hex')};`).join('');
        lines.push(`${slab.partition} ${slab.offsets[i]} ${slab.timestamps[i]} ${hex(slab.keyPositions[i], slab.keyLengths[i])} ${hex(slab.valuePositions[i], slab.valueLengths[i])} ${headers}`);
      }
      if (slab.nextOffset >= (ends[slab.partition] ?? 0)) open.delete(slab.partition);
    }
  }
  await reader.close();
  if (open.size > 0) throw new Error(`Partitions ${[...open].join(', ')} of ${topic} did not come to their end`);
  return lines;
}
