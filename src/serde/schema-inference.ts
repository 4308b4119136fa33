import { BindError } from '../errors/index.js';
import {
  array, BIGINT, BOOLEAN, BYTES, DATE, decimal, DOUBLE, INTEGER, map, STRING, struct, TIME, TIMESTAMP, type Column, type Field, type SqlType,
} from '../types/index.js';
import { branchName, parseAvroSchema, type AvroType } from './avro/schema.js';
import type { FormatInfo, RegisteredSchema } from './format.js';
import { typeOfJsonSchema } from './json-sr/schema-types.js';
import { parseProtoSchema } from './protobuf/parse.js';
import { pathOf } from './protobuf/protobuf-format.js';
import { DATE as PROTO_DATE, DECIMAL, TIME as PROTO_TIME, TIMESTAMP as PROTO_TIMESTAMP, wrappedScalar, type ProtoField, type ProtoMessage, type Scalar } from './protobuf/schema.js';

export interface InferenceOptions {
  readonly isKey: boolean;
  /** With the WRAP/UNWRAP feature in force. */
  readonly format: FormatInfo;
  /** The schema was asked for by its id: names keep their case. Else they are upper-cased. */
  readonly keepsCase: boolean;
  /** What the schema is of, for messages: the topic. */
  readonly topic: string;
}

/** The columns that a registered schema describes. Throws BindError where it cannot be read as columns. */
export function inferColumns(schema: RegisteredSchema, options: InferenceOptions): Column[] {
  const type = typeOfSchema(schema, options);
  if (type === null) throw new BindError(`The ${side(options)} schema of topic ${options.topic} has no type that SQL knows.`, { hint: 'List the columns in the statement.' });
  const named = options.keepsCase ? type : upperCased(type);
  // Keys are one column unless the format always has a message around it.
  const isBare = options.format.name !== 'PROTOBUF' && (options.isKey || options.format.features.includes('UNWRAP_SINGLES'));
  if (isBare) return [{ name: options.isKey ? 'ROWKEY' : 'ROWVAL', type: named }];
  if (named.kind === 'STRUCT') return [...named.fields];
  throw new BindError(`The value schema of topic ${options.topic} is not a record: it cannot be read as columns.`, {
    hint: 'Add WRAP_SINGLE_VALUE=false to read it as a single column.',
  });
}

function side(options: InferenceOptions): string {
  return options.isKey ? 'key' : 'value';
}

function typeOfSchema(schema: RegisteredSchema, options: InferenceOptions): SqlType | null {
  try {
    switch (schema.kind) {
      case 'AVRO': return typeOfAvro(parseAvroSchema(schema), new Set());
      case 'JSON': return typeOfJsonSchema(schema);
      case 'PROTOBUF': return typeOfProtobuf(schema, options);
    }
  } catch (error) {
    if (error instanceof BindError) throw error;
    throw new BindError(`The ${side(options)} schema of topic ${options.topic} cannot be read: ${error instanceof Error ? error.message : 'unknown reason'}`, { cause: error, hint: 'List the columns in the statement, or mend the schema in the registry.' });
  }
}

/** Names upper-cased, also inside structs; of names that become equal the last wins. */
function upperCased(type: SqlType): SqlType {
  switch (type.kind) {
    case 'ARRAY': return array(upperCased(type.item));
    case 'MAP': return map(type.key, upperCased(type.value));
    case 'STRUCT': {
      const fields = new Map<string, Field>();
      for (const field of type.fields) fields.set(field.name.toUpperCase(), { name: field.name.toUpperCase(), type: upperCased(field.type) });
      return struct([...fields.values()]);
    }
    default: return type;
  }
}

