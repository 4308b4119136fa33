import { RecordError } from '../../errors/index.js';
import type { FastRead } from '../binary-code.js';
import { ColumnValues } from '../column-values.js';
import type { ByteSink, ColumnReader, Format, RowWriter, SideLayout } from '../format.js';
import { noColumnsReader, noColumnsWriter } from '../no-columns.js';
import { BySchemaId, FRAME_BYTES, readSchemaId, writeFrame, writerSchema } from '../registry-frame.js';
import { compileMessageDecode, type MessageDecode } from './decode.js';
import { compileMessageEncode, writeVarint, type MessageEncode } from './encode.js';
import { messageOfColumns, type NullableRepresentation } from './from-columns.js';
import { compileMessageCode } from './message-code.js';
import { parseProtoSchema, type ProtoFile } from './parse.js';
import type { ProtoMessage } from './schema.js';
import { ProtoSource } from './source.js';

/** Protobuf behind the registry's frame: after the id, the path to the message in its file. */
export const protobufFormat: Format = {
  name: 'PROTOBUF',
  supportsSchemaInference: true,
  compileReader: (layout, used) => (layout.columns.length === 0 ? noColumnsReader : registryReader(layout, used)),
  compileWriter: (layout) => (layout.columns.length === 0 ? noColumnsWriter : registryWriter(layout)),
};

/** The bare message; its schema follows from the columns. */
export const protobufNoSrFormat: Format = {
  name: 'PROTOBUF_NOSR',
  supportsSchemaInference: false,
  compileReader: (layout, used) => (layout.columns.length === 0 ? noColumnsReader : bareReader(layout, used)),
  compileWriter: (layout) => (layout.columns.length === 0 ? noColumnsWriter : bareWriter(layout)),
};

export function nullableOf(layout: SideLayout): NullableRepresentation {
  const property = layout.format.properties.nullableRepresentation?.toUpperCase();
  return property === 'OPTIONAL' || property === 'WRAPPER' ? property : null;
}

/** A message always has fields, so a single column is one too, "unwrapped" or not. */
export function impliedMessage(layout: SideLayout): ProtoMessage {
  return messageOfColumns(layout.columns, layout.format.properties.fullSchemaName, nullableOf(layout));
}

/** Reads messages of one type: the fast code for those as they should be, the general one decides about the others. */
class MessageReader {
  private readonly fast: FastRead<ProtoSource>;
  private readonly general: MessageDecode;

  constructor(message: ProtoMessage, layout: SideLayout, used: readonly boolean[], private readonly slots: ColumnValues) {
    this.fast = compileMessageCode(message, layout.columns, used, slots);
    this.general = compileMessageDecode(message, layout.columns);
  }

  /** From the cursor to its end. */
  read(source: ProtoSource): void {
    const { slots } = this;
    const { bytes, at, end } = source;
    slots.bytes = bytes;
    if (this.fast(source)) return;
    source.begin(bytes, at, end);
    slots.clear();
    this.general(source, slots.values);
  }
}

function bareReader(layout: SideLayout, used: readonly boolean[]): ColumnReader {
  const slots = new ColumnValues(layout.columns);
  const reader = new MessageReader(impliedMessage(layout), layout, used, slots);
  const source = new ProtoSource();
  return {
    scan: (buffer, position, length) => {
      source.begin(buffer, position, position + length);
      reader.read(source);
    },
    columns: slots.getters,
  };
}

function bareWriter(layout: SideLayout): RowWriter {
  return restoring(compileMessageEncode(impliedMessage(layout), layout.columns));
}

/** Puts the sink back where it was when a row cannot be written. */
function restoring(encode: MessageEncode): RowWriter {
  return {
    write: (values, sink) => {
      const start = sink.position;
      try {
        encode(sink, values);
      } catch (error) {
        sink.position = start;
        throw error;
      }
      return true;
    },
  };
}

