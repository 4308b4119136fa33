import { assertNever } from '../errors/index.js';
import { formatType, quoteName, type Column, type SqlType } from '../types/index.js';
import { avroNameProblem } from './avro/names.js';
import type { FormatInfo } from './format.js';

/** Why a format cannot hold these columns on this side, as one sentence that clients may match on; null: it can. */
export function reasonAgainst(format: FormatInfo, columns: readonly Column[], isKey: boolean): string | null {
  return (isKey ? reasonAgainstKey(columns) : null) ?? reasonOfFormat(format, columns, isKey);
}

/** Equal maps may be encoded in different orders, so a map never identifies a record. */
function reasonAgainstKey(columns: readonly Column[]): string | null {
  const column = columns.find(({ type }) => containsMap(type, () => true));
  if (column === undefined) return null;
  return (
    'Map keys, including types that contain maps, are not supported as they may lead to unexpected behavior due to inconsistent ' +
    `serialization. Key column name: ${quoteName(column.name)}. Column type: ${formatType(column.type)}. ` +
    'See https://github.com/confluentinc/ksql/issues/6621 for more.'
  );
}

function containsMap(type: SqlType, matches: (key: SqlType) => boolean): boolean {
  switch (type.kind) {
    case 'ARRAY': return containsMap(type.item, matches);
    case 'MAP': return matches(type.key) || containsMap(type.value, matches);
    case 'STRUCT': return type.fields.some((field) => containsMap(field.type, matches));
    default: return false;
  }
}

function reasonOfFormat(format: FormatInfo, columns: readonly Column[], isKey: boolean): string | null {
  switch (format.name) {
    case 'NONE':
      return columns.length === 0 ? null : `The 'NONE' format can only be used when no columns are defined. Got: ${listed(columns, isKey)}`;
    case 'KAFKA': return reasonOfKafka(columns, isKey);
    case 'DELIMITED': return reasonOfDelimited(columns);
    case 'JSON':
    case 'JSON_SR': return hasOddMapKeys(columns) ? 'JSON only supports MAP types with STRING keys' : null;
    case 'AVRO': return hasOddMapKeys(columns) ? 'Avro only supports MAPs with STRING keys' : reasonOfAvroNames(columns);
    case 'PROTOBUF': return reasonOfProtobuf(columns) ?? reasonOfProtobufNames(columns);
    case 'PROTOBUF_NOSR': return reasonOfProtobuf(columns);
    default: return assertNever(format.name);
  }
}

function reasonOfKafka(columns: readonly Column[], isKey: boolean): string | null {
  if (columns.length > 1) return `The 'KAFKA' format only supports a single field. Got: ${listed(columns, isKey)}`;
  const kind = columns[0]?.type.kind;
  switch (kind) {
    case undefined:
    case 'INTEGER':
    case 'BIGINT':
    case 'DOUBLE':
    case 'STRING':
    case 'BYTES': return null;
    default: return `The 'KAFKA' format does not support type '${kind}'`;
  }
}

function reasonOfDelimited(columns: readonly Column[]): string | null {
  for (const { name, type } of columns) {
    if (type.kind === 'ARRAY' || type.kind === 'MAP' || type.kind === 'STRUCT') {
      return `The 'DELIMITED' format does not support type '${type.kind}', column: ${quoteName(name)}`;
    }
  }
  return null;
}

function hasOddMapKeys(columns: readonly Column[]): boolean {
  return columns.some(({ type }) => containsMap(type, (key) => key.kind !== 'STRING'));
}

function reasonOfAvroNames(columns: readonly Column[]): string | null {
  for (const name of namesIn(columns)) {
    const problem = avroNameProblem(name);
    if (problem !== null) return `Schema is not compatible with Avro: ${problem}`;
  }
  return null;
}

function reasonOfProtobuf(columns: readonly Column[]): string | null {
  if (hasOddMapKeys(columns)) return 'PROTOBUF format only supports MAP types with STRING keys';
  return columns.some(({ type }) => hasListsOfLists(type)) ? 'Array cannot be nested' : null;
}

function hasListsOfLists(type: SqlType): boolean {
  switch (type.kind) {
    case 'ARRAY': return type.item.kind === 'ARRAY' || hasListsOfLists(type.item);
    case 'MAP': return hasListsOfLists(type.value);
    case 'STRUCT': return type.fields.some((field) => hasListsOfLists(field.type));
    default: return false;
  }
}

/** A registered schema is a text, so its names must be words of the language; without a registry any name will do. */
function reasonOfProtobufNames(columns: readonly Column[]): string | null {
  const odd = namesIn(columns).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  return odd === undefined ? null : `Schema is not compatible with Protobuf: Illegal name: ${odd}`;
}

function namesIn(fields: readonly { readonly name: string; readonly type: SqlType }[]): string[] {
  return fields.flatMap(({ name, type }) => [name, ...namesInType(type)]);
}

function namesInType(type: SqlType): string[] {
  switch (type.kind) {
    case 'ARRAY': return namesInType(type.item);
    case 'MAP': return namesInType(type.value);
    case 'STRUCT': return namesIn(type.fields);
    default: return [];
  }
}

function listed(columns: readonly Column[], isKey: boolean): string {
  return `[${columns.map(({ name, type }) => `${quoteName(name)} ${formatType(type)}${isKey ? ' KEY' : ''}`).join(', ')}]`;
}
