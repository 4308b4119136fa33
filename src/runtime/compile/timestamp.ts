import type { Slab } from '../../broker/index.js';
import { present, RecordError } from '../../errors/index.js';
import type { TimestampColumn } from '../../plan/index.js';
import type { SqlValue } from '../../types/index.js';
import type { CompileEnvironment } from './compiler.js';
import { compileKeyReader, compileValueReader, type RecordLayout } from './record-layout.js';

type TimeConverter = (value: SqlValue) => number;

/** The time a timestamp column gives: NaN for null, for text that does not parse, and for numbers no double holds. */
export function timeConverter(environment: CompileEnvironment, timestamp: TimestampColumn): TimeConverter {
  const { format } = timestamp;
  return (value) => {
    if (typeof value === 'number') return value;
    if (typeof value === 'bigint') return Number(value);
    if (typeof value === 'string' && format !== null) return environment.parseTimestamp(value, format) ?? NaN;
    return NaN;
  };
}

/**
 * The time of a record before it is processed, for the order among inputs. It reads one column by a reader of its own; only
 * asked where there is a choice to make.
 */
export function columnTime(
  environment: CompileEnvironment,
  layout: RecordLayout,
  timestamp: TimestampColumn,
): (slab: Slab, index: number, buffer: Buffer) => number {
  const used = new Set([timestamp.index]);
  const isKey = timestamp.side === 'key';
  const reader = isKey ? compileKeyReader(environment, layout, used) : compileValueReader(environment, layout, used);
  const column = present(reader.columns[timestamp.index], 'the timestamp column');
  const convert = timeConverter(environment, timestamp);
  return (slab, index, buffer) => {
    const length = (isKey ? slab.keyLengths : slab.valueLengths)[index] ?? -1;
    if (length < 0) return slab.timestamps[index] ?? NaN;
    try {
      reader.scan(buffer, (isKey ? slab.keyPositions : slab.valuePositions)[index] ?? 0, length);
    } catch (error) {
      if (error instanceof RecordError) return NaN;
      throw error;
    }
    return convert(column());
  };
}

/** What happens to a record without a valid time: it is dropped; logged where a column should have given the time. */
export function invalidTime(environment: CompileEnvironment, layout: RecordLayout): (timestamp: number) => void {
  const { timestamp } = layout;
  return (time) => {
    if (timestamp === null) return;
    const message = `Failed to extract timestamp from row: column ${timestamp.name}${time < 0 ? ` is negative (${time})` : ''}`;
    environment.log.rowError(layout.name, message, null, null);
    if (environment.throwOnInvalidTimestamp) {
      throw new RecordError('Fatal user code error in TimestampExtractor callback for record', { cause: new RecordError(message) });
    }
  };
}