/** null: a part without a SQL type (a lone null, a record inside itself); such fields are left out. */
function typeOfAvro(type: AvroType, around: ReadonlySet<AvroType>): SqlType | null {
  switch (type.kind) {
    case 'null': return null;
    case 'boolean': return BOOLEAN;
    case 'int': return type.logical === 'date' ? DATE : type.logical === 'time-millis' ? TIME : INTEGER;
    case 'long': return type.logical === 'timestamp-millis' ? TIMESTAMP : BIGINT;
    case 'float':
    case 'double': return DOUBLE;
    case 'string':
    case 'enum': return STRING;
    case 'bytes':
    case 'fixed': return type.decimal === null ? BYTES : decimal(type.decimal.precision, type.decimal.scale);
    case 'array': {
      const item = typeOfAvro(type.items, around);
      return item === null ? null : array(item);
    }
    case 'map': {
      const value = typeOfAvro(type.values, around);
      return value === null ? null : map(STRING, value);
    }
    case 'union': {
      const branches = type.branches.filter((branch) => branch.kind !== 'null');
      const only = branches.length === 1 ? branches[0] : undefined;
      return only !== undefined ? typeOfAvro(only, around) : structOf(branches.map((branch) => [branchName(branch), branch]), around);
    }
    case 'record':
      return around.has(type) ? null : structOf(type.fields.map((field) => [field.name, field.type]), new Set([...around, type]));
  }
}

function structOf(parts: readonly (readonly [string, AvroType])[], around: ReadonlySet<AvroType>): SqlType {
  return struct(
    parts.flatMap(([name, part]): Field[] => {
      const type = typeOfAvro(part, around);
      return type === null ? [] : [{ name, type }];
    }),
  );
}

function typeOfProtobuf(schema: RegisteredSchema, options: InferenceOptions): SqlType {
  const file = parseProtoSchema(schema);
  const { fullSchemaName, unwrapPrimitives } = options.format.properties;
  if (fullSchemaName === undefined && file.messages.length > 1) {
    const config = `${options.isKey ? 'KEY' : 'VALUE'}_SCHEMA_FULL_NAME`;
    throw new BindError(
      `Found multiple schema definitions in the ${side(options)} schema of topic ${options.topic}: ${file.messages.map(({ fullName }) => fullName).join(', ')}. ` +
        `Specify the one to use by ${config}.`,
      { hint: `Add ${config} to the WITH clause.` },
    );
  }
  return structOfMessage(pathOf(file, fullSchemaName).message, unwrapPrimitives !== 'false', new Set());
}

function structOfMessage(message: ProtoMessage, unwraps: boolean, around: ReadonlySet<ProtoMessage>): SqlType {
  const inside = new Set([...around, message]);
  return struct(
    message.fields.flatMap((field): Field[] => {
      const type = typeOfField(field, unwraps, inside);
      return type === null ? [] : [{ name: field.name, type }];
    }),
  );
}

function typeOfField(field: ProtoField, unwraps: boolean, around: ReadonlySet<ProtoMessage>): SqlType | null {
  if (field.isRepeated && field.type.kind === 'message' && field.type.message.isMapEntry) {
    const value = field.type.message.fields.find(({ name }) => name === 'value');
    const type = value === undefined ? null : typeOfField(value, unwraps, around);
    return type === null ? null : map(STRING, type);
  }
  const type = singleType(field, unwraps, around);
  return type !== null && field.isRepeated ? array(type) : type;
}

function singleType(field: ProtoField, unwraps: boolean, around: ReadonlySet<ProtoMessage>): SqlType | null {
  if (field.type.kind === 'enum') return STRING;
  if (field.type.kind === 'scalar') return scalarType(field.type.scalar);
  const { message } = field.type;
  const wrapped = unwraps ? wrappedScalar(message) : null;
  if (wrapped !== null) return scalarType(wrapped);
  switch (message.fullName) {
    case DECIMAL: return decimal(field.decimal?.precision ?? 64, field.decimal?.scale ?? 0);
    case PROTO_TIMESTAMP: return TIMESTAMP;
    case PROTO_DATE: return DATE;
    case PROTO_TIME: return TIME;
    default: return around.has(message) ? null : structOfMessage(message, unwraps, around);
  }
}

function scalarType(scalar: Scalar): SqlType {
  switch (scalar) {
    case 'bool': return BOOLEAN;
    case 'int32': case 'sint32': case 'sfixed32': return INTEGER;
    case 'double': case 'float': return DOUBLE;
    case 'string': return STRING;
    case 'bytes': return BYTES;
    default: return BIGINT;
  }
}
