import type { Broker } from '../../broker/index.js';
import type { Source } from '../../catalog/index.js';
import type { Schemas } from '../../engine/index.js';
import { formatOf, type SideLayout } from '../../serde/index.js';
import type { SqlValue } from '../../types/index.js';

/** A record by its column names; `values` is null for a tombstone. */
export interface ReadRecord {
  readonly key: ReadonlyMap<string, SqlValue>;
  readonly values: ReadonlyMap<string, SqlValue> | null;
  readonly timestamp: number;
}

interface RawRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp: number;
}

/** The records of one topic, each taken once. */
export class TopicRecords {
  private readonly positions: number[] = [];
  private readonly waiting: RawRecord[] = [];

  constructor(
    private readonly broker: Broker,
    private readonly schemas: Schemas,
    readonly topic: string,
  ) {}

  /** The next record that nobody has taken, as the source reads it; null: there is none. */
  async next(source: Source): Promise<ReadRecord | null> {
    if (this.waiting.length === 0) await this.fetch();
    const raw = this.waiting.shift();
    if (raw === undefined) return null;
    return { key: await this.side(source, true, raw.key), values: raw.value === null ? null : await this.side(source, false, raw.value), timestamp: raw.timestamp };
  }

  private async fetch(): Promise<void> {
    const partitions = (await this.broker.admin.describeTopic(this.topic))?.partitions ?? 0;
    for (let partition = 0; partition < partitions; partition += 1) {
      const at = { topic: this.topic, partition };
      const [end = 0] = await this.broker.admin.listOffsets([at], 'latest', 'read_committed');
      let position = this.positions[partition] ?? 0;
      if (position >= end) continue;
      const reader = this.broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'test' });
      reader.assign([{ ...at, offset: position }]);
      while (position < end) {
        for (const slab of await reader.poll({ maxBytes: 1 << 22, maxWaitMs: 0 })) {
          position = slab.nextOffset;
          for (let index = 0, buffer = 0; index < slab.count; index += 1) {
            while (index >= (slab.bufferEnds[buffer] ?? 0)) buffer += 1;
            const bytes = slab.buffers[buffer] ?? Buffer.alloc(0);
            const part = (from: number, length: number): Buffer | null => (length < 0 ? null : Buffer.from(bytes.subarray(from, from + length)));
            this.waiting.push({
              key: part(slab.keyPositions[index] ?? 0, slab.keyLengths[index] ?? -1),
              value: part(slab.valuePositions[index] ?? 0, slab.valueLengths[index] ?? -1),
              timestamp: slab.timestamps[index] ?? 0,
            });
          }
        }
      }
      this.positions[partition] = position;
      await reader.close();
    }
  }

  private async side(source: Source, isKey: boolean, bytes: Buffer | null): Promise<ReadonlyMap<string, SqlValue>> {
    const columns = isKey ? source.keyColumns : source.valueColumns;
    if (bytes === null || columns.length === 0) return new Map(columns.map((column) => [column.name, null]));
    const layout: SideLayout = {
      format: isKey ? source.keyFormat : source.valueFormat,
      isKey,
      columns,
      window: isKey ? source.window : null,
      subject: `${this.topic}-${isKey ? 'key' : 'value'}`,
      schemas: this.schemas,
    };
    return this.schemas.whenLoaded(() => {
      const reader = formatOf(layout.format.name).compileReader(layout, columns.map(() => true));
      reader.scan(bytes, 0, bytes.length);
      return new Map(columns.map((column, index) => [column.name, reader.columns[index]?.() ?? null]));
    });
  }
}
