import type { FastifyInstance } from 'fastify';
import type { ServerInfo } from '../../api/index.js';
import { RequestError } from '../../errors/index.js';
import { sendFailure, sendJson } from '../answer.js';
import { JSON_TYPE } from '../media-types.js';
import type { RouteContext } from './context.js';

function clusterId(kafka: string, ksql: string): object {
  return { id: '', scope: { path: [], clusters: { 'kafka-cluster': kafka, 'ksql-cluster': ksql } } };
}

/** GET /, /info, /v1/metadata, /is_valid_property: what the server is and takes. */
export function informationRoutes(app: FastifyInstance, { engine, isValidProperty }: RouteContext): void {
  app.get('/', async (_request, reply) => reply.redirect('/info', 307));
  app.get('/info', async (_request, reply) => {
    const info = engine.info();
    const body: ServerInfo = {
      KsqlServerInfo: { version: info.version, kafkaClusterId: info.clusterId, ksqlServiceId: info.serviceId, serverStatus: info.state },
    };
    return sendJson(reply, body);
  });
  app.get('/v1/metadata', async (_request, reply) => {
    const info = engine.info();
    return sendJson(reply, { version: info.version, clusterId: clusterId(info.clusterId, info.serviceId) }, JSON_TYPE);
  });
  app.get('/v1/metadata/id', async (_request, reply) => {
    const info = engine.info();
    return sendJson(reply, clusterId(info.clusterId, info.serviceId), JSON_TYPE);
  });
  app.get<{ Params: { name: string } }>('/is_valid_property/:name', async (request, reply) => {
    const { name } = request.params;
    return isValidProperty(name) ? sendJson(reply, true) : sendFailure(reply, new RequestError('BAD_REQUEST', `One or more properties overrides set locally are prohibited by the KSQL server (use UNSET to reset their default value): [${name}]`));
  });
}
