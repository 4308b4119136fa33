import { createMemoryBroker, type LocalBroker } from '../../../src/broker/index.js';
import { openLocal, rowObject, type LocalEngine } from '../../../src/engine/index.js';
import { manualClock, VERSION, type Env } from '../../../src/env/index.js';
import { createMemoryStores, type StoreProvider } from '../../../src/state/index.js';

/** A broker and stores that outlive the engines opened on them. */
export class EngineWorld {
  readonly clock = manualClock(5_000);
  readonly broker: LocalBroker;
  readonly stores: StoreProvider = createMemoryStores();
  private counter = 0;
  private readonly opened: LocalEngine[] = [];

  constructor() {
    this.broker = createMemoryBroker({ clock: this.clock, random: this.random() });
  }

  private random(): Env['random'] {
    const next = (): number => (this.counter = (Math.imul(this.counter, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
    return { next, bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)) };
  }

  async open(properties: Readonly<Record<string, string>> = {}): Promise<LocalEngine> {
    const local = await openLocal({
      storage: { memory: true }, version: VERSION, env: { clock: this.clock, random: this.random() }, broker: this.broker, stores: this.stores,
      properties: { 'ksql.streams.auto.offset.reset': 'earliest', 'ksql.streams.cache.max.bytes.buffering': '0', 'millrace.commit.spacing': '0', ...properties },
    });
    this.opened.push(local);
    return local;
  }

  async topics(): Promise<string[]> {
    return (await this.broker.admin.listTopics()).map((topic) => topic.name).toSorted();
  }

  /** Records of the command log. */
  async commands(): Promise<number> {
    const [end = 0] = await this.broker.admin.listOffsets([{ topic: '_confluent-ksql-default__command_topic', partition: 0 }], 'latest', 'read_committed');
    return end;
  }

  async write(topic: string, records: readonly (readonly [key: string | null, value: string | null, timestamp: number])[], partition = 0): Promise<void> {
    const producer = await this.broker.openProducer();
    await producer.send(records.map(([key, value, timestamp]) => ({
      topic, partition, timestamp, key: key === null ? null : Buffer.from(key), value: value === null ? null : Buffer.from(value),
    })));
    await producer.close();
  }

  /** `key = value` of all records of a topic. */
  async read(topic: string): Promise<string[]> {
    const [end = 0] = await this.broker.admin.listOffsets([{ topic, partition: 0 }], 'latest', 'read_committed');
    const reader = this.broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'test' });
    reader.assign([{ topic, partition: 0, offset: 0 }]);
    const lines: string[] = [];
    for (let position = 0; position < end; ) {
      for (const slab of await reader.poll({ maxBytes: 1 << 20, maxWaitMs: 0 })) {
        position = slab.nextOffset;
        for (let i = 0; i < slab.count; i++) {
          const bytes = slab.buffers[slab.bufferEnds.findIndex((bound) => i < bound)] ?? Buffer.alloc(0);
          const side = (from: number, length: number): string => (length < 0 ? '-' : bytes.toString('utf8', from, from + length));
          lines.push(`${side(slab.keyPositions[i] ?? 0, slab.keyLengths[i] ?? -1)} = ${side(slab.valuePositions[i] ?? 0, slab.valueLengths[i] ?? -1)}`);
        }
      }
    }
    await reader.close();
    return lines;
  }

  async close(): Promise<void> {
    for (const { engine } of this.opened) await engine.close();
    await this.broker.close();
  }
}

export async function rowsOf({ engine }: LocalEngine, sql: string): Promise<Readonly<Record<string, unknown>>[]> {
  const result = await engine.query(sql);
  const rows: Readonly<Record<string, unknown>>[] = [];
  for await (const chunk of result.rows) for (const row of chunk) rows.push(rowObject(result.columns, row.values));
  return rows;
}

/** The message of a refusal; fails when nothing is refused. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('was not refused');
}
