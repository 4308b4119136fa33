import type { PersistentQuery, Source } from '../../catalog/index.js';
import { PlanError } from '../../errors/index.js';
import { printStatement, type CreateAsSelect } from '../../parser/index.js';
import type { PersistentPlan } from '../../plan/index.js';
import { checkFormatHolds, formatsOfSink, withKeyFeatures, withValueFeatures, type SideFormats } from '../bind/formats.js';
import { readProperties, type WithProperties } from '../bind/with-properties.js';
import type { PlannerContext } from '../context.js';
import type { PlannedChange, PlannedNothing, TopicToCreate } from '../planned-statement.js';
import { flag } from '../settings.js';
import { checkReplaceable } from '../validate/replace-source.js';
import { checkQueryReplaceable } from '../validate/replace-query.js';
import { plannedChange } from './change.js';
import { checkSinkSchema } from './inferred-columns.js';
import { resolveNameClash } from './name-clash.js';
import { checkResultKind, persistentPlan, planRows, type PersistentRows } from './plan-persistent.js';
import { subjectsOf } from './subjects.js';
import { declaredTimestamp } from './timestamp-column.js';
import { checkWritableTopic, planTopic } from './topic.js';

/** CREATE STREAM/TABLE … AS SELECT: a query, its sink, and the topic and schemas of the sink. */
export function planCreateAsSelect(statement: CreateAsSelect, context: PlannerContext): PlannedChange | PlannedNothing {
  const properties = readProperties(statement.properties, 'createAs');
  const clash = resolveNameClash({ ...statement, readOnly: false }, context);
  if (clash?.kind === 'nothing') return clash;
  const queryId = clash?.createdBy ?? newQueryId(statement, context);
  const rows = planRows(statement.query, { name: statement.name, timestamp: properties.timestamp }, queryId, context);
  const topic = properties.topic ?? `${context.properties.get('ksql.output.topic.name.prefix') ?? ''}${statement.name}`;
  checkWritableTopic(topic, context);
  const formats = sinkFormats(statement, rows, properties, topic, context);
  const statementText = printStatement({ ...statement, query: { ...rows.analysis.query, emit: statement.query.emit ?? 'CHANGES' } });
  checkResultKind(rows.relation, statement.sourceKind);
  checkFormatHolds(formats.key, rows.relation.layout.schema.key, true, context);
  checkFormatHolds(formats.value, rows.relation.layout.schema.value, false, context);
  const source = sinkSource(statement, rows, { topic, formats, properties, statementText, queryId });
  const plan = persistentPlan(rows, { ...formatsOf(source), name: source.name, topic, timestamp: source.timestamp }, statementText);
  if (clash !== null) checkReplacement(clash, source, plan, context);
  const created = sinkTopic(source, rows, properties, context);
  return changeOf({ statement, source, plan, rows, created, replaced: clash, context });
}

function newQueryId(statement: CreateAsSelect, context: PlannerContext): string {
  const prefix = statement.sourceKind === 'STREAM' ? 'CSAS' : 'CTAS';
  return `${prefix}_${statement.name.toUpperCase()}_${String(context.nextQueryNumber)}`;
}

function formatsOf(source: Source): { readonly keyFormat: Source['keyFormat']; readonly valueFormat: Source['valueFormat'] } {
  return { keyFormat: source.keyFormat, valueFormat: source.valueFormat };
}

function sinkFormats(
  statement: CreateAsSelect,
  rows: PersistentRows,
  properties: WithProperties,
  topic: string,
  context: PlannerContext,
): SideFormats {
  const [leftMost] = rows.analysis.sources;
  if (leftMost === undefined) throw new PlanError('A query needs a source.', { hint: 'Add FROM and the name of a stream or table.' });
  const { key, value } = rows.relation.layout.schema;
  const inherited = { key: leftMost.source.keyFormat, value: leftMost.source.valueFormat };
  const formats = formatsOfSink({ name: statement.name, hasKey: !rows.unkeyed && (key.length > 0 || inherited.key.name !== 'NONE') }, properties, inherited, context);
  const settled = {
    key: withKeyFeatures(formats.key, key, context),
    value: withValueFeatures(formats.value, value, properties.wrapSingleValue, context),
  };
  checkSinkSchema({ topic, isKey: true, format: settled.key }, properties.keySchemaId, key, context);
  checkSinkSchema({ topic, isKey: false, format: settled.value }, properties.valueSchemaId, value, context);
  return settled;
}

