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

/** A record to be written; without a value it is a tombstone. */
export type PlannedRecord = Pick<PlannedInsertValues, 'key' | 'timestamp'> & { readonly value: RecordSide | null };
export type RecordEncoder = (record: PlannedRecord) => Promise<ProducerRecord>;

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
    const encode = await this.openEncoder(first);
    const encoded: ProducerRecord[] = [];
    for (const record of records) encoded.push(await encode(record));
    await this.send(encoded);
  }

  async send(records: readonly ProducerRecord[]): Promise<void> {
    this.producer ??= this.dependencies.broker.openProducer();
    await (await this.producer).send(records);
  }

  /** Turns records of one source into bytes, each with its partition. */
  async openEncoder({ topic, key: keySide, value: valueSide }: { readonly topic: string; readonly key: RecordSide; readonly value: RecordSide }): Promise<RecordEncoder> {
    const { broker, clock, schemas } = this.dependencies;
    const writeKey = this.encoder(topic, keySide, true);
    const writeValue = this.encoder(topic, valueSide, false);
    // Asked for each time: a topic that was deleted may come back with another count.
    const partitions = (await broker.admin.describeTopic(topic))?.partitions ?? 1;
    return async (record) => {
      const key = await schemas.whenLoaded(() => writeKey(record.key));
      const side = record.value;
      const value = side === null ? null : await schemas.whenLoaded(() => writeValue(side));
      const partition = key === null ? this.keyless++ % partitions : partitionForKey(key, 0, key.length, partitions);
      return { topic, partition, key, value, timestamp: record.timestamp ?? clock.now() };
    };
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
