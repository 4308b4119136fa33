import type { Clock } from '../../env/index.js';
import type { Row, SqlValue } from '../../types/index.js';
import type { ProcessingErrorType } from '../messages.js';
import type { ProcessingLogOptions } from '../options.js';
import type { EncodeError } from './record-encoder.js';
import type { RecordContext } from './record-context.js';
import type { TransactionOutput } from './transaction-output.js';

/** ksqlDB's numbers of the entry types. */
const TYPE_NUMBER: Readonly<Record<ProcessingErrorType, number>> = {
  DESERIALIZATION_ERROR: 0,
  RECORD_PROCESSING_ERROR: 1,
  PRODUCTION_ERROR: 2,
  SERIALIZATION_ERROR: 3,
  KAFKA_STREAMS_THREAD_ERROR: 4,
};

/** Counts per type since the query was started. */
export type ErrorCounts = Record<ProcessingErrorType, number>;

export function noErrors(): ErrorCounts {
  return { DESERIALIZATION_ERROR: 0, RECORD_PROCESSING_ERROR: 0, PRODUCTION_ERROR: 0, SERIALIZATION_ERROR: 0, KAFKA_STREAMS_THREAD_ERROR: 0 };
}

interface Entry {
  readonly logger: string;
  readonly level: 'ERROR';
  readonly time: number;
  readonly message: Readonly<Record<string, unknown>>;
}

/**
 * Bad data of one query: counted by type, and appended to the processing log topic in the query's own transaction, so that a
 * replay does not report twice. Entries about a failure that ends the transaction are kept and written after it.
 */
export class ProcessingLog {
  private readonly orphans: Entry[] = [];

  constructor(
    private readonly queryId: string,
    private readonly options: ProcessingLogOptions | null,
    private readonly output: TransactionOutput,
    private readonly clock: Pick<Clock, 'now'>,
    private readonly counts: ErrorCounts,
  ) {}

  /** A key or value that its format cannot read. */
  deserializationError(step: string, target: 'key' | 'value', error: unknown, context: RecordContext): void {
    const entry = this.entry(`${step}.deserializer`, 'DESERIALIZATION_ERROR', {
      target,
      errorMessage: messageOf(error),
      recordB64: this.options?.includeRows === true ? recordBase64(context, target) : null,
      cause: causes(error),
      topic: context.slab?.topic ?? null,
    });
    this.write(entry);
  }

  /** A row of a topic's bytes that is decoded but cannot be used (no valid time). */
  recordError(step: string, message: string, error: unknown): void {
    this.rowError(step, message, error, null);
  }

  /** An expression failed on a row. */
  rowError(step: string, message: string, error: unknown, row: Row | null): void {
    const record = this.options?.includeRows === true && row !== null ? JSON.stringify(row, jsonSafe) : null;
    this.write(this.entry(step, 'RECORD_PROCESSING_ERROR', { errorMessage: message, record, cause: causes(error) }));
  }

  /** A row could not be encoded: the transaction will be aborted, so the entry waits. */
  serializationError(step: string, error: EncodeError, row: Row | null): void {
    const record = this.options?.includeRows === true && row !== null ? JSON.stringify(row, jsonSafe) : null;
    this.orphans.push(
      this.entry(`${step}.serializer`, 'SERIALIZATION_ERROR', {
        target: error.side, errorMessage: `Error serializing message to topic: ${error.topic}. ${messageOf(error.reason)}`, record,
        cause: causes(error.reason), topic: error.topic,
      }),
    );
  }

  threadError(message: string, threadName: string, error: unknown): void {
    this.orphans.push(this.entry('ksql.logger.thread.exception.uncaught', 'KAFKA_STREAMS_THREAD_ERROR', { errorMessage: message, threadName, cause: causes(error) }));
  }

  /** Appends the entries of an aborted transaction to a new one. */
  writeOrphans(): void {
    for (const entry of this.orphans.splice(0)) this.write(entry);
  }
  get hasOrphans(): boolean {
    return this.options !== null && this.orphans.length > 0;
  }

  /** A log that takes entries and keeps nothing: for evaluating a second time what was logged the first time. */
  silent(): ProcessingLog {
    return new ProcessingLog(this.queryId, null, this.output, this.clock, noErrors());
  }

  private entry(step: string, type: ProcessingErrorType, body: Readonly<Record<string, unknown>>): Entry {
    this.counts[type]++;
    const field = (name: ProcessingErrorType): unknown => (name === type ? body : null);
    return {
      logger: `processing.${this.queryId}.${step.replaceAll('-', '.')}`,
      level: 'ERROR',
      time: this.clock.now(),
      message: {
        type: TYPE_NUMBER[type],
        deserializationError: field('DESERIALIZATION_ERROR'),
        recordProcessingError: field('RECORD_PROCESSING_ERROR'),
        productionError: field('PRODUCTION_ERROR'),
        serializationError: field('SERIALIZATION_ERROR'),
        kafkaStreamsThreadError: field('KAFKA_STREAMS_THREAD_ERROR'),
      },
    };
  }

  private write(entry: Entry): void {
    if (this.options === null) return;
    const value = Buffer.from(JSON.stringify(entry));
    // One partition, so that the entries of a query stay in order; ksqlDB's log topic has one by default.
    this.output.batch(this.options.topic, 0).append(entry.time, null, 0, -1, value, 0, value.length, null);
    this.output.wrote(value.length);
  }
}

function recordBase64(context: RecordContext, target: 'key' | 'value'): string | null {
  const { slab, index, buffer } = context;
  if (slab === null || buffer === null) return null;
  const position = (target === 'key' ? slab.keyPositions : slab.valuePositions)[index] ?? 0;
  const length = (target === 'key' ? slab.keyLengths : slab.valueLengths)[index] ?? -1;
  return length < 0 ? null : buffer.toString('base64', position, position + length);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Messages of the causes below an error, outermost first. */
function causes(error: unknown): readonly string[] {
  const messages: string[] = [];
  let next: unknown = error instanceof Error ? error.cause : undefined;
  while (next instanceof Error && messages.length < 16) {
    messages.push(next.message);
    next = next.cause;
  }
  return messages;
}

function jsonSafe(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  // Sound: the only Maps in rows are SQL maps.
  if (value instanceof Map) return [...(value as ReadonlyMap<SqlValue, SqlValue>)];
  return value;
}
