import { BindError } from '../../errors/index.js';
import type { Literal, Property } from '../../parser/index.js';
import type { WindowInfo } from '../../types/index.js';
import { PREPARE } from './located.js';
import { checkDatePattern } from './date-pattern.js';
import { windowOf } from './window-properties.js';

/** The WITH clause after checking: one field for each thing it can say, null where it does not. */
export interface WithProperties {
  readonly topic: string | null;
  readonly partitions: number | null;
  readonly replicas: number | null;
  readonly retentionMs: number | null;
  /** Only to be refused where a topic is created: what a source is decides it. */
  readonly cleanupPolicy: string | null;
  readonly keyFormat: string | null;
  readonly valueFormat: string | null;
  readonly keyDelimiter: string | null;
  readonly valueDelimiter: string | null;
  readonly keySchemaId: string | null;
  readonly valueSchemaId: string | null;
  readonly keySchemaFullName: string | null;
  readonly valueSchemaFullName: string | null;
  readonly keyNullable: string | null;
  readonly valueNullable: string | null;
  readonly wrapSingleValue: boolean | null;
  readonly timestamp: string | null;
  readonly timestampFormat: string | null;
  readonly window: WindowInfo | null;
  readonly queryId: string | null;
  readonly connector: string | null;
}

type PropertyType = 'STRING' | 'INT' | 'LONG' | 'BOOLEAN';
type Where = 'create' | 'createAs' | 'insert';

/** Every property, its type and the statements that know it. */
const PROPERTIES: ReadonlyMap<string, { readonly type: PropertyType; readonly where: readonly Where[] }> = new Map(
  (
    [
      ['KAFKA_TOPIC', 'STRING', ['create', 'createAs']],
      ['PARTITIONS', 'INT', ['create', 'createAs']],
      ['REPLICAS', 'INT', ['create', 'createAs']],
      ['RETENTION_MS', 'LONG', ['create', 'createAs']],
      ['CLEANUP_POLICY', 'STRING', ['create', 'createAs']],
      ['FORMAT', 'STRING', ['create', 'createAs']],
      ['KEY_FORMAT', 'STRING', ['create', 'createAs']],
      ['VALUE_FORMAT', 'STRING', ['create', 'createAs']],
      ['KEY_DELIMITER', 'STRING', ['create', 'createAs']],
      ['VALUE_DELIMITER', 'STRING', ['create', 'createAs']],
      ['WRAP_SINGLE_VALUE', 'BOOLEAN', ['create', 'createAs']],
      ['TIMESTAMP', 'STRING', ['create', 'createAs']],
      ['TIMESTAMP_FORMAT', 'STRING', ['create', 'createAs']],
      ['WINDOW_TYPE', 'STRING', ['create']],
      ['WINDOW_SIZE', 'STRING', ['create']],
      ['KEY_SCHEMA_ID', 'INT', ['create', 'createAs']],
      ['VALUE_SCHEMA_ID', 'INT', ['create', 'createAs']],
      ['KEY_SCHEMA_FULL_NAME', 'STRING', ['create', 'createAs']],
      ['VALUE_SCHEMA_FULL_NAME', 'STRING', ['create', 'createAs']],
      ['VALUE_AVRO_SCHEMA_FULL_NAME', 'STRING', ['create', 'createAs']],
      ['KEY_PROTOBUF_NULLABLE_REPRESENTATION', 'STRING', ['create', 'createAs']],
      ['VALUE_PROTOBUF_NULLABLE_REPRESENTATION', 'STRING', ['create', 'createAs']],
      ['SOURCED_BY_CONNECTOR', 'STRING', ['create']],
      ['SOURCE_CONNECTOR', 'STRING', ['create']],
      ['QUERY_ID', 'STRING', ['insert']],
    ] as const
  ).map(([name, type, where]) => [name, { type, where }]),
);

