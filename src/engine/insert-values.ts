import { partitionForKey, type Broker, type PlainProducer, type ProducerRecord } from '../broker/index.js';
import type { Clock } from '../env/index.js';
import type { PlannedInsertValues, RecordSide } from '../planner/index.js';
import { GrowableSink, formatOf, type RowWriter, type SideLayout } from '../serde/index.js';
import type { Schemas } from './schemas.js';

export interface InsertDependencies {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly schemas: Schemas;
}

type SideEncoder = (side: RecordSide) => Buffer | null;

/** INSERT … VALUES: one record through the same encoders as every sink, durable when the promise resolves. */
export class InsertValuesExecutor {
  private producer: Promise<PlainProducer> | null = null;
  private keyless = 0;

  constructor(private readonly dependencies: InsertDependencies) {}

  insert(planned: PlannedInsertValues): Promise<void> {
    return this.insertAll([planned]);
  }

  /** Records of one source, in order and in one write: writers are compiled once, and all are visible together. */
  async insertAll(records: readonly PlannedInsertValues[]): Promise<void> {
    const [first] = records;
    if (first === undefined) return;
    const { broker, clock, schemas } = this.dependencies;
    const writeKey = this.encoder(first.topic, first.key, true);
    const writeValue = this.encoder(first.topic, first.value, false);
    // Asked for each time: a topic that was deleted may come back with another count.
    const partitions = (await broker.admin.describeTopic(first.topic))?.partitions ?? 1;
    const encoded: ProducerRecord[] = [];
    for (const { topic, key: keySide, value: valueSide, timestamp } of records) {
      const key = await schemas.whenLoaded(() => writeKey(keySide));
      const value = await schemas.whenLoaded(() => writeValue(valueSide));
      const partition = key === null ? this.keyless++ % partitions : partitionForKey(key, 0, key.length, partitions);
      encoded.push({ topic, partition, key, value, timestamp: timestamp ?? clock.now() });
    }
    this.producer ??= broker.openProducer();
    await (await this.producer).send(encoded);
  }

  async close(): Promise<void> {
    await (await this.producer)?.close();
  }

  // The writer is made at the first row, where a schema that is not loaded yet can be waited for.
  private encoder(topic: string, { format, columns, window }: RecordSide, isKey: boolean): SideEncoder {
    if (columns.length === 0) return () => null;
    const { schemas } = this.dependencies;
    const layout: SideLayout = { format, isKey, columns, window, subject: `${topic}-${isKey ? 'key' : 'value'}`, schemas };
    let writer: RowWriter | null = null;
    return (side) => {
      writer ??= formatOf(format.name).compileWriter(layout);
      const sink = new GrowableSink(256);
      return writer.write(side.values, sink) ? sink.bytesSince(0) : null;
    };
  }
}
