import type { ConnectorState, Entity } from '../../api/index.js';
import { createConnectClient, type ConnectClient, type ConnectorTaskState } from '../../connect/index.js';
import { RequestError } from '../../errors/index.js';
import { maskInside, type CreateConnector, type DescribeStatement, type DropConnector, type Literal } from '../../parser/index.js';
import { shownValue } from '../config/settings.js';
import type { RequestStatement } from '../request.js';
import type { StatementServices } from './services.js';
import { describeSource } from './source-description.js';

function client(services: StatementServices): ConnectClient {
  return createConnectClient({
    url: services.settings.text('ksql.connect.url') ?? '',
    timeoutMs: services.settings.number('ksql.connect.request.timeout.ms'),
    credentials: services.settings.text('ksql.connect.basic.auth.user.info'),
  });
}

function literalText(literal: Literal): string {
  switch (literal.kind) {
    case 'null':
      return 'null';
    case 'decimal':
    case 'double':
      return literal.text;
    case 'boolean':
    case 'integer':
    case 'string':
      return String(literal.value);
  }
}

const state = (task: ConnectorTaskState): ConnectorState => ({ state: task.state, worker_id: task.workerId, trace: task.trace });

// What refuses a configuration may quote it.
async function withoutSecrets<T>(config: ReadonlyMap<string, string>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const secrets = [...config].filter(([name, value]) => value !== '' && shownValue(name, value) === '[hidden]').map(([, value]) => value);
    const message = secrets.reduce((text, secret) => text.replaceAll(secret, '[hidden]'), error.message);
    throw new RequestError(error.code, maskInside(message), { hint: error.hint });
  }
}

async function create(statement: CreateConnector, from: RequestStatement, services: StatementServices): Promise<Entity> {
  const connect = client(services);
  const common = { statementText: from.text, warnings: [] };
  if (statement.ifNotExists && (await connect.list()).includes(statement.name)) {
    return { '@type': 'warning_entity', ...common, message: `Connector ${statement.name} already exists` };
  }
  const config = new Map(statement.properties.map((property) => [property.name, literalText(property.value)]));
  const info = await withoutSecrets(config, () => connect.create(statement.name, config));
  const shown = Object.fromEntries([...info.config].map(([name, value]) => [name, shownValue(name, value)]));
  return { '@type': 'connector_info', ...common, info: { name: info.name, config: shown, tasks: info.tasks, type: info.type } };
}

async function drop(statement: DropConnector, from: RequestStatement, services: StatementServices): Promise<Entity> {
  const common = { statementText: from.text, warnings: [] };
  if (await client(services).remove(statement.name)) return { '@type': 'drop_connector', ...common, connectorName: statement.name };
  if (statement.ifExists) return { '@type': 'warning_entity', ...common, message: `Connector '${statement.name}' does not exist.` };
  throw new RequestError('SERVER', `Failed to drop connector: Connector ${statement.name} not found`);
}

/** CREATE and DROP CONNECTOR, through the Connect cluster. */
export async function connectorStatement(statement: CreateConnector | DropConnector, from: RequestStatement, services: StatementServices): Promise<Entity> {
  return statement.kind === 'createConnector' ? create(statement, from, services) : drop(statement, from, services);
}

/** SHOW CONNECTORS. */
export async function listConnectors(what: 'CONNECTORS' | 'SOURCE CONNECTORS' | 'SINK CONNECTORS', from: RequestStatement, services: StatementServices): Promise<Entity> {
  const connect = client(services);
  const wanted = what === 'CONNECTORS' ? null : what.startsWith('SOURCE') ? 'source' : 'sink';
  const connectors = [];
  for (const name of await connect.list()) {
    const status = await connect.status(name);
    if (status === null || (wanted !== null && status.type !== wanted)) continue;
    const running = status.tasks.filter((task) => task.state === 'RUNNING').length;
    connectors.push({
      name,
      type: status.type,
      className: (await connect.config(name))?.get('connector.class') ?? '',
      state: `${status.connector.state} (${running}/${status.tasks.length} tasks RUNNING)`,
    });
  }
  return { '@type': 'connector_list', statementText: from.text, warnings: [], connectors };
}

/** SHOW CONNECTOR PLUGINS. */
export async function listConnectorPlugins(from: RequestStatement, services: StatementServices): Promise<Entity> {
  return { '@type': 'connector_plugins_list', statementText: from.text, warnings: [], connectorsPlugins: await client(services).plugins() };
}

/** DESCRIBE CONNECTOR, with the sources over the topics it uses. */
export async function describeConnector(statement: DescribeStatement, from: RequestStatement, services: StatementServices): Promise<Entity> {
  const connect = client(services);
  const status = await connect.status(statement.name);
  if (status === null) throw new RequestError('SERVER', `Failed to query connector info: Connector ${statement.name} not found`);
  const topics = await connect.topics(statement.name);
  const sources = [];
  for (const source of services.catalog().sources.values()) {
    if (topics.includes(source.topic)) sources.push(await describeSource(source, false, services));
  }
  return {
    '@type': 'connector_description',
    statementText: from.text,
    warnings: [],
    connectorClass: (await connect.config(statement.name))?.get('connector.class') ?? '',
    status: {
      name: status.name,
      connector: state(status.connector),
      tasks: status.tasks.map((task) => ({ ...state(task), id: task.id })),
      type: status.type,
    },
    sources,
    topics,
  };
}
