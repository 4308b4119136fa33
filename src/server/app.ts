import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';
import { errorBody } from './error-body.js';
import { V1_JSON } from './media-types.js';
import type { RequestHandler } from './protocol-switch.js';
import { closeQueryRoute } from './routes/close-query.js';
import type { RouteContext } from './routes/context.js';
import { informationRoutes } from './routes/information.js';
import { ksqlRoute } from './routes/ksql.js';
import { queryRoutes } from './routes/query.js';
import { statusRoutes } from './routes/status.js';

const BODY_LIMIT = 8 * 1024 * 1024;
const NOT_FOUND = '<html><body><h1>Resource not found</h1></body></html>';

/** The routes as one request handler; the caller owns ports and protocols. */
export async function createApp(context: RouteContext): Promise<{ readonly handler: RequestHandler; readonly app: FastifyInstance }> {
  let captured: ((request: IncomingMessage, response: ServerResponse) => void) | null = null;
  const app = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: 1024 },
    serverFactory: (handler) => {
      captured = handler;
      return createServer();
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).type(V1_JSON).send(JSON.stringify({ '@type': 'generic_error', error_code: status * 100, message: error.message }));
    context.logger.error('A request failed', { error: error.message });
    const failure = errorBody(error);
    return reply.code(failure.status).type(V1_JSON).send(JSON.stringify(failure.body));
  });
  app.setNotFoundHandler((request, reply) => {
    const known = (['GET', 'POST'] as const).some((method) => app.hasRoute({ method, url: request.url.split('?')[0] ?? '' }));
    return known ? reply.code(405).send() : reply.code(404).type('text/html').send(NOT_FOUND);
  });
  ksqlRoute(app, context);
  queryRoutes(app, context);
  closeQueryRoute(app, context);
  statusRoutes(app, context);
  informationRoutes(app, context);
  await app.ready();
  const route: RequestHandler = (request, response) => {
    // Both kinds of request and response have the members that the routes use; the framework's types name only HTTP/1.
    captured?.(request as IncomingMessage, response as ServerResponse);
  };
  return { handler: route, app };
}
