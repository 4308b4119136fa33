import type { Source } from '../../catalog/index.js';
import { BindError, PlanError } from '../../errors/index.js';
import { parseType, printStatement, type ColumnDefinition, type CreateSource } from '../../parser/index.js';
import { formatType, type Column } from '../../types/index.js';
import { bindColumns, type DeclaredColumns } from '../bind/columns.js';
import { checkFormatHolds, formatsOfCreate, withKeyFeatures, withValueFeatures, type SideFormats } from '../bind/formats.js';
import { PREPARE } from '../bind/located.js';
import { readProperties, type WithProperties } from '../bind/with-properties.js';
import type { PlannerContext } from '../context.js';
import type { PlannedChange, PlannedNothing } from '../planned-statement.js';
import { flag } from '../settings.js';
import { checkReplaceable } from '../validate/replace-source.js';
import { plannedChange } from './change.js';
import { columnsOfSide } from './inferred-columns.js';
import { resolveNameClash } from './name-clash.js';
import { sourceTablePlan } from './source-table-plan.js';
import { subjectsOf } from './subjects.js';
import { declaredTimestamp } from './timestamp-column.js';
import { planTopic } from './topic.js';

/** CREATE [SOURCE] STREAM/TABLE over a topic. */
export function planCreateSource(statement: CreateSource, context: PlannerContext): PlannedChange | PlannedNothing {
  const properties = readProperties(statement.properties, 'create');
  const topic = requiredTopic(properties);
  const declared = bindColumns(statement.columns, statement.sourceKind, context.catalog.types);
  checkHeadersAllowed(declared, context);
  const clash = resolveNameClash(statement, context);
  if (clash?.kind === 'nothing') return clash;
  const formats = formatsOfCreate(statement.name, properties, context);
  const key = columnsOfSide({ topic, isKey: true, format: formats.key, declared: declared.key, properties }, context);
  const value = columnsOfSide({ topic, isKey: false, format: formats.value, declared: declared.value, properties }, context);
  const columns: DeclaredColumns = { key: key.columns, value: value.columns, headers: declared.headers };
  checkShape(statement, columns, properties);
  const sides = settledFormats(formats, columns, properties, context);
  const statementText = printStatement(withInferred(statement, { key, value }));
  const source = sourceOf(statement, { topic, columns, sides, properties, statementText });
  if (clash !== null) checkReplaceable(clash, source);
  const created = planTopic(topicWish(statement, topic, properties), context);
  const started = readsAsTable(statement, context) ? sourceTablePlan(source, context) : null;
  const registered = subjectsOf(
    source.name,
    topic,
    [
      { isKey: true, format: sides.key, columns: key.columns, inferred: key.inferred },
      { isKey: false, format: sides.value, columns: value.columns, inferred: value.inferred },
    ],
    context,
  );
  const final: Source = { ...source, createdBy: started?.query.id ?? null };
  return plannedChange({
    statement: 'createSource',
    changes: [{ kind: 'putSource', source: final }, ...(started === null ? [] : [{ kind: 'putQuery' as const, query: started.query }])],
    topics: created === null ? [] : [created],
    subjects: registered.map((each) => ({ ...each, ifAbsent: true as const })),
    start: started?.plan ?? null,
    queryId: started?.query.id ?? null,
    entity: source.name,
    message: statement.sourceKind === 'STREAM' ? 'Stream created' : 'Table created',
    statementText,
  });
}

function requiredTopic(properties: WithProperties): string {
  if (properties.topic === null) throw new BindError(`${PREPARE}Missing required property "KAFKA_TOPIC" which has no default value.`, { hint: "Add KAFKA_TOPIC='name' to the WITH clause." });
  return properties.topic;
}

function checkHeadersAllowed(declared: DeclaredColumns, context: PlannerContext): void {
  if (declared.headers.length > 0 && !flag(context, 'ksql.headers.columns.enabled', true)) {
    throw new PlanError('Cannot create a source with HEADERS columns: the feature is disabled by ksql.headers.columns.enabled.', { hint: 'Set ksql.headers.columns.enabled=true on the server.' });
  }
}

