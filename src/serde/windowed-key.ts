import { RecordError } from '../errors/index.js';
import { canonicalLong, longOf, longToBigInt, type Long, type SqlValue, type WindowInfo } from '../types/index.js';
import type { ByteSink, ColumnReader, RowWriter } from './format.js';

const LONG_MAX = 2n ** 63n - 1n;

// The bytes of a windowed key: the key's own, then the start (tumbling, hopping), or the end and the start (session), each
// 8 bytes big-endian. A time window's end is not in the bytes: it follows from the declared size.

/** Reads windowed keys: getters after the key's columns give start and end. */
export function windowedReader(inner: ColumnReader, window: WindowInfo): ColumnReader {
  const suffix = window.type === 'SESSION' ? 16 : 8;
  let start: Long = 0;
  let end: Long = 0;
  return {
    scan: (buffer, position, length) => {
      if (length < suffix) throw new RecordError(`A windowed key has at least ${suffix} bytes, this one ${length}`);
      inner.scan(buffer, position, length - suffix);
      const bounds = position + length - suffix;
      if (window.type === 'SESSION') {
        end = readLong(buffer, bounds);
        start = readLong(buffer, bounds + 8);
      } else {
        start = readLong(buffer, bounds);
        end = timeWindowEnd(start, window.sizeMs);
      }
    },
    columns: [...inner.columns, () => start, () => end],
  };
}

/** Writes windowed keys: the values after the key's columns are start and end. A key without bytes stays without. */
export function windowedWriter(inner: RowWriter, window: WindowInfo, columnCount: number): RowWriter {
  return {
    write: (values, sink) => {
      if (!inner.write(values, sink)) return false;
      if (window.type === 'SESSION') writeLong(sink, values[columnCount + 1] ?? 0);
      writeLong(sink, values[columnCount] ?? 0);
      return true;
    },
  };
}

/** Without a declared size a time window has no end. */
function timeWindowEnd(start: Long, sizeMs: number | null): Long {
  if (sizeMs === null) return LONG_MAX;
  if (typeof start === 'number' && Number.isSafeInteger(start + sizeMs)) return start + sizeMs;
  const end = longToBigInt(start) + BigInt(sizeMs);
  return canonicalLong(end > LONG_MAX ? LONG_MAX : end);
}

function readLong(buffer: Buffer, at: number): Long {
  const value = buffer.readInt32BE(at) * 0x1_0000_0000 + buffer.readUInt32BE(at + 4);
  return Number.isSafeInteger(value) ? value : canonicalLong(buffer.readBigInt64BE(at));
}

function writeLong(sink: ByteSink, value: SqlValue): void {
  sink.reserve(8);
  const long = longOf(value);
  if (typeof long === 'number') {
    const high = Math.floor(long / 0x1_0000_0000);
    sink.buffer.writeInt32BE(high, sink.position);
    sink.buffer.writeUInt32BE(long - high * 0x1_0000_0000, sink.position + 4);
  } else sink.buffer.writeBigInt64BE(long, sink.position);
  sink.position += 8;
}
