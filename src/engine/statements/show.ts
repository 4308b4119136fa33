import type { Entity } from '../../api/index.js';
import { assertNever } from '../../errors/index.js';
import { functionSummaries } from '../../functions/index.js';
import type { ShowStatement } from '../../parser/index.js';
import { findProperty } from '../config/property-table.js';
import { shownValue } from '../config/settings.js';
import type { RequestStatement } from '../request.js';
import { listConnectorPlugins, listConnectors } from './connectors.js';
import { describeQueries } from './query-description.js';
import { runningQueries } from './running-queries.js';
import { schemaInfo } from './schema-info.js';
import type { StatementServices } from './services.js';
import { describeSource } from './source-description.js';

function properties(from: RequestStatement, services: StatementServices): Entity {
  const settings = services.settings.withOverrides(from.overrides);
  const shown = [...settings.effective()]
    .filter(([name]) => findProperty(name) !== null)
    .map(([name, value]) => {
      const definition = findProperty(name);
      return {
        name: definition?.scope === 'streams' ? `ksql.streams.${name}` : name,
        scope: 'KSQL',
        value: shownValue(name, value),
        editable: definition?.settable === true && (definition.level === 'QUERY' || definition.scope === 'streams'),
        level: definition?.level ?? 'SERVER',
      };
    })
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  return {
    '@type': 'properties',
    statementText: from.text,
    warnings: [],
    properties: shown,
    overwrittenProperties: [...from.overrides.keys()],
    defaultProperties: shown.map((each) => each.name).filter((name) => settings.origin(name) === 'default'),
  };
}

async function topics(all: boolean, extended: boolean, from: RequestStatement, services: StatementServices): Promise<Entity> {
  const hidden = services.settings.list('ksql.hidden.topics').map((pattern) => new RegExp(`^(?:${pattern})$`));
  const listed = (await services.broker.admin.listTopics())
    .filter((topic) => all || !hidden.some((pattern) => pattern.test(topic.name)))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const base = listed.map((topic) => ({ name: topic.name, replicaInfo: Array.from({ length: topic.partitions }, () => topic.replicas) }));
  const common = { statementText: from.text, warnings: [] };
  if (!extended) return { '@type': 'kafka_topics', ...common, topics: base };
  const readers = (name: string): number =>
    [...services.catalog().queries.values()].filter((query) => query.sources.some((source) => services.catalog().sources.get(source)?.topic === name)).length;
  return {
    '@type': 'kafka_topics_extended',
    ...common,
    topics: base.map((topic) => ({ ...topic, consumerCount: readers(topic.name), consumerGroupCount: readers(topic.name) })),
  };
}

async function sources(kind: 'STREAM' | 'TABLE', extended: boolean, from: RequestStatement, services: StatementServices): Promise<Entity> {
  const common = { statementText: from.text, warnings: [] };
  const found = [...services.catalog().sources.values()].filter((source) => source.kind === kind).sort((left, right) => (left.name < right.name ? -1 : 1));
  if (extended) {
    const sourceDescriptions = [];
    for (const source of found) sourceDescriptions.push(await describeSource(source, true, services));
    return { '@type': 'source_descriptions', ...common, sourceDescriptions };
  }
  const rows = found.map((source) => ({
    type: source.kind,
    name: source.name,
    topic: source.topic,
    keyFormat: source.keyFormat.name,
    valueFormat: source.valueFormat.name,
    isWindowed: source.window !== null,
  }));
  return kind === 'STREAM' ? { '@type': 'streams', ...common, streams: rows } : { '@type': 'tables', ...common, tables: rows };
}

/** SHOW and LIST. */
export async function show(statement: ShowStatement, from: RequestStatement, services: StatementServices): Promise<Entity> {
  const common = { statementText: from.text, warnings: [] };
  switch (statement.what) {
    case 'PROPERTIES':
      return properties(from, services);
    case 'TOPICS':
    case 'ALL TOPICS':
      return topics(statement.what === 'ALL TOPICS', statement.extended, from, services);
    case 'STREAMS':
    case 'TABLES':
      return sources(statement.what === 'STREAMS' ? 'STREAM' : 'TABLE', statement.extended, from, services);
    case 'FUNCTIONS':
      return { '@type': 'function_names', ...common, functions: functionSummaries(services.functions) };
    case 'CONNECTORS':
    case 'SOURCE CONNECTORS':
    case 'SINK CONNECTORS':
      return listConnectors(statement.what, from, services);
    case 'CONNECTOR PLUGINS':
      return listConnectorPlugins(from, services);
    case 'TYPES': {
      const types = [...services.catalog().types].map(([name, type]) => [name, schemaInfo(type)] as const);
      return { '@type': 'type_list', ...common, types: Object.fromEntries(types) };
    }
    case 'VARIABLES':
      return { '@type': 'variables', ...common, variables: [...from.variables].map(([name, value]) => ({ name, value: shownValue(name, value) })) };
    case 'QUERIES':
      if (statement.extended) return { '@type': 'query_descriptions', ...common, queryDescriptions: await describeQueries(services) };
      return { '@type': 'queries', ...common, queries: await runningQueries(services) };
    default:
      return assertNever(statement.what);
  }
}