function registryReader(layout: SideLayout, used: readonly boolean[]): ColumnReader {
  const source = new ProtoSource();
  const slots = new ColumnValues(layout.columns);
  const files = new BySchemaId((id) => new FileReaders(parseProtoSchema(layout.schemas.byId(id)), layout, used, slots));
  return {
    scan: (buffer, position, length) => {
      const file = files.get(readSchemaId(buffer, position, length, 'PROTOBUF_NOSR'));
      source.begin(buffer, position + FRAME_BYTES, position + length);
      file.readerFor(readPath(source)).read(source);
    },
    columns: slots.getters,
  };
}

/** Readers of the messages of one file, by their path. */
class FileReaders {
  private first: MessageReader | null = null;
  private readonly readers = new Map<string, MessageReader>();

  constructor(
    private readonly file: ProtoFile,
    private readonly layout: SideLayout,
    private readonly used: readonly boolean[],
    private readonly slots: ColumnValues,
  ) {}

  readerFor(path: readonly number[]): MessageReader {
    if (path === FIRST) return (this.first ??= this.compile(path));
    const key = path.join('.');
    let reader = this.readers.get(key);
    if (reader === undefined) {
      reader = this.compile(path);
      this.readers.set(key, reader);
    }
    return reader;
  }

  private compile(path: readonly number[]): MessageReader {
    return new MessageReader(messageAt(this.file, path), this.layout, this.used, this.slots);
  }
}

const FIRST: readonly number[] = [0];
const MAX_PATH = 64;

/** Zig-zag numbers: how many, then one for each level. A single zero stands for the first message. */
function readPath(source: ProtoSource): readonly number[] {
  const count = zigZag(source);
  if (count === 0) return FIRST;
  if (count < 0 || count > MAX_PATH) throw new RecordError(`The protobuf record names its message by a path of ${count} levels`);
  return Array.from({ length: count }, () => zigZag(source));
}

function zigZag(source: ProtoSource): number {
  const value = Number(source.varint());
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function messageAt(file: ProtoFile, path: readonly number[]): ProtoMessage {
  let level: readonly ProtoMessage[] = file.messages;
  let found: ProtoMessage | undefined;
  for (const index of path) {
    found = level[index];
    level = found?.nested ?? [];
  }
  if (found === undefined) throw new RecordError(`The protobuf schema has no message at path ${path.join('.')}`);
  return found;
}

function registryWriter(layout: SideLayout): RowWriter {
  // Bound when the first row is written: by then the statement has registered its schema.
  let writer: RowWriter | null = null;
  return {
    write: (values, sink) => {
      writer ??= bindWriter(layout);
      return writer.write(values, sink);
    },
  };
}

function bindWriter(layout: SideLayout): RowWriter {
  const registered = writerSchema(layout);
  const path = pathOf(parseProtoSchema(registered), layout.format.properties.fullSchemaName);
  const encode = compileMessageEncode(path.message, layout.columns);
  return restoring((sink, values) => {
    writeFrame(sink, registered.id);
    writePath(sink, path.indexes);
    encode(sink, values);
  });
}

interface MessagePath {
  readonly message: ProtoMessage;
  readonly indexes: readonly number[];
}

/** The message of the full name, else the first of the file. */
export function pathOf(file: ProtoFile, fullName: string | undefined): MessagePath {
  const find = (level: readonly ProtoMessage[], above: readonly number[]): MessagePath | null => {
    for (const [index, message] of level.entries()) {
      const indexes = [...above, index];
      if (fullName === undefined || message.fullName === fullName || message.name === fullName) return { message, indexes };
      const inner = find(message.nested, indexes);
      if (inner !== null) return inner;
    }
    return null;
  };
  const found = find(file.messages, []);
  if (found === null) throw new RecordError(`The protobuf schema has no message${fullName === undefined ? '' : ` ${fullName}`}`);
  return found;
}

function writePath(sink: ByteSink, indexes: readonly number[]): void {
  if (indexes.length === 1 && indexes[0] === 0) {
    writeVarint(sink, 0n);
    return;
  }
  writeVarint(sink, BigInt(indexes.length * 2));
  for (const index of indexes) writeVarint(sink, BigInt(index * 2));
}
