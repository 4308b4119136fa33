import { avroSchemaText } from './avro/schema-text.js';
import type { RegisteredSchema, SideLayout } from './format.js';
import { jsonSchemaText } from './json-sr/schema-text.js';
import { impliedMessage } from './protobuf/protobuf-format.js';
import { protoText } from './protobuf/schema-text.js';

/** The schema to register for a side, as ksqlDB would; null where the format has none, or the side no columns. */
export function schemaForColumns(layout: SideLayout): Pick<RegisteredSchema, 'kind' | 'text'> | null {
  if (layout.columns.length === 0) return null;
  switch (layout.format.name) {
    case 'AVRO': return { kind: 'AVRO', text: avroSchemaText(layout) };
    case 'JSON_SR': return { kind: 'JSON', text: jsonSchemaText(layout) };
    case 'PROTOBUF': return { kind: 'PROTOBUF', text: protoText(impliedMessage(layout)) };
    default: return null;
  }
}
