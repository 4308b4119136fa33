import type { FastifyInstance } from 'fastify';
import { sendFailure, sendJson } from '../answer.js';
import { JSON_TYPE, negotiate, V1_JSON } from '../media-types.js';
import { readSqlRequest } from '../read-request.js';
import { readText } from '../read-text.js';
import type { RouteContext } from './context.js';

/** POST /ksql: statements. */
export function ksqlRoute(app: FastifyInstance, { engine, limits }: RouteContext): void {
  app.post('/ksql', async (request, reply) => {
    const type = negotiate(request.headers.accept, V1_JSON, [V1_JSON, JSON_TYPE]);
    if (type === null) return reply.code(406).send();
    try {
      const { sql, session } = readSqlRequest(await readText(request.raw, request.maxBodyBytes), { limits, guard: request.guard });
      return sendJson(reply, await engine.execute(sql, session), type);
    } catch (error) {
      return sendFailure(reply, error, type);
    }
  });
}
