import { parseScript, type CreateSource, type Literal, type Statement } from '../../parser/index.js';
import { isObject, JsonNumber, printLiteralJson, type LiteralObject } from '../literal-json.js';
import { number, objects, text, texts } from './case-file.js';

export interface CaseTopic {
  readonly name: string;
  readonly partitions: number;
}
export interface CaseSchema {
  readonly subject: string;
  readonly id: number | null;
  readonly kind: 'AVRO' | 'PROTOBUF' | 'JSON';
  readonly text: string;
  readonly references: readonly { readonly name: string; readonly kind: 'AVRO' | 'PROTOBUF' | 'JSON'; readonly text: string }[];
}

const DEFAULT_PARTITIONS = 4;

function literalText(value: Literal | undefined): string | null {
  if (value?.kind === 'string') return value.value;
  return value?.kind === 'integer' ? String(value.value) : null;
}

const property = (statement: CreateSource, name: string): string | null => literalText(statement.properties.find((each) => each.name === name)?.value);

/** Statements of a case that parse; none where the text as a whole does not. */
export function statementsOf(data: LiteralObject): readonly Statement[] {
  try {
    return parseScript(texts(data, 'statements').join('\n')).map((each) => each.statement);
  } catch {
    return [];
  }
}

/** Topics that must exist before the first statement, with their partitions. */
export function caseTopics(data: LiteralObject): readonly CaseTopic[] {
  const topics = new Map<string, number>();
  const declared = new Set<string>();
  for (const statement of statementsOf(data)) {
    if (statement.kind !== 'createSource') continue;
    const topic = property(statement, 'KAFKA_TOPIC');
    if (topic === null) continue;
    declared.add(topic);
    if (statement.columns.length > 0) topics.set(topic, Number(property(statement, 'PARTITIONS') ?? DEFAULT_PARTITIONS));
  }
  for (const topic of objects(data, 'topics')) topics.set(text(topic, 'name') ?? '', number(topic, 'partitions') ?? DEFAULT_PARTITIONS);
  for (const record of objects(data, 'inputs')) {
    const name = text(record, 'topic') ?? '';
    if (!topics.has(name)) topics.set(name, DEFAULT_PARTITIONS);
  }
  for (const name of declared) if (!topics.has(name)) topics.set(name, DEFAULT_PARTITIONS);
  return [...topics].map(([name, partitions]) => ({ name, partitions }));
}

function kindOf(format: string | null): CaseSchema['kind'] {
  return format === 'PROTOBUF' ? 'PROTOBUF' : format === 'JSON_SR' || format === 'JSON' ? 'JSON' : 'AVRO';
}

function schemaText(value: LiteralObject, name: string): string | null {
  const schema = value.get(name);
  if (schema === undefined || schema === null) return null;
  return typeof schema === 'string' && text(value, name.replace('Schema', 'Format')) === 'PROTOBUF' ? schema : printLiteralJson(schema);
}

/** Schemas that must be registered before the first statement. */
export function caseSchemas(data: LiteralObject): readonly CaseSchema[] {
  return objects(data, 'topics').flatMap((topic) =>
    (['key', 'value'] as const).flatMap((side) => {
      const schema = schemaText(topic, `${side}Schema`);
      if (schema === null) return [];
      const id = topic.get(`${side}SchemaId`);
      const references = objects(topic, `${side}SchemaReferences`).map((reference) => ({
        name: text(reference, 'name') ?? '',
        kind: kindOf(text(reference, 'format')),
        text: referenceText(reference),
      }));
      return [{
        subject: `${text(topic, 'name') ?? ''}-${side}`,
        id: id instanceof JsonNumber ? Number(id.text) : null,
        kind: kindOf(text(topic, `${side}Format`)),
        text: schema,
        references,
      }];
    }),
  );
}

function referenceText(reference: LiteralObject): string {
  const schema = reference.get('schema') ?? null;
  return typeof schema === 'string' ? schema : isObject(schema) ? printLiteralJson(schema) : '';
}
