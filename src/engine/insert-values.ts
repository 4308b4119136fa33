import { partitionForKey, type Broker, type PlainProducer } from '../broker/index.js';
import type { Clock } from '../env/index.js';
import type { PlannedInsertValues, RecordSide } from '../planner/index.js';
import { GrowableSink, formatOf, type RowWriter, type SideLayout } from '../serde/index.js';
import type { Schemas } from './schemas.js';

export interface InsertDependencies {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly schemas: Schemas;
}

interface EncodedSide {
  readonly bytes: Buffer | null;
}

/** INSERT … VALUES: one record through the same encoders as every sink, durable when the promise resolves. */
export class InsertValuesExecutor {
  private producer: Promise<PlainProducer> | null = null;
  private readonly partitions = new Map<string, number>();
  private keyless = 0;

  constructor(private readonly dependencies: InsertDependencies) {}

  async insert(planned: PlannedInsertValues): Promise<void> {
    const { broker, clock } = this.dependencies;
    const key = await this.encode(planned.topic, planned.key, true);
    const value = await this.encode(planned.topic, planned.value, false);
    const partitions = await this.partitionsOf(planned.topic);
    const partition = key.bytes === null ? this.keyless++ % partitions : partitionForKey(key.bytes, 0, key.bytes.length, partitions);
    this.producer ??= broker.openProducer();
    const producer = await this.producer;
    await producer.send([{ topic: planned.topic, partition, key: key.bytes, value: value.bytes, timestamp: planned.timestamp ?? clock.now() }]);
  }

  async close(): Promise<void> {
    await (await this.producer)?.close();
  }

  /** A topic that was deleted may come back with another partition count. */
  forget(topic: string): void {
    this.partitions.delete(topic);
  }

  private async encode(topic: string, side: RecordSide, isKey: boolean): Promise<EncodedSide> {
    if (side.columns.length === 0) return { bytes: null };
    const layout: SideLayout = {
      format: side.format,
      isKey,
      columns: side.columns,
      window: side.window,
      subject: `${topic}-${isKey ? 'key' : 'value'}`,
      schemas: this.dependencies.schemas,
    };
    const writer: RowWriter = await this.dependencies.schemas.whenLoaded(() => formatOf(side.format.name).compileWriter(layout));
    const sink = new GrowableSink(256);
    const written = await this.dependencies.schemas.whenLoaded(() => writer.write(side.values, sink));
    return { bytes: written ? sink.bytesSince(0) : null };
  }

  private async partitionsOf(topic: string): Promise<number> {
    const known = this.partitions.get(topic);
    if (known !== undefined) return known;
    const found = (await this.dependencies.broker.admin.describeTopic(topic))?.partitions ?? 1;
    this.partitions.set(topic, found);
    return found;
  }
}
