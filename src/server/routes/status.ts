import type { FastifyInstance } from 'fastify';
import { RequestError } from '../../errors/index.js';
import { sendFailure, sendJson } from '../answer.js';
import type { RouteContext } from './context.js';

const TYPES: ReadonlySet<string> = new Set(['topic', 'stream', 'table', 'terminate', 'cluster', 'type', 'pause', 'resume']);
const ACTIONS: ReadonlySet<string> = new Set(['create', 'drop', 'execute', 'alter', 'terminate']);

/** GET /status and /status/{type}/{entity}/{action}: what became of commands. */
export function statusRoutes(app: FastifyInstance, { engine }: RouteContext): void {
  app.get('/status', async (request, reply) => sendJson(reply, { commandStatuses: Object.fromEntries(engine.commandStatuses(request.guard)) }));
  app.get<{ Params: { type: string; entity: string; action: string } }>('/status/:type/:entity/:action', async (request, reply) => {
    const { type, entity, action } = request.params;
    if (!TYPES.has(type.toLowerCase()) || !ACTIONS.has(action.toLowerCase())) {
      return sendFailure(reply, new RequestError('SERVER', `${type}/…/${action} is not a command id`, { hint: 'Command ids read like stream/`NAME`/create.' }));
    }
    const status = engine.commandStatus(`${type.toLowerCase()}/${entity}/${action.toLowerCase()}`, request.guard);
    return status === null ? sendFailure(reply, new RequestError('NOT_FOUND', 'Command not found')) : sendJson(reply, status);
  });
}
