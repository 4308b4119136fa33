import type { FastifyInstance } from 'fastify';
import { RequestError } from '../../errors/index.js';
import { sendFailure } from '../answer.js';
import { CLOSE_QUERY_BODY } from '../bodies.js';
import { parseBody } from '../read-body.js';
import { readText } from '../read-text.js';
import type { RouteContext } from './context.js';

/** POST /close-query: ends a push query of this server. */
export function closeQueryRoute(app: FastifyInstance, { engine }: RouteContext): void {
  app.post('/close-query', async (request, reply) => {
    try {
      const queryId = CLOSE_QUERY_BODY.queryId.of(parseBody(await readText(request.raw, request.maxBodyBytes))) ?? '';
      if (!(await engine.closeQuery(queryId, request.guard))) throw new RequestError('BAD_REQUEST', `No query with id ${queryId}`, { hint: 'It may have ended, or run on another server.' });
      return await reply.code(200).send();
    } catch (error) {
      return sendFailure(reply, error);
    }
  });
}
