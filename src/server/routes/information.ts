import type { FastifyInstance } from 'fastify';
import type { ServerInfo } from '../../api/index.js';
import { V1_JSON, JSON_TYPE } from '../media-types.js';
import type { RouteContext } from './context.js';

/** GET /, /info, /healthcheck, /livez, /readyz, /chc/*, /v1/metadata, /is_valid_property, /metrics: what the server is and how it is. */
export function informationRoutes(app: FastifyInstance, { engine, isValidProperty, metrics }: RouteContext): void {
  app.get('/', async (_request, reply) => reply.redirect('/info', 307));
  app.get('/info', async (_request, reply) => {
    const info = engine.info();
    const body: ServerInfo = {
      KsqlServerInfo: { version: info.version, kafkaClusterId: info.clusterId, ksqlServiceId: info.serviceId, serverStatus: info.state },
    };
    return reply.type(V1_JSON).send(JSON.stringify(body));
  });
  app.get('/healthcheck', async (_request, reply) => {
    const health = engine.health();
    const details = {
      metastore: { isHealthy: health.metastore },
      kafka: { isHealthy: health.broker },
      commandRunner: { isHealthy: health.commandRunner },
    };
    const isHealthy = health.metastore && health.broker && health.commandRunner;
    return reply.type(V1_JSON).send(JSON.stringify({ isHealthy, details, serverState: isHealthy ? 'READY' : 'DEGRADED' }));
  });
  app.get('/livez', async (_request, reply) => reply.type(JSON_TYPE).send('{"alive":true}'));
  app.get('/readyz', async (_request, reply) => {
    const { ready, reasons } = engine.health();
    return reply.code(ready ? 200 : 503).type(JSON_TYPE).send(JSON.stringify({ ready, reasons }));
  });
  for (const path of ['/chc/ready', '/chc/live']) app.get(path, async (_request, reply) => reply.type(JSON_TYPE).send('{}'));
  app.get('/v1/metadata', async (_request, reply) => {
    const info = engine.info();
    return reply.type(JSON_TYPE).send(JSON.stringify({ version: info.version, clusterId: clusterId(info.clusterId, info.serviceId) }));
  });
  app.get('/v1/metadata/id', async (_request, reply) => {
    const info = engine.info();
    return reply.type(JSON_TYPE).send(JSON.stringify(clusterId(info.clusterId, info.serviceId)));
  });
  app.get<{ Params: { name: string } }>('/is_valid_property/:name', async (request, reply) => {
    if (isValidProperty(request.params.name)) return reply.type(V1_JSON).send('true');
    const body = { '@type': 'generic_error', error_code: 40000, message: `The property ${request.params.name} is not valid` };
    return reply.code(400).type(V1_JSON).send(JSON.stringify(body));
  });
  app.get('/metrics', async (_request, reply) => reply.type('text/plain; version=0.0.4').send(await metrics()));
}

function clusterId(kafka: string, ksql: string): object {
  return { id: '', scope: { path: [], clusters: { 'kafka-cluster': kafka, 'ksql-cluster': ksql } } };
}
