import type { SinkStep } from '../../plan/index.js';
import type { Key, Row } from '../../types/index.js';
import { EncodeError, type RecordEncoder } from './record-encoder.js';
import type { ProcessingLog } from './processing-log.js';
import type { TopicWriter } from './topic-writer.js';

/** Time of an output row by a column of it; NaN where it gives none. */
export type RowTime = (key: Key | null, row: Row) => number;

/** Receives every row a query writes, for those who subscribe to its output. */
export interface RowListener {
  (key: Key | null, row: Row | null, timestamp: number): void;
}

/** Writes the rows of a query's last step to its sink topic. */
export class SinkWriter {
  listener: RowListener | null = null;

  constructor(
    private readonly step: SinkStep,
    private readonly encoder: RecordEncoder,
    private readonly writer: TopicWriter,
    private readonly rowTime: RowTime | null,
    private readonly log: ProcessingLog,
  ) {}

  write(key: Key | null, row: Row | null, timestamp: number): void {
    let time = timestamp;
    // A tombstone keeps the current time: it has no column to take it from.
    if (this.rowTime !== null && row !== null) {
      time = this.rowTime(key, row);
      // −1 says that there is none: the record keeps the one it has. Other negative times, null and unreadable text are errors.
      if (time === -1) time = timestamp;
      if (!(time >= 0)) {
        this.log.rowError(this.step.name, `Invalid timestamp in column ${this.step.timestamp?.name ?? ''} of the output row`, null, row);
        return;
      }
    }
    try {
      this.encoder.encode(key, row);
    } catch (error) {
      if (error instanceof EncodeError) this.log.serializationError(this.step.name, error, row);
      throw error;
    }
    this.writer.append(time);
    if (this.listener !== null) this.listener(key, row, time);
  }
}
