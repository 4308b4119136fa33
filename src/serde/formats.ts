import { present } from '../errors/index.js';
import { avroFormat } from './avro/avro-format.js';
import { delimitedFormat } from './delimited/delimited-format.js';
import type { Format, FormatName, FormatProperty, SideLayout } from './format.js';
import { jsonFormat } from './json/json-format.js';
import { jsonSrFormat } from './json-sr/json-sr-format.js';
import { kafkaFormat } from './kafka/kafka-format.js';
import { noneFormat } from './none/none-format.js';
import { protobufFormat, protobufNoSrFormat } from './protobuf/protobuf-format.js';
import { windowedReader, windowedWriter } from './windowed-key.js';

/** What one format can do. */
export interface FormatTraits {
  readonly name: FormatName;
  readonly supportsSchemaInference: boolean;
  readonly supportsWrapping: boolean;
  readonly supportsUnwrapping: boolean;
  readonly properties: readonly FormatProperty[];
}

const SCHEMA_PROPERTIES: readonly FormatProperty[] = ['fullSchemaName', 'schemaId'];
const PROTOBUF_PROPERTIES: readonly FormatProperty[] = ['unwrapPrimitives', 'nullableRepresentation'];

const TRAITS: readonly FormatTraits[] = [
  { name: 'KAFKA', supportsSchemaInference: false, supportsWrapping: false, supportsUnwrapping: true, properties: [] },
  // One field is one line: there is nothing to wrap it in, so WRAP_SINGLE_VALUE=false changes nothing and is accepted.
  { name: 'DELIMITED', supportsSchemaInference: false, supportsWrapping: false, supportsUnwrapping: true, properties: ['delimiter'] },
  { name: 'JSON', supportsSchemaInference: false, supportsWrapping: true, supportsUnwrapping: true, properties: [] },
  { name: 'JSON_SR', supportsSchemaInference: true, supportsWrapping: true, supportsUnwrapping: true, properties: SCHEMA_PROPERTIES },
  { name: 'AVRO', supportsSchemaInference: true, supportsWrapping: true, supportsUnwrapping: true, properties: SCHEMA_PROPERTIES },
  {
    name: 'PROTOBUF', supportsSchemaInference: true, supportsWrapping: true, supportsUnwrapping: false,
    properties: [...SCHEMA_PROPERTIES, ...PROTOBUF_PROPERTIES],
  },
  { name: 'PROTOBUF_NOSR', supportsSchemaInference: false, supportsWrapping: true, supportsUnwrapping: true, properties: PROTOBUF_PROPERTIES },
  { name: 'NONE', supportsSchemaInference: false, supportsWrapping: false, supportsUnwrapping: false, properties: [] },
];

/** By name, without regard to case; null: unknown. */
export function findFormatTraits(name: string): FormatTraits | null {
  const wanted = name.toUpperCase();
  return TRAITS.find((traits) => traits.name === wanted) ?? null;
}

const FORMATS: ReadonlyMap<FormatName, Format> = new Map(
  [kafkaFormat, delimitedFormat, jsonFormat, jsonSrFormat, avroFormat, protobufFormat, protobufNoSrFormat, noneFormat]
    .map((format) => [format.name, withWindows(format)] as const),
);

/** The format; its readers and writers also handle windowed keys. */
export function formatOf(name: FormatName): Format {
  return present(FORMATS.get(name), `format ${name}`);
}

function withWindows(format: Format): Format {
  return {
    name: format.name,
    supportsSchemaInference: format.supportsSchemaInference,
    compileReader: (layout: SideLayout, used) => {
      const reader = format.compileReader(layout, used);
      return layout.window === null ? reader : windowedReader(reader, layout.window);
    },
    compileWriter: (layout) => {
      const writer = format.compileWriter(layout);
      return layout.window === null ? writer : windowedWriter(writer, layout.window, layout.columns.length);
    },
  };
}
