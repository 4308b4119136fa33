import { assert, InternalError, RecordError, present } from '../../errors/index.js';
import { bytesOf, canonicalLong, longOf, longToBigInt, numberOf, stringOf, type SqlType, type SqlValue } from '../../types/index.js';
import { appendBytes, appendText } from '../byte-sink.js';
import type { ByteSink, ColumnReader, Format, RowWriter, SideLayout } from '../format.js';
import { noColumnsReader, noColumnsWriter } from '../no-columns.js';
import { ShortStrings } from '../short-strings.js';

/** The bytes of Kafka's own serializers: one column, nothing around it. */
export const kafkaFormat: Format = {
  name: 'KAFKA',
  supportsSchemaInference: false,
  compileReader: (layout) => (layout.columns.length === 0 ? noColumnsReader : kafkaReader(layout)),
  compileWriter: (layout) => (layout.columns.length === 0 ? noColumnsWriter : kafkaWriter(layout)),
};

function kafkaReader(layout: SideLayout): ColumnReader {
  assert(layout.columns.length === 1, 'KAFKA holds one column');
  const { type } = present(layout.columns[0], 'single column');
  const width = widthOf(type);
  const decode = decoderOf(type);
  let bytes: Buffer = Buffer.alloc(0);
  let start = 0;
  let end = 0;
  return {
    scan: (buffer, position, length) => {
      if (width !== null && length !== width) {
        throw new RecordError(`Size of data received by the ${type.kind} deserializer is not ${width}: ${length} bytes`);
      }
      bytes = buffer;
      start = position;
      end = position + length;
    },
    columns: [() => decode(bytes, start, end)],
  };
}

/** Bytes of the type, or null where any number will do. */
function widthOf(type: SqlType): number | null {
  if (type.kind === 'INTEGER') return 4;
  return type.kind === 'BIGINT' || type.kind === 'DOUBLE' ? 8 : null;
}

type Decode = (bytes: Buffer, start: number, end: number) => SqlValue;

function decoderOf(type: SqlType): Decode {
  switch (type.kind) {
    case 'INTEGER': return (bytes, start) => bytes.readInt32BE(start);
    case 'BIGINT': return readLong;
    case 'DOUBLE': return (bytes, start) => bytes.readDoubleBE(start);
    case 'STRING': return textDecoder();
    case 'BYTES': return (bytes, start, end) => new Uint8Array(bytes.subarray(start, end));
    default: throw new InternalError(`KAFKA holds no ${type.kind}: the layout check comes first`);
  }
}

/** Two 32-bit halves while the value is safe; a bigint only beyond. */
function readLong(bytes: Buffer, start: number): SqlValue {
  const high = bytes.readInt32BE(start);
  if (high >= -0x200000 && high < 0x200000) {
    const value = high * 0x1_0000_0000 + bytes.readUInt32BE(start + 4);
    if (Number.isSafeInteger(value)) return value;
  }
  return canonicalLong(bytes.readBigInt64BE(start));
}

function textDecoder(): Decode {
  const strings = new ShortStrings();
  return (bytes, start, end) => {
    for (let at = start; at < end; at++) {
      if ((bytes[at] ?? 0) >= 0x80) return bytes.utf8Slice(start, end);
    }
    return strings.ascii(bytes, start, end);
  };
}

function kafkaWriter(layout: SideLayout): RowWriter {
  assert(layout.columns.length === 1, 'KAFKA holds one column');
  const encode = encoderOf(present(layout.columns[0], 'single column').type);
  return {
    write: (values, sink) => {
      const value = values[0] ?? null;
      if (value === null) return false;
      encode(value, sink);
      return true;
    },
  };
}

function encoderOf(type: SqlType): (value: SqlValue, sink: ByteSink) => void {
  switch (type.kind) {
    case 'INTEGER':
      return (value, sink) => {
        sink.reserve(4);
        sink.position = sink.buffer.writeInt32BE(numberOf(value), sink.position);
      };
    case 'BIGINT':
      return (value, sink) => {
        sink.reserve(8);
        sink.position = sink.buffer.writeBigInt64BE(longToBigInt(longOf(value)), sink.position);
      };
    case 'DOUBLE':
      return (value, sink) => {
        sink.reserve(8);
        sink.position = sink.buffer.writeDoubleBE(numberOf(value), sink.position);
      };
    case 'STRING': return (value, sink) => appendText(sink, stringOf(value));
    case 'BYTES': return (value, sink) => appendBytes(sink, bytesOf(value));
    default: throw new InternalError(`KAFKA holds no ${type.kind}: the layout check comes first`);
  }
}
