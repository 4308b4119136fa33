import type { RecordHeader, Slab } from '../../broker/index.js';

/**
 * The input record a task works on: what sinks, the processing log and pseudo columns ask about it. One per task, set by the
 * input before each record; nothing is decoded unless asked for. Between records (at a flush) there is none.
 */
export class RecordContext {
  slab: Slab | null = null;
  index = 0;
  buffer: Buffer | null = null;
  /** Headers of a row that came through a memory exchange. */
  rowHeaders: readonly RecordHeader[] | null = null;

  /** Results of a record carry its headers on, as Kafka Streams does; results of a flush have none. */
  headers(): readonly RecordHeader[] | null {
    if (this.slab === null) return this.rowHeaders;
    const headers = this.slab.headers(this.index);
    return headers.length === 0 ? null : headers;
  }

  /** Spreads records without key over partitions; the same again after a replay. */
  spread(partitions: number): number {
    if (this.slab === null) return 0;
    return ((this.slab.offsets[this.index] ?? 0) + this.slab.partition) % partitions;
  }

  clear(): void {
    this.slab = null;
    this.buffer = null;
    this.rowHeaders = null;
  }
}
