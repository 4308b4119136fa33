import type { SqlType } from '../../types/index.js';
import type { SideLayout } from '../format.js';
import { quoteJson } from '../json/text.js';
import { isWrapped } from '../wrapping.js';

interface NamedField {
  readonly name: string;
  readonly type: SqlType;
}

/** The JSON Schema that the columns imply, with the attributes of ksqlDB's converters. Written as text: names are users' names. */
export function jsonSchemaText(layout: SideLayout): string {
  const single = layout.columns[0];
  if (isWrapped(layout) || single === undefined) return objectSchema(layout.columns);
  return single.type.kind === 'STRUCT' ? objectSchema(single.type.fields) : nullable(single.type, '');
}

function objectSchema(fields: readonly NamedField[]): string {
  const properties = fields.map((field, index) => `${quoteJson(field.name)}:${nullable(field.type, `"connect.index":${index},`)}`);
  return `{"type":"object","properties":{${properties.join(',')}}}`;
}

function nullable(type: SqlType, attributes: string): string {
  return `{${attributes}"oneOf":[{"type":"null"},${typeSchema(type)}]}`;
}

function typeSchema(type: SqlType): string {
  switch (type.kind) {
    case 'BOOLEAN': return '{"type":"boolean"}';
    case 'INTEGER': return '{"type":"integer","connect.type":"int32"}';
    case 'BIGINT': return '{"type":"integer","connect.type":"int64"}';
    case 'DOUBLE': return '{"type":"number","connect.type":"float64"}';
    case 'STRING': return '{"type":"string"}';
    case 'BYTES': return '{"type":"string","connect.type":"bytes"}';
    case 'DATE': return logical('int32', 'Date');
    case 'TIME': return logical('int32', 'Time');
    case 'TIMESTAMP': return logical('int64', 'Timestamp');
    case 'DECIMAL':
      return (
        '{"type":"number","title":"org.apache.kafka.connect.data.Decimal","connect.version":1,"connect.type":"bytes",' +
        `"connect.parameters":{"scale":"${type.scale}","connect.decimal.precision":"${type.precision}"}}`
      );
    case 'ARRAY': return `{"type":"array","items":${nullable(type.item, '')}}`;
    case 'MAP': return `{"type":"object","connect.type":"map","additionalProperties":${nullable(type.value, '')}}`;
    case 'STRUCT': return objectSchema(type.fields);
  }
}

function logical(connectType: string, name: string): string {
  return `{"type":"integer","title":"org.apache.kafka.connect.data.${name}","connect.version":1,"connect.type":"${connectType}"}`;
}
