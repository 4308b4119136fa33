import type { Broker } from '../broker/index.js';
import type { Clock } from '../env/index.js';
import type { SchemaLog } from '../registry/index.js';
import { ensureTopics } from './topics.js';

/**
 * Where the embedded registry's log lies. On a cluster `_schemas` belongs to Confluent's registry, which elects who may write to it, so
 * there it has a name of its own.
 */
export function schemaTopic(kind: Broker['kind'], serviceId: string): string {
  return kind === 'kafka' ? `_millrace-${serviceId}schemas` : '_schemas';
}

/** The embedded registry's log on the broker: one compacted partition. */
export async function openSchemaTopic(broker: Broker, clock: Clock, serviceId: string): Promise<SchemaLog> {
  const topic = schemaTopic(broker.kind, serviceId);
  await ensureTopics(broker, [{ name: topic, partitions: 1, replicas: null, configs: { 'cleanup.policy': 'compact', 'retention.ms': '-1' } }]);
  const producer = await broker.openProducer();
  return {
    read: async () => {
      const at = { topic, partition: 0 };
      const [start = 0] = await broker.admin.listOffsets([at], 'earliest', 'read_committed');
      const [end = 0] = await broker.admin.listOffsets([at], 'latest', 'read_committed');
      const reader = broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'schemas' });
      reader.assign([{ ...at, offset: start }]);
      const records: { key: string; value: string | null }[] = [];
      for (let position = start; position < end; ) {
        for (const slab of await reader.poll({ maxBytes: 1 << 22, maxWaitMs: 100 })) {
          position = slab.nextOffset;
          for (let index = 0, buffer = 0; index < slab.count; index += 1) {
            while (index >= (slab.bufferEnds[buffer] ?? 0)) buffer += 1;
            const bytes = slab.buffers[buffer] ?? Buffer.alloc(0);
            const text = (from: number, length: number): string | null => (length < 0 ? null : bytes.toString('utf8', from, from + length));
            records.push({
              key: text(slab.keyPositions[index] ?? 0, slab.keyLengths[index] ?? -1) ?? '',
              value: text(slab.valuePositions[index] ?? 0, slab.valueLengths[index] ?? -1),
            });
          }
        }
      }
      await reader.close();
      return records;
    },
    append: async (key, value) => {
      await producer.send([{ topic, partition: 0, key: Buffer.from(key), value: value === null ? null : Buffer.from(value), timestamp: clock.now() }]);
    },
    close: () => producer.close(),
  };
}