interface SinkParts {
  readonly topic: string;
  readonly formats: SideFormats;
  readonly properties: WithProperties;
  readonly statementText: string;
  readonly queryId: string;
}

function sinkSource(statement: CreateAsSelect, rows: PersistentRows, parts: SinkParts): Source {
  const { key, value, window } = rows.relation.layout.schema;
  return {
    kind: statement.sourceKind,
    name: statement.name,
    topic: parts.topic,
    keyColumns: key,
    valueColumns: value,
    headerColumns: [],
    keyFormat: parts.formats.key,
    valueFormat: parts.formats.value,
    window,
    timestamp: declaredTimestamp(parts.properties, [...key, ...value]),
    readOnly: false,
    createdBy: parts.queryId,
    statementText: parts.statementText,
    connector: null,
  };
}

function sinkTopic(source: Source, rows: PersistentRows, properties: WithProperties, context: PlannerContext): TopicToCreate | null {
  const [leftMost] = rows.analysis.sources;
  const facts = leftMost === undefined ? null : context.topics.find(leftMost.source.topic);
  if (facts === null) throw new PlanError(`Source topic does not exist: ${leftMost?.source.topic ?? ''}`, { hint: 'Create the topic, or create the source with PARTITIONS.' });
  const inheritsReplicas = flag(context, 'ksql.create.topic.inherit.source.replicas.enabled', true);
  const { window } = rows.analysis;
  return planTopic(
    {
      sourceName: source.name,
      name: source.topic,
      partitions: properties.partitions,
      replicas: properties.replicas,
      retentionMs: properties.retentionMs,
      cleanupPolicy: properties.cleanupPolicy,
      defaults: { partitions: facts.partitions, replicas: inheritsReplicas ? facts.replicas : null, retentionMs: facts.retentionMs },
      windowRetentionMs: window?.retention?.ms ?? null,
      kind: source.kind,
      windowed: source.window !== null,
    },
    context,
  );
}

function checkReplacement(existing: Source, next: Source, plan: PersistentPlan, context: PlannerContext): void {
  checkReplaceable(existing, next);
  checkQueryReplaceable(existing, plan, context);
}

interface ChangeParts {
  readonly statement: CreateAsSelect;
  readonly source: Source;
  readonly plan: PersistentPlan;
  readonly rows: PersistentRows;
  readonly created: TopicToCreate | null;
  readonly replaced: Source | null;
  readonly context: PlannerContext;
}

function changeOf({ source, plan, created, replaced, context }: ChangeParts): PlannedChange {
  const { queryId, statementText } = plan;
  const query: PersistentQuery = {
    id: queryId, kind: 'CREATE_AS', sources: plan.sources, sink: source.name, statementText, plan, paused: false,
  };
  return plannedChange({
    statement: 'createAsSelect',
    changes: [{ kind: 'putSource', source }, { kind: 'putQuery', query }],
    topics: created === null ? [] : [created],
    subjects: subjectsOf(
      source.name,
      source.topic,
      [
        { isKey: true, format: source.keyFormat, columns: source.keyColumns, inferred: false },
        { isKey: false, format: source.valueFormat, columns: source.valueColumns, inferred: false },
      ],
      context,
    ),
    start: plan,
    replaces: replaced !== null && context.catalog.queries.has(queryId) ? queryId : null,
    entity: source.name,
    queryId,
    message: `Created query with ID ${queryId}`,
    statementText,
  });
}
