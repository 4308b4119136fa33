import type { SqlType } from '../../types/index.js';
import type { SideLayout } from '../format.js';
import { isWrapped } from '../wrapping.js';
import { avroName } from './names.js';

const NAMESPACE = 'io.confluent.ksql.avro_schemas';
const CONNECT = 'org.apache.kafka.connect.data';

interface NamedField {
  readonly name: string;
  readonly type: SqlType;
}

/** The schema that the columns imply, with the names and attributes that ksqlDB's converters give it. */
export function avroSchemaText(layout: SideLayout): string {
  const name = layout.format.properties.fullSchemaName ?? defaultName(layout);
  const single = layout.columns[0];
  if (isWrapped(layout) || single === undefined) return JSON.stringify(record(layout.columns, name, true));
  if (single.type.kind === 'STRUCT') return JSON.stringify(record(single.type.fields, name, true));
  return JSON.stringify(typeSchema(single.type, name));
}

function defaultName(layout: SideLayout): string {
  if (!layout.isKey) return `${NAMESPACE}.KsqlDataSourceSchema`;
  return `${NAMESPACE}.${upperCamel(layout.subject.replace(/-key$/, ''))}Key`;
}

/** MY_SINK → MySink. */
function upperCamel(name: string): string {
  const words = name.split('_').map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase());
  return words.join('').replace(/[^\p{L}\p{N}_]/gu, '_');
}

function record(fields: readonly NamedField[], fullName: string, isTop: boolean): unknown {
  const dot = fullName.lastIndexOf('.');
  const namespace = dot < 0 || !isTop ? {} : { namespace: fullName.slice(0, dot) };
  return {
    type: 'record',
    name: fullName.slice(dot + 1),
    ...namespace,
    fields: fields.map((field) => ({
      name: avroName(field.name),
      type: nullable(field.type, `${fullName}_${avroName(field.name)}`),
      default: null,
    })),
    'connect.name': fullName,
  };
}

function nullable(type: SqlType, name: string): unknown {
  return ['null', typeSchema(type, name)];
}

function typeSchema(type: SqlType, name: string): unknown {
  switch (type.kind) {
    case 'BOOLEAN': return 'boolean';
    case 'INTEGER': return 'int';
    case 'BIGINT': return 'long';
    case 'DOUBLE': return 'double';
    case 'STRING': return 'string';
    case 'BYTES': return 'bytes';
    case 'DECIMAL':
      return {
        type: 'bytes', scale: type.scale, precision: type.precision, 'connect.version': 1,
        'connect.parameters': { scale: String(type.scale), 'connect.decimal.precision': String(type.precision) },
        'connect.name': `${CONNECT}.Decimal`, logicalType: 'decimal',
      };
    case 'DATE': return logical('int', 'Date', 'date');
    case 'TIME': return logical('int', 'Time', 'time-millis');
    case 'TIMESTAMP': return logical('long', 'Timestamp', 'timestamp-millis');
    case 'ARRAY': return { type: 'array', items: nullable(type.item, name) };
    case 'MAP': return { type: 'map', values: nullable(type.value, `${name}_MapValue`) };
    case 'STRUCT': return record(type.fields, name, false);
  }
}

function logical(type: string, connectName: string, logicalType: string): unknown {
  return { type, 'connect.version': 1, 'connect.name': `${CONNECT}.${connectName}`, logicalType };
}
