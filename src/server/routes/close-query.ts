import type { FastifyInstance } from 'fastify';
import { RequestError } from '../../errors/index.js';
import { errorBody } from '../error-body.js';
import { JSON_TYPE } from '../media-types.js';
import { parseBody, stringField } from '../read-body.js';
import type { RouteContext } from './context.js';

/** POST /close-query: ends a push query of this server. */
export function closeQueryRoute(app: FastifyInstance, { engine }: RouteContext): void {
  app.post<{ Body: string }>('/close-query', async (request, reply) => {
    try {
      const queryId = stringField(parseBody(request.body), 'queryId') ?? '';
      if (!(await engine.closeQuery(queryId))) throw new RequestError('BAD_REQUEST', `No query with id ${queryId}`);
      return await reply.code(200).send();
    } catch (error) {
      const failure = errorBody(error);
      return reply.code(failure.status).type(JSON_TYPE).send(JSON.stringify(failure.body));
    }
  });
}