/** Reads a WITH clause; refuses unknown names, values of the wrong type and combinations that contradict each other. */
export function readProperties(properties: readonly Property[], where: Where): WithProperties {
  const values = checkedValues(properties, where);
  const text = (name: string): string | null => values.get(name) ?? null;
  const number = (name: string): number | null => {
    const value = values.get(name);
    return value === undefined ? null : Number(value);
  };
  refuseTogether(values, 'FORMAT', 'KEY_FORMAT');
  refuseTogether(values, 'FORMAT', 'VALUE_FORMAT');
  if (values.has('VALUE_AVRO_SCHEMA_FULL_NAME') && values.has('VALUE_SCHEMA_FULL_NAME')) {
    throw new BindError(`${PREPARE}Cannot supply both 'VALUE_AVRO_SCHEMA_FULL_NAME' and 'VALUE_SCHEMA_FULL_NAME' properties. Please set only 'VALUE_SCHEMA_FULL_NAME'.`, { hint: 'Leave VALUE_AVRO_SCHEMA_FULL_NAME out.' });
  }
  const timestampFormat = text('TIMESTAMP_FORMAT');
  if (timestampFormat !== null) checkDatePattern(timestampFormat);
  const wrap = text('WRAP_SINGLE_VALUE');
  return {
    topic: text('KAFKA_TOPIC'),
    partitions: number('PARTITIONS'),
    replicas: number('REPLICAS'),
    retentionMs: number('RETENTION_MS'),
    cleanupPolicy: text('CLEANUP_POLICY'),
    keyFormat: text('FORMAT') ?? text('KEY_FORMAT'),
    valueFormat: text('FORMAT') ?? text('VALUE_FORMAT'),
    keyDelimiter: delimiter('KEY_DELIMITER', text('KEY_DELIMITER')),
    valueDelimiter: delimiter('VALUE_DELIMITER', text('VALUE_DELIMITER')),
    keySchemaId: text('KEY_SCHEMA_ID'),
    valueSchemaId: text('VALUE_SCHEMA_ID'),
    keySchemaFullName: text('KEY_SCHEMA_FULL_NAME'),
    valueSchemaFullName: text('VALUE_SCHEMA_FULL_NAME') ?? text('VALUE_AVRO_SCHEMA_FULL_NAME'),
    keyNullable: text('KEY_PROTOBUF_NULLABLE_REPRESENTATION'),
    valueNullable: text('VALUE_PROTOBUF_NULLABLE_REPRESENTATION'),
    wrapSingleValue: wrap === null ? null : wrap.toLowerCase() === 'true',
    timestamp: text('TIMESTAMP'),
    timestampFormat,
    window: windowOf(text('WINDOW_TYPE'), text('WINDOW_SIZE')),
    queryId: text('QUERY_ID'),
    connector: text('SOURCED_BY_CONNECTOR') ?? text('SOURCE_CONNECTOR'),
  };
}

function checkedValues(properties: readonly Property[], where: Where): ReadonlyMap<string, string> {
  const unknown = properties.filter((property) => PROPERTIES.get(property.name)?.where.includes(where) !== true);
  if (unknown.length > 0) {
    throw new BindError(`${PREPARE}Invalid config variable(s) in the WITH clause: ${unknown.map((property) => property.name).join(',')}`, {
      span: unknown[0]?.span, hint: 'Leave it out, or look for a slip in its name.' });
  }
  const values = new Map<string, string>();
  for (const property of properties) {
    const type = PROPERTIES.get(property.name)?.type ?? 'STRING';
    const value = checkedValue(property.name, type, property.value);
    if (value !== null) values.set(property.name, value);
  }
  return values;
}

function checkedValue(name: string, type: PropertyType, literal: Literal): string | null {
  const text = literalText(literal);
  if (text === null) return null;
  switch (type) {
    case 'BOOLEAN':
      if (!/^\s*(true|false)\s*$/i.test(text)) {
        throw new BindError(`${PREPARE}Invalid value ${text} for property ${name}: Expected value to be either true or false`, { span: literal.span, hint: 'Write true or false.' });
      }
      return text.trim();
    case 'INT':
    case 'LONG': {
      if (!/^\s*[+-]?\d+\s*$/.test(text)) {
        throw new BindError(`${PREPARE}Invalid value ${text} for property ${name}: Not a number of type ${type}`, { span: literal.span, hint: 'Write a whole number.' });
      }
      return String(Number(text));
    }
    case 'STRING':
      if (name === 'KAFKA_TOPIC' && text === '') {
        throw new BindError(`${PREPARE}Invalid value ${text} for property ${name}: String must be non-empty`, { span: literal.span, hint: 'Write a name between the quotes.' });
      }
      return text;
  }
}

function literalText(literal: Literal): string | null {
  switch (literal.kind) {
    case 'null':
      return null;
    case 'boolean':
    case 'string':
      return String(literal.value);
    case 'integer':
      return literal.value.toString();
    case 'decimal':
    case 'double':
      return literal.text;
  }
}

function refuseTogether(values: ReadonlyMap<string, string>, both: string, side: string): void {
  if (!values.has(both) || !values.has(side)) return;
  throw new BindError(
    `${PREPARE}Cannot supply both '${side}' and '${both}' properties, as '${both}' sets both key and value formats. Either use just '${both}', or use 'KEY_FORMAT' and 'VALUE_FORMAT'.`, { hint: 'Leave one of them out.' });
}

/** A delimiter is one character, or the word TAB or SPACE. */
function delimiter(name: string, written: string | null): string | null {
  if (written === null) return null;
  const example = "\nExample valid value: ';'";
  if (written.trim() === '') {
    throw new BindError(
      `${PREPARE}Configuration ${name} is invalid: Delimiter cannot be empty, if you meant to have a tab or space for delimiter, please use the special values 'TAB' or 'SPACE'${example}`, { hint: "Write 'TAB' or 'SPACE', or a single character." });
  }
  if (written.length === 1 || written === 'TAB' || written === 'SPACE') return written;
  throw new BindError(
    `${PREPARE}Configuration ${name} is invalid: Invalid delimiter value: '${written}'. Delimiter must be a single character or TAB,SPACE${example}`, { hint: "Write 'TAB' or 'SPACE', or a single character." });
}
