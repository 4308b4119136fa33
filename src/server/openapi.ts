import { CLOSE_QUERY_BODY, COMPATIBILITY_BODY, INSERTS_HEAD, MODE_BODY, PEER_PULL_BODY, SCHEMA_BODY, SQL_BODY, TERMINATE_BODY } from './bodies.js';
import { bodySchema, type BodyShape, type JsonSchema } from './body-fields.js';
import { DELIMITED, JSON_TYPE, PROTOBUF, V1_JSON } from './media-types.js';
import { routeAccess } from './security/route-access.js';

interface Endpoint {
  readonly summary: string;
  readonly body?: BodyShape;
  /** Of the answer. Default: JSON. */
  readonly types?: readonly string[];
}

const ROWS = [DELIMITED, V1_JSON, JSON_TYPE, PROTOBUF];

/** What each route is for. Paths, parameters and bodies are not said again here: they come from router and readers. */
const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  'GET /': { summary: 'Leads to /info' },
  'POST /ksql': { summary: 'Run statements', body: SQL_BODY, types: [V1_JSON, JSON_TYPE] },
  'POST /ksql/terminate': { summary: 'End the whole service', body: TERMINATE_BODY, types: [V1_JSON] },
  'POST /query': { summary: 'Run one SELECT or PRINT; rows as objects', body: SQL_BODY, types: ROWS },
  'POST /query-stream': { summary: 'Run one SELECT or PRINT; rows as arrays', body: SQL_BODY, types: ROWS },
  'POST /inserts-stream': { summary: 'Insert rows: this line first, then an object a line (HTTP/2)', body: INSERTS_HEAD, types: [DELIMITED, JSON_TYPE] },
  'POST /close-query': { summary: 'End a push query', body: CLOSE_QUERY_BODY },
  'GET /ws/query': { summary: 'One SELECT or PRINT over WebSocket; the request is the parameter `request`' },
  'POST /import': { summary: 'Insert the rows of a file, a line each', types: [JSON_TYPE] },
  'GET /import': { summary: 'How far an import has come', types: [JSON_TYPE] },
  'POST /export': { summary: 'The records of a source or topic as rows', types: [DELIMITED] },
  'GET /backup': { summary: 'The data folder as it is now', types: ['application/octet-stream'] },
  'GET /info': { summary: 'Version, cluster and state' },
  'GET /healthcheck': { summary: 'How the server is' },
  'GET /livez': { summary: 'Whether the process lives', types: [JSON_TYPE] },
  'GET /readyz': { summary: 'Whether requests are served, with reasons', types: [JSON_TYPE] },
  'GET /startupz': { summary: 'Whether the start is over', types: [JSON_TYPE] },
  'GET /chc/ready': { summary: 'As ksqlDB calls it', types: [JSON_TYPE] },
  'GET /chc/live': { summary: 'As ksqlDB calls it', types: [JSON_TYPE] },
  'GET /metrics': { summary: 'Metrics for Prometheus', types: ['text/plain'] },
  'GET /openapi.json': { summary: 'This document', types: [JSON_TYPE] },
  'GET /status': { summary: 'States of all commands' },
  'GET /status/:type/:entity/:action': { summary: 'State of one command' },
  'GET /clusterStatus': { summary: 'Servers, stores and lags' },
  'POST /heartbeat': { summary: 'Server to server' },
  'POST /cluster/pull': { summary: 'Server to server: a pull query over the tasks that are here', body: PEER_PULL_BODY, types: ['text/plain'] },
  'POST /lag': { summary: 'Server to server' },
  'GET /v1/metadata': { summary: 'Version and cluster', types: [JSON_TYPE] },
  'GET /v1/metadata/id': { summary: 'Names of the clusters', types: [JSON_TYPE] },
  'GET /is_valid_property/:name': { summary: 'Whether a request may set it' },
  'POST /subjects/:subject': { summary: 'Look a schema up', body: SCHEMA_BODY },
  'POST /subjects/:subject/versions': { summary: 'Register a schema', body: SCHEMA_BODY },
  'POST /compatibility/subjects/:subject/versions': { summary: 'Check a schema against all versions', body: SCHEMA_BODY },
  'POST /compatibility/subjects/:subject/versions/:version': { summary: 'Check a schema against one version', body: SCHEMA_BODY },
  'PUT /config': { summary: 'Set the compatibility of all subjects', body: COMPATIBILITY_BODY },
  'PUT /config/:subject': { summary: 'Set the compatibility of a subject', body: COMPATIBILITY_BODY },
  'PUT /mode': { summary: 'Set the mode of all subjects', body: MODE_BODY },
  'PUT /mode/:subject': { summary: 'Set the mode of a subject', body: MODE_BODY },
};
const REGISTRY_JSON = 'application/vnd.schemaregistry.v1+json';
const isRegistryPath = (path: string): boolean => /^\/(?:subjects|schemas|config|mode|compatibility|contexts)\b/.test(path);

