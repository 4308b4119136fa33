import type { Entity, FieldInfo, SchemaInfo, SourceDescription } from '../../src/api/index.js';

export interface ShownTable {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
}
/** An answer for people: text, or a table. */
export type Shown = { readonly text: string } | ShownTable;

function table(names: readonly string[], rows: readonly (readonly (string | number | boolean | null | undefined)[])[]): ShownTable {
  return {
    columns: names.map((name) => ({ name, type: 'STRING' })),
    rows: rows.map((row) => row.map((cell) => (cell === null || cell === undefined ? null : String(cell)))),
  };
}

function typeText(schema: SchemaInfo): string {
  switch (schema.type) {
    case 'ARRAY':
      return `ARRAY<${schema.memberSchema === null ? '' : typeText(schema.memberSchema)}>`;
    case 'MAP':
      return `MAP<STRING, ${schema.memberSchema === null ? '' : typeText(schema.memberSchema)}>`;
    case 'STRUCT':
      return `STRUCT<${(schema.fields ?? []).map((field) => `${field.name} ${typeText(field.schema)}`).join(', ')}>`;
    case 'DECIMAL':
      return `DECIMAL(${schema.parameters?.['precision'] ?? ''}, ${schema.parameters?.['scale'] ?? ''})`;
    default:
      return schema.type;
  }
}

const role = (field: FieldInfo, type: 'STREAM' | 'TABLE'): string =>
  field.type === 'KEY' ? (type === 'TABLE' ? ' (primary key)' : ' (key)') : field.type === 'HEADER' ? ` (header${field.headerKey === undefined ? 's' : ` '${field.headerKey}'`})` : '';

function sourceText(source: SourceDescription): string {
  const width = Math.max(5, ...source.fields.map((field) => field.name.length));
  const lines = source.fields.map((field) => ` ${field.name.padEnd(width)} | ${typeText(field.schema)}${role(field, source.type)}`);
  const head = `Name : ${source.name}\n${source.extended ? `Type : ${source.type}\nTopic : ${source.topic} (partitions: ${source.partitions}, replication: ${source.replication})\nKey format : ${source.keyFormat}\nValue format : ${source.valueFormat}\nStatement : ${source.statement}\n` : ''}`;
  const queries = (title: string, list: SourceDescription['readQueries']): string =>
    source.extended && list.length > 0 ? `\n${title}\n${list.map((query) => ` ${query.id} (${query.state}) : ${query.queryString}`).join('\n')}` : '';
  const lag = source.queryOffsetSummaries.flatMap((summary) =>
    summary.topicSummaries.flatMap((topic) => topic.offsets.map((each) => ` ${summary.groupId} ${topic.kafkaTopic}-${each.partition}: ${each.consumerOffset} of ${each.logEndOffset}`)),
  );
  const tail = `${queries('Queries that read from this ' + source.type, source.readQueries)}${queries('Queries that write to this ' + source.type, source.writeQueries)}`;
  return `${head} ${'Field'.padEnd(width)} | Type\n ${'-'.repeat(width + 12)}\n${lines.join('\n')}${tail}${lag.length > 0 ? `\nConsumed\n${lag.join('\n')}` : ''}${source.statistics === '' ? '' : `\n${source.statistics}`}`;
}

/** An entity as it is shown on a screen. */
export function showEntity(entity: Entity): Shown {
  switch (entity['@type']) {
    case 'currentStatus':
      return { text: entity.commandStatus.message };
    case 'warning_entity':
      return { text: entity.message };
    case 'properties':
      return table(['Property', 'Value', 'Editable'], entity.properties.map((each) => [each.name, each.value, each.editable]));
    case 'streams':
      return table(['Stream', 'Topic', 'Key format', 'Value format', 'Windowed'], entity.streams.map((each) => [each.name, each.topic, each.keyFormat, each.valueFormat, each.isWindowed]));
    case 'tables':
      return table(['Table', 'Topic', 'Key format', 'Value format', 'Windowed'], entity.tables.map((each) => [each.name, each.topic, each.keyFormat, each.valueFormat, each.isWindowed]));
    case 'kafka_topics':
      return table(['Topic', 'Partitions', 'Replicas'], entity.topics.map((each) => [each.name, each.replicaInfo.length, each.replicaInfo[0]]));
    case 'kafka_topics_extended':
      return table(['Topic', 'Partitions', 'Replicas', 'Consumers', 'Groups'], entity.topics.map((each) => [each.name, each.replicaInfo.length, each.replicaInfo[0], each.consumerCount, each.consumerGroupCount]));
    case 'queries':
      return table(['Query', 'Type', 'State', 'Sink', 'SQL'], entity.queries.map((each) => [each.id, each.queryType, each.state, each.sinks.join(','), each.queryString]));
    case 'function_names':
      return table(['Function', 'Type', 'Category'], entity.functions.map((each) => [each.name, each.type, each.category]));
    case 'variables':
      return table(['Variable', 'Value'], entity.variables.map((each) => [each.name, each.value]));
    case 'type_list':
      return table(['Type', 'Schema'], Object.entries(entity.types).map(([name, schema]) => [name, typeText(schema)]));
    case 'connector_list':
      return table(['Connector', 'Type', 'Class', 'State'], entity.connectors.map((each) => [each.name, each.type, each.className, each.state]));
    case 'connector_plugins_list':
      return table(['Class', 'Type', 'Version'], entity.connectorsPlugins.map((each) => [each.className, each.type, each.version]));
    case 'sourceDescription':
      return { text: sourceText(entity.sourceDescription) };
    case 'source_descriptions':
      return { text: entity.sourceDescriptions.map(sourceText).join('\n\n') };
    case 'describe_function':
      return { text: [`Name : ${entity.name}`, `Type : ${entity.type}`, entity.description, ...entity.functions.map((each) => ` ${entity.name}(${each.arguments.map((argument) => `${argument.name} ${argument.type}${argument.isVariadic ? '...' : ''}`).join(', ')}) → ${each.returnType}`)].join('\n') };
    case 'queryDescription':
      return { text: `${entity.queryDescription.executionPlan}\n\n${entity.queryDescription.topology}` };
    case 'query_descriptions':
      return { text: entity.queryDescriptions.map((each) => `${each.id} (${each.state ?? ''})\n${each.statementText}\n${each.executionPlan}`).join('\n\n') };
    case 'terminate_query':
      return { text: entity.wasTerminated ? `Query ${entity.queryId} terminated.` : `Query ${entity.queryId} was not running.` };
    case 'assert_topic':
      return { text: `Topic ${entity.topicName} ${entity.exists ? 'exists' : 'does not exist'}.` };
    case 'assert_schema':
      return { text: `Schema ${entity.subject ?? ''}${entity.id === null ? '' : ` ${entity.id}`} ${entity.exists ? 'exists' : 'does not exist'}.` };
    case 'connector_info':
      return { text: `Created connector ${entity.info.name}` };
    case 'connector_description':
      return { text: `${entity.status.name} (${entity.connectorClass}): ${entity.status.connector.state}` };
    case 'drop_connector':
      return { text: `Dropped connector "${entity.connectorName}"` };
  }
}
