import type { FastifyInstance } from 'fastify';
import { sendJson } from '../answer.js';
import { JSON_TYPE } from '../media-types.js';
import { openApi } from '../openapi.js';
import type { RouteContext } from './context.js';

/** GET /openapi.json: what this server answers to, for tools and people. `routes` is asked when all of them are known. */
export function openApiRoute(app: FastifyInstance, { engine }: RouteContext, routes: () => readonly string[]): void {
  app.get('/openapi.json', async (_request, reply) => sendJson(reply, openApi(routes(), engine.info().version), JSON_TYPE));
}