const ERROR: JsonSchema = {
  type: 'object',
  required: ['@type', 'error_code', 'message'],
  properties: {
    '@type': { enum: ['generic_error', 'statement_error'] },
    error_code: { type: 'integer', description: 'The HTTP status times 100, and a detail' },
    message: { type: 'string' },
    code: { type: 'string' },
    hint: { type: 'string' },
    position: { type: 'object', properties: { line: { type: 'integer' }, column: { type: 'integer' } } },
    statementText: { type: 'string' },
    entities: { type: 'array' },
  },
};
const REGISTRY_ERROR: JsonSchema = { type: 'object', required: ['error_code', 'message'], properties: { error_code: { type: 'integer' }, message: { type: 'string' } } };

function parameters(path: string): readonly object[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function operation(route: string, method: string, path: string): object {
  const isOfRegistry = isRegistryPath(path);
  const { summary, body, types = [isOfRegistry ? REGISTRY_JSON : V1_JSON] } = ENDPOINTS[route] ?? { summary: 'Part of the schema registry' };
  const content = (schema: JsonSchema | null, media: readonly string[]): object => Object.fromEntries(media.map((type) => [type, schema === null ? {} : { schema }]));
  return {
    summary,
    tags: [isOfRegistry ? 'schema registry' : 'sql'],
    parameters: parameters(path),
    ...(body === undefined ? {} : { requestBody: { required: true, content: content(bodySchema(body), isOfRegistry ? [REGISTRY_JSON, JSON_TYPE] : [JSON_TYPE, V1_JSON]) } }),
    responses: {
      '200': { description: 'Done', content: content(null, types) },
      default: { description: 'Refused, or failed', content: content({ $ref: `#/components/schemas/${isOfRegistry ? 'RegistryError' : 'Error'}` }, [isOfRegistry ? REGISTRY_JSON : V1_JSON]) },
    },
    // Public routes need nothing; whether the others do is the server's setting.
    security: routeAccess(method, path) === 'public' ? [{}] : [{}, { basic: [] }, { bearer: [] }, { key: [] }],
  };
}

/** The API as an OpenAPI document: every route of the router, with the schemas by which bodies are read. */
export function openApi(routes: readonly string[], version: string): object {
  const paths = new Map<string, Record<string, object>>();
  for (const route of [...routes, 'GET /ws/query']) {
    const [method = '', path = ''] = route.split(' ');
    const shown = path.replace(/:(\w+)/g, '{$1}');
    const item = paths.get(shown) ?? {};
    item[method.toLowerCase()] = operation(route, method, path);
    paths.set(shown, item);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Millrace', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths: Object.fromEntries([...paths].sort(([left], [right]) => (left < right ? -1 : 1))),
    components: {
      schemas: { Error: ERROR, RegistryError: REGISTRY_ERROR },
      securitySchemes: { basic: { type: 'http', scheme: 'basic' }, bearer: { type: 'http', scheme: 'bearer' }, key: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
    },
  };
}
