import { parseScript, type CreateAsSelect, type CreateSource, type Literal, type Statement } from '../../parser/index.js';
import { isObject, JsonNumber, printLiteralJson, type LiteralObject } from '../literal-json.js';
import { number, objects, text, texts } from './case-file.js';

export interface CaseTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicas: number;
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

const property = (statement: CreateSource | CreateAsSelect, name: string): string | null => literalText(statement.properties.find((each) => each.name === name)?.value);

/** Statements of a case, those that mean something. */
export function statementsOf(data: LiteralObject): readonly Statement[] {
  return texts(data, 'statements').flatMap((sql) => {
    try {
      return parseScript(sql).map((each) => each.statement);
    } catch {
      return [];
    }
  });
}

class TopicList {
  private readonly topics = new Map<string, CaseTopic>();

  /** What is said later counts only where nothing was said before. */
  add(name: string, partitions: number | null, replicas: number | null): void {
    if (!this.topics.has(name)) this.topics.set(name, { name, partitions: partitions ?? DEFAULT_PARTITIONS, replicas: replicas ?? 1 });
  }
  list(): readonly CaseTopic[] {
    return [...this.topics.values()];
  }
}

function propertyNumber(statement: CreateSource | CreateAsSelect, name: string): number | null {
  const value = property(statement, name);
  return value === null ? null : Number(value);
}

/**
 * Topics that must exist before the first statement. Partitions and replicas are first those that a statement asks for, because
 * a statement never conflicts with the topics of its case.
 */
export function caseTopics(data: LiteralObject): readonly CaseTopic[] {
  const topics = new TopicList();
  const statements = statementsOf(data).filter((each) => each.kind === 'createSource' || each.kind === 'createAsSelect');
  const named = statements.map((statement) => ({ statement, topic: property(statement, 'KAFKA_TOPIC') ?? defaultTopic(statement) }));
  for (const { statement, topic } of named) {
    const asked = propertyNumber(statement, 'PARTITIONS');
    const isDeclared = statement.kind === 'createSource' && statement.columns.length > 0;
    const exists = isDeclared || [...objects(data, 'topics'), ...objects(data, 'outputs')].some((each) => topic !== null && [text(each, 'topic'), text(each, 'name')].includes(topic));
    const replicas = propertyNumber(statement, 'REPLICAS');
    if (topic !== null && (asked !== null || replicas !== null) && exists) topics.add(topic, asked, replicas);
  }
  for (const topic of objects(data, 'topics')) topics.add(text(topic, 'name') ?? '', number(topic, 'partitions'), number(topic, 'replicas'));
  for (const record of [...objects(data, 'inputs'), ...objects(data, 'outputs')]) topics.add(text(record, 'topic') ?? '', null, null);
  for (const { statement, topic } of named) if (statement.kind === 'createSource' && topic !== null) topics.add(topic, null, null);
  return topics.list();
}

function defaultTopic(statement: CreateSource | CreateAsSelect): string | null {
  return statement.kind === 'createAsSelect' ? statement.name : null;
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
