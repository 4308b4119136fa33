import { createMemoryBroker, partitionForKey, type Broker } from '../../src/broker/index.js';
import type { Source } from '../../src/catalog/index.js';
import { openLocal, type LocalEngine } from '../../src/engine/index.js';
import { manualClock, systemClock, VERSION, type Clock } from '../../src/env/index.js';
import { createMemoryStores } from '../../src/state/index.js';
import { objects, properties, text, texts } from '../../src/testing/conformance/case-file.js';
import { statementsOf } from '../../src/testing/conformance/case-topics.js';
import { TopicCodec, type RawRecord } from '../../src/testing/conformance/topic-codec.js';
import type { LiteralObject } from '../../src/testing/literal-json.js';

/** How a case is run. Whatever is chosen, the results are the same. */
export interface GoldenMode {
  readonly partitions: number;
  readonly exchange: 'memory' | 'topic';
  /** The engine is closed after this many inputs and opened again. */
  readonly restartsAfter: number | null;
  /** A command log of an earlier version: the engine finds it instead of planning the statements. */
  readonly savedCommands?: readonly string[];
  /** An empty broker of the caller's, on the system's clock; else one in memory on a clock that stands still. */
  readonly broker?: Broker;
}

const COMMAND_TOPIC = '_confluent-ksql-default__command_topic';

/** A database that outlives its engine: one case in one mode. */
export class GoldenEngine {
  private readonly clock: Clock;
  private readonly broker: Broker;
  private readonly stores = createMemoryStores();
  private current: LocalEngine | null = null;
  private draws = 0;

  private constructor(
    private readonly data: LiteralObject,
    private readonly mode: GoldenMode,
  ) {
    this.clock = mode.broker === undefined ? manualClock(1_000) : systemClock();
    this.broker = mode.broker ?? createMemoryBroker({ clock: this.clock, random: this.random });
  }

  static async open(data: LiteralObject, mode: GoldenMode): Promise<GoldenEngine> {
    const golden = new GoldenEngine(data, mode);
    for (const topic of sourceTopics(data)) await golden.broker.admin.createTopic({ name: topic, partitions: mode.partitions });
    if (mode.savedCommands !== undefined) await golden.writeCommands(mode.savedCommands);
    await golden.start();
    return golden;
  }

  private readonly random = {
    next: (): number => (this.draws = (Math.imul(this.draws, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32,
    bytes: (length: number): Uint8Array => Uint8Array.from({ length }, () => Math.floor(this.random.next() * 256)),
  };

  get local(): LocalEngine {
    if (this.current === null) throw new Error('the engine is closed');
    return this.current;
  }

  private async start(): Promise<void> {
    this.current = await openLocal({
      storage: { memory: true },
      version: VERSION,
      env: { clock: this.clock, random: this.random },
      broker: this.broker,
      stores: this.stores,
      properties: {
        'ksql.streams.auto.offset.reset': 'earliest',
        'ksql.streams.cache.max.bytes.buffering': '0',
        'millrace.commit.spacing': '0',
        'millrace.exchange': this.mode.exchange,
        ...properties(this.data),
      },
    });
  }

  /** Runs the statements, then feeds the inputs one after the other, each to quiescence. */
  async run(): Promise<void> {
    if (this.mode.savedCommands === undefined) await this.local.engine.execute(texts(this.data, 'statements').join('\n'));
    for (const [index, input] of objects(this.data, 'inputs').entries()) {
      if (index === this.mode.restartsAfter) {
        await this.local.engine.close();
        await this.start();
      }
      const topic = text(input, 'topic') ?? '';
      const record = await this.codec(topic, false)?.encode(input);
      if (record === undefined) throw new Error(`no source is declared on ${topic}`);
      await this.produce(topic, record);
      await this.local.engine.whenIdle();
    }
  }

  sourceOf(topic: string, isOutput: boolean): Source | null {
    const over = [...this.local.engine.catalog().sources.values()].filter((source) => source.topic === topic);
    return over.find((source) => (source.createdBy !== null) === isOutput) ?? over[0] ?? null;
  }

  codec(topic: string, isOutput: boolean): TopicCodec | null {
    const source = this.sourceOf(topic, isOutput);
    return source === null ? null : new TopicCodec(source, this.local.schemas);
  }

  private async produce(topic: string, record: RawRecord): Promise<void> {
    const producer = await this.broker.openProducer();
    const { partitions } = this.mode;
    const partition = record.key === null ? 0 : partitionForKey(record.key, 0, record.key.length, partitions);
    await producer.send([{ topic, partition, ...record }]);
    await producer.close();
  }

  private async writeCommands(commands: readonly string[]): Promise<void> {
    await this.broker.admin.createTopic({ name: COMMAND_TOPIC, partitions: 1 });
    const producer = await this.broker.openProducer();
    for (const command of commands) await producer.send([{ topic: COMMAND_TOPIC, partition: 0, key: null, value: Buffer.from(command), timestamp: 0 }]);
    await producer.close();
  }

  /** The command log as it was written. */
  async commands(): Promise<string[]> {
    return (await this.read(COMMAND_TOPIC)).map((record) => record.value?.toString() ?? '');
  }

  /** All records of a topic, partition by partition. */
  async read(topic: string): Promise<RawRecord[]> {
    const count = (await this.broker.admin.describeTopic(topic))?.partitions ?? 0;
    const all = Array.from({ length: count }, (_, partition) => ({ topic, partition }));
    const starts = await this.broker.admin.listOffsets(all, 'earliest', 'read_committed');
    const places = all.map((each, partition) => ({ ...each, offset: starts[partition] ?? 0 }));
    const ends = await this.broker.admin.listOffsets(places, 'latest', 'read_uncommitted');
    const reader = this.broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'golden' });
    reader.assign(places);
    const reached = places.map(({ offset }) => offset);
    const records: RawRecord[][] = places.map(() => []);
    while (reached.some((offset, partition) => offset < (ends[partition] ?? 0))) {
      for (const slab of await reader.poll({ maxBytes: 1 << 22, maxWaitMs: this.mode.broker === undefined ? 0 : 100 })) {
        reached[slab.partition] = slab.nextOffset;
        for (let i = 0; i < slab.count; i++) {
          const bytes = slab.buffers[slab.bufferEnds.findIndex((end) => i < end)] ?? Buffer.alloc(0);
          const side = (from: number, length: number): Buffer | null => (length < 0 ? null : Buffer.from(bytes.subarray(from, from + length)));
          records[slab.partition]?.push({
            key: side(slab.keyPositions[i] ?? 0, slab.keyLengths[i] ?? -1),
            value: side(slab.valuePositions[i] ?? 0, slab.valueLengths[i] ?? -1),
            timestamp: slab.timestamps[i] ?? 0,
            headers: slab.headers(i),
          });
        }
      }
    }
    await reader.close();
    return records.flat();
  }

  async close(): Promise<void> {
    await this.current?.engine.close();
    if (this.mode.broker === undefined) await this.broker.close();
  }
}

/** Topics that the statements declare and do not create themselves. */
function sourceTopics(data: LiteralObject): string[] {
  return statementsOf(data).flatMap((statement) => {
    if (statement.kind !== 'createSource' || statement.properties.some((property) => property.name === 'PARTITIONS')) return [];
    const topic = statement.properties.find((property) => property.name === 'KAFKA_TOPIC')?.value;
    return topic?.kind === 'string' ? [topic.value] : [];
  });
}
