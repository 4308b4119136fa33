import type { FastifyInstance } from 'fastify';
import { sendFailure, sendJson } from '../answer.js';
import { TERMINATE_BODY } from '../bodies.js';
import { parseBody } from '../read-body.js';
import { readText } from '../read-text.js';
import type { RouteContext } from './context.js';

/** POST /ksql/terminate: ends the whole service and deletes what belongs to it. */
export function terminateRoute(app: FastifyInstance, { engine }: RouteContext): void {
  app.post('/ksql/terminate', async (request, reply) => {
    try {
      const text = await readText(request.raw, request.maxBodyBytes);
      const topics = text.trim() === '' ? [] : TERMINATE_BODY.deleteTopicList.of(parseBody(text));
      return sendJson(reply, [await engine.terminate(topics)]);
    } catch (error) {
      return sendFailure(reply, error);
    }
  });
}
