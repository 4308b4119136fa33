import type { FastifyInstance } from 'fastify';
import { RequestError } from '../../errors/index.js';
import { errorBody } from '../error-body.js';
import { V1_JSON } from '../media-types.js';
import type { RouteContext } from './context.js';

/** GET /status and /status/{type}/{entity}/{action}: what became of commands. */
export function statusRoutes(app: FastifyInstance, { engine }: RouteContext): void {
  app.get('/status', async (_request, reply) =>
    reply.type(V1_JSON).send(JSON.stringify({ commandStatuses: Object.fromEntries(engine.commandStatuses()) })),
  );
  app.get<{ Params: { type: string; entity: string; action: string } }>('/status/:type/:entity/:action', async (request, reply) => {
    const { type, entity, action } = request.params;
    const status = engine.commandStatus(`${type}/${entity}/${action}`);
    if (status !== null) return reply.type(V1_JSON).send(JSON.stringify(status));
    const failure = errorBody(new RequestError('NOT_FOUND', 'Command not found'));
    return reply.code(failure.status).type(V1_JSON).send(JSON.stringify(failure.body));
  });
}
