import { RequestError } from '../errors/index.js';
import { formatOf, GrowableSink, reasonAgainst, schemaForColumns, type FormatName, type SchemaSource, type SideLayout } from '../serde/index.js';
import type { SqlValue } from '../types/index.js';
import type { ResultColumn } from './engine.js';

/** Rows of a result as protobuf messages, for clients that ask for them. */
export interface ProtobufRows {
  /** The message as a .proto file. */
  readonly schema: string;
  encode(values: readonly SqlValue[]): Buffer;
}

const noRegistry: SchemaSource = {
  byId: (id) => {
    throw new RequestError('SERVER', `Rows of a result have no schema ${id}`);
  },
  idForWriting: () => 0,
  latest: () => null,
};

/** Throws RequestError where the columns have no protobuf form. */
export function protobufRows(columns: readonly ResultColumn[]): ProtobufRows {
  const plain = columns.map(({ name, type }) => ({ name, type }));
  const layout = (name: FormatName): SideLayout => ({
    format: { name, properties: {}, features: [] }, isKey: false, columns: plain, window: null, subject: '', schemas: noRegistry,
  });
  const reason = reasonAgainst(layout('PROTOBUF').format, plain, false);
  const schema = schemaForColumns(layout('PROTOBUF'));
  if (reason !== null || schema === null) throw new RequestError('BAD_REQUEST', reason ?? 'A row without columns has no protobuf form', { hint: 'Give the columns other names, or ask for JSON.' });
  const writer = formatOf('PROTOBUF_NOSR').compileWriter(layout('PROTOBUF_NOSR'));
  const sink = new GrowableSink(256);
  return {
    schema: schema.text,
    encode: (values) => {
      sink.position = 0;
      writer.write(values, sink);
      return sink.bytesSince(0);
    },
  };
}
