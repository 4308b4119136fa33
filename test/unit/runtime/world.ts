import { createMemoryBroker, type Broker, type LocalBroker } from '../../../src/broker/index.js';
import { silentLogger, silentMetrics, type Clock, type Random } from '../../../src/env/index.js';
import { builtInFunctions } from '../../../src/functions/index.js';
import { openTaskGroup, type Partitioner, type RuntimeDependencies, type TaskGroupClient } from '../../../src/runtime/index.js';
import { formatOf, type SchemaSource } from '../../../src/serde/index.js';
import { createMemoryStores, type StoreProvider } from '../../../src/state/index.js';

/** Time that moves only by `advance`. */
export class TestClock implements Clock {
  time = 0;
  private sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  now(): number {
    return this.time;
  }
  monotonic(): number {
    return this.time;
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(new Error('aborted'));
      this.sleepers.push({ at: this.time + ms, wake: resolve });
      signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    });
  }
  yieldTurn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
  advance(ms: number): void {
    this.time += ms;
    const due = this.sleepers.filter((sleeper) => sleeper.at <= this.time);
    this.sleepers = this.sleepers.filter((sleeper) => sleeper.at > this.time);
    for (const { wake } of due) wake();
  }
}

/** A fixed sequence. */
export function testRandom(seed = 1): Random {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return { next, bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)) };
}

const noSchemas: SchemaSource = {
  byId: () => {
    throw new Error('no registry');
  },
  idForWriting: () => {
    throw new Error('no registry');
  },
  latest: () => null,
};

/** A record as tests write it: JSON or text; null is no bytes. */
export interface TestRecord {
  readonly key: string | null;
  readonly value: unknown;
  readonly timestamp: number;
  readonly partition?: number;
  readonly headers?: readonly { readonly key: string; readonly value: Buffer | null }[];
}

/** A broker and stores that outlive the task groups built on them. */
export class World {
  readonly clock = new TestClock();
  readonly broker: LocalBroker;
  readonly stores: StoreProvider = createMemoryStores();

  constructor() {
    this.broker = createMemoryBroker({ clock: this.clock, random: testRandom() });
  }

  dependencies(broker: Broker = this.broker): RuntimeDependencies {
    const random = testRandom(2);
    return {
      threadId: 'thread-0',
      env: { clock: this.clock, random, logger: silentLogger, metrics: silentMetrics },
      broker,
      stores: this.stores,
      functions: builtInFunctions,
      functionContext: { clock: this.clock, random, zoneId: 'UTC', property: () => null },
      formats: formatOf,
      schemas: noSchemas,
      parseTimestamp: (text, pattern) => (pattern === 'epoch' && /^-?\d+$/.test(text) ? Number(text) : null),
    };
  }

  group(options: { readonly broker?: Broker; readonly partitioner?: Partitioner } = {}): TaskGroupClient {
    return openTaskGroup(this.dependencies(options.broker ?? this.broker), options.partitioner ?? null);
  }

  async topic(name: string, partitions = 1): Promise<void> {
    await this.broker.admin.createTopic({ name, partitions });
  }

  async write(topic: string, records: readonly TestRecord[]): Promise<void> {
    const producer = await this.broker.openProducer();
    await producer.send(
      records.map(({ key, value, timestamp, partition = 0, headers }) => ({
        topic, partition, timestamp,
        key: key === null ? null : Buffer.from(key),
        value: value === null ? null : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
        ...(headers === undefined ? {} : { headers }),
      })),
    );
    await producer.close();
  }

  /** All committed records: `key = value @timestamp`, with `p<n>` in front where a topic has several partitions. */
  async read(topic: string, keyText: (key: Buffer) => string = (key) => key.toString()): Promise<string[]> {
    const description = await this.broker.admin.describeTopic(topic);
    const partitions = Array.from({ length: description?.partitions ?? 0 }, (_, partition) => ({ topic, partition, offset: 0 }));
    const ends = await this.broker.admin.listOffsets(partitions, 'latest', 'read_committed');
    const reader = this.broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'test' });
    reader.assign(partitions);
    const reached = partitions.map(() => 0);
    const lines: string[][] = partitions.map(() => []);
    while (reached.some((offset, index) => offset < (ends[index] ?? 0))) {
      for (const slab of await reader.poll({ maxBytes: 1 << 20, maxWaitMs: 0 })) {
        for (let i = 0; i < slab.count; i++) {
          const buffer = slab.buffers[slab.bufferEnds.findIndex((end) => i < end)] ?? Buffer.alloc(0);
          const side = (position: number, length: number): Buffer | null => (length < 0 ? null : buffer.subarray(position, position + length));
          const key = side(slab.keyPositions[i] ?? 0, slab.keyLengths[i] ?? -1);
          const value = side(slab.valuePositions[i] ?? 0, slab.valueLengths[i] ?? -1);
          const prefix = partitions.length === 1 ? '' : `p${slab.partition} `;
          const headers = slab.headers(i).map((header) => ` ${header.key}:${String(header.value)}`).join('');
          lines[slab.partition]?.push(`${prefix}${key === null ? '-' : keyText(key)} = ${value === null ? '-' : value.toString()} @${slab.timestamps[i] ?? 0}${headers}`);
        }
        reached[slab.partition] = slab.nextOffset;
      }
    }
    await reader.close();
    return lines.flat();
  }
}