function checkShape(statement: CreateSource, columns: DeclaredColumns, properties: WithProperties): void {
  const { key, value, headers } = columns;
  if (key.length + value.length + headers.length === 0) throw new PlanError('The statement does not define any columns.', { span: statement.span, hint: 'List columns in parentheses, or choose a format whose schema is in the registry.' });
  if (statement.sourceKind === 'TABLE' && key.length === 0) {
    throw new PlanError('Tables require a PRIMARY KEY. Please define the PRIMARY KEY.', {
      span: statement.span,
      hint: 'Add PRIMARY KEY behind the type of the column that is the key of the topic.',
    });
  }
  if (properties.window !== null && key.length === 0) throw new PlanError('Windowed sources require a key column.', { span: statement.span, hint: 'Mark the column that holds the key: KEY or PRIMARY KEY.' });
}

function settledFormats(formats: SideFormats, columns: DeclaredColumns, properties: WithProperties, context: PlannerContext): SideFormats {
  const key = withKeyFeatures(formats.key, columns.key, context);
  const value = withValueFeatures(formats.value, columns.value, properties.wrapSingleValue, context);
  checkFormatHolds(key, columns.key, true, context);
  checkFormatHolds(value, columns.value, false, context);
  return { key, value };
}

interface SourceParts {
  readonly topic: string;
  readonly columns: DeclaredColumns;
  readonly sides: SideFormats;
  readonly properties: WithProperties;
  readonly statementText: string;
}

function sourceOf(statement: CreateSource, parts: SourceParts): Source {
  const { columns, properties } = parts;
  return {
    kind: statement.sourceKind,
    name: statement.name,
    topic: parts.topic,
    keyColumns: columns.key,
    valueColumns: columns.value,
    headerColumns: columns.headers,
    keyFormat: parts.sides.key,
    valueFormat: parts.sides.value,
    window: properties.window,
    timestamp: declaredTimestamp(properties, [...columns.key, ...columns.value]),
    readOnly: statement.readOnly,
    createdBy: null,
    statementText: parts.statementText,
    connector: properties.connector,
  };
}

function topicWish(statement: CreateSource, topic: string, properties: WithProperties): Parameters<typeof planTopic>[0] {
  return {
    sourceName: statement.name,
    name: topic,
    partitions: properties.partitions,
    replicas: properties.replicas,
    retentionMs: properties.retentionMs,
    cleanupPolicy: properties.cleanupPolicy,
    defaults: { partitions: null, replicas: null, retentionMs: null },
    windowRetentionMs: null,
    kind: statement.sourceKind,
    windowed: properties.window !== null,
  };
}

function readsAsTable(statement: CreateSource, context: PlannerContext): boolean {
  return statement.readOnly && statement.sourceKind === 'TABLE' && flag(context, 'ksql.source.table.materialization.enabled', true);
}

interface Sides {
  readonly key: { readonly columns: readonly Column[]; readonly inferred: boolean };
  readonly value: { readonly columns: readonly Column[]; readonly inferred: boolean };
}

/** The statement with the columns that were read from the registry written out, as it is stored. */
function withInferred(statement: CreateSource, { key, value }: Sides): CreateSource {
  if (!key.inferred && !value.inferred) return statement;
  const keyRole = statement.sourceKind === 'TABLE' ? 'PRIMARY KEY' : 'KEY';
  const definition = (column: Column, role: ColumnDefinition['role']): ColumnDefinition => ({
    kind: 'columnDefinition', name: column.name, type: parseType(formatType(column.type)), role, headerKey: null, span: statement.span,
  });
  return {
    ...statement,
    columns: [
      ...(key.inferred ? key.columns.map((column) => definition(column, keyRole)) : []),
      ...statement.columns,
      ...(value.inferred ? value.columns.map((column) => definition(column, 'VALUE')) : []),
    ],
  };
}

