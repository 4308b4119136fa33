import { createMemoryBroker, type Broker, type LocalBroker } from '../../src/broker/index.js';
import { manualClock, type ManualClock } from '../../src/env/index.js';
import { createMemoryStores, type StoreProvider } from '../../src/state/index.js';
import type { Dice } from './dice.js';
import type { InputRecord } from './oracle/events.js';
import { partitionOfText } from './oracle/partition.js';
import type { Shape } from './shapes.js';
import { valueBytes } from './workload.js';

/** A record of a sink as the checker reads it. */
export interface SinkRow {
  readonly partition: number;
  /** The key's text; a windowed key ends with `@start` or `@start-end`. */
  readonly key: string | null;
  readonly value: Readonly<Record<string, unknown>> | null;
  readonly ts: number;
}
interface RawRecord {
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly ts: number;
}

/** What survives every crash: the broker, the stores, the time. */
export class World {
  readonly clock: ManualClock = manualClock(1_000_000);
  readonly broker: LocalBroker;
  readonly stores: StoreProvider = createMemoryStores();

  constructor(dice: Dice) {
    this.broker = createMemoryBroker({ clock: this.clock, random: { next: () => dice.next(), bytes: (length) => Uint8Array.from({ length }, () => dice.int(256)) } });
  }

  /** All at once: whoever looks sees none or all of them. */
  async write(records: readonly InputRecord[]): Promise<void> {
    const producer = await this.broker.openProducer();
    await producer.send(
      records.map((record, index) => ({
        topic: record.topic,
        partition: record.partition,
        key: record.key === null ? null : Buffer.from(record.key),
        value: valueBytes(record, index),
        timestamp: record.ts,
      })),
    );
    await producer.close();
  }

  ends(topic: string): Promise<number[]> {
    return endsOf(this.broker, topic);
  }

  /** Everything a group has still to take from a topic. */
  async lag(group: string, topic: string): Promise<number> {
    const ends = await this.ends(topic);
    const committed = await this.broker.fetchCommitted(group, ends.map((_, partition) => ({ topic, partition })));
    return ends.reduce((total, end, partition) => total + end - (committed[partition]?.offset ?? 0), 0);
  }

  raw(topic: string): Promise<RawRecord[]> {
    return recordsOf(this.broker, topic);
  }

  sink(shape: Shape): Promise<SinkRow[]> {
    return sinkRows(this.broker, shape);
  }
}

export async function sinkRows(broker: Broker, shape: Shape): Promise<SinkRow[]> {
  const records = await recordsOf(broker, shape.sink);
  return records.map(({ partition, key, value, ts }) => ({ partition, key: key === null ? null : keyText(key, shape.window), value: value === null ? null : readObject(value), ts }));
}

/** One past the last record of every partition. */
export async function endsOf(broker: Broker, topic: string): Promise<number[]> {
  const partitions = (await broker.admin.describeTopic(topic))?.partitions ?? 0;
  const places = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
  return [...(await broker.admin.listOffsets(places, 'latest', 'read_committed'))];
}

/** Every record of a topic, partition by partition in order. */
async function recordsOf(broker: Broker, topic: string): Promise<RawRecord[]> {
  const ends = await endsOf(broker, topic);
  const reader = broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'checker' });
  reader.assign(ends.map((_, partition) => ({ topic, partition, offset: 0 })));
  const reached = ends.map(() => 0);
  const records: RawRecord[] = [];
  while (reached.some((offset, partition) => offset < (ends[partition] ?? 0))) {
    for (const slab of await reader.poll({ maxBytes: 1 << 22, maxWaitMs: 0 })) {
      reached[slab.partition] = slab.nextOffset;
      for (let i = 0, buffer = 0; i < slab.count; i++) {
        while (i >= (slab.bufferEnds[buffer] ?? 0)) buffer++;
        const bytes = slab.buffers[buffer] ?? Buffer.alloc(0);
        const part = (from: number, length: number): Buffer | null => (length < 0 ? null : Buffer.from(bytes.subarray(from, from + length)));
        records.push({
          partition: slab.partition,
          key: part(slab.keyPositions[i] ?? 0, slab.keyLengths[i] ?? -1),
          value: part(slab.valuePositions[i] ?? 0, slab.valueLengths[i] ?? -1),
          ts: slab.timestamps[i] ?? 0,
        });
      }
    }
  }
  await reader.close();
  return records;
}

function readObject(bytes: Buffer): Record<string, unknown> {
  const parsed: unknown = JSON.parse(bytes.toString('utf8'));
  return typeof parsed === 'object' && parsed !== null ? Object.fromEntries(Object.entries(parsed)) : { '': parsed };
}

function keyText(key: Buffer, window: Shape['window']): string {
  if (window === 'none') return key.toString('utf8');
  const start = key.readBigInt64BE(key.length - 8);
  if (window === 'time') return `${key.toString('utf8', 0, key.length - 8)}@${start}`;
  return `${key.toString('utf8', 0, key.length - 16)}@${start}-${key.readBigInt64BE(key.length - 16)}`;
}

/** The partition a row's key belongs to; null: any. */
export function homeOf(row: SinkRow, partitions: number): number | null {
  return row.key === null ? null : partitionOfText(row.key.replace(/@\d+(-\d+)?$/, ''), partitions);
}
