import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';
import { sendFailure } from './answer.js';
import { V1_JSON } from './media-types.js';
import type { RequestHandler } from './protocol-switch.js';
import { backupRoute } from './routes/backup.js';
import { bulkRoutes } from './routes/bulk.js';
import { clusterRoutes } from './routes/cluster.js';
import { closeQueryRoute } from './routes/close-query.js';
import type { RouteContext } from './routes/context.js';
import { healthRoutes } from './routes/health.js';
import { informationRoutes } from './routes/information.js';
import { insertsStreamRoute } from './routes/inserts-stream.js';
import { ksqlRoute } from './routes/ksql.js';
import { QueryEndpoint, queryRoutes } from './routes/query.js';
import { registryRoutes } from './routes/registry.js';
import { peerPullRoute } from './routes/peer-pull.js';
import { openApiRoute } from './routes/openapi.js';
import { statusRoutes } from './routes/status.js';
import { terminateRoute } from './routes/terminate.js';
import { Entrance } from './entrance.js';
import { letIn } from './let-in.js';

const NOT_FOUND = '<html><body><h1>Resource not found</h1></body></html>';
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const;

export interface App {
  readonly handler: RequestHandler;
  /** Every route, as `METHOD /path/:parameter`; those that only refuse a method are left out. */
  readonly routes: readonly string[];
  /** From now on requests are refused, save those that ask how the server is. */
  drain(): void;
  close(): Promise<void>;
}

const routes = [ksqlRoute, terminateRoute, insertsStreamRoute, closeQueryRoute, statusRoutes, informationRoutes, healthRoutes, clusterRoutes, peerPullRoute, registryRoutes, bulkRoutes, backupRoute];

/** Where the queries come from a file: how the server is, and a copy of its data. */
const headlessRoutes = [informationRoutes, healthRoutes, backupRoute];

// A path that exists answers other methods with 405; nothing else is known to be there.
function addRoutes(app: FastifyInstance, context: RouteContext, queries: QueryEndpoint): readonly string[] {
  const taken = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = taken.get(url) ?? new Set<string>();
    for (const each of [method].flat()) methods.add(each.toUpperCase());
    taken.set(url, methods);
  });
  if (context.headless === true) for (const route of headlessRoutes) route(app, context);
  else {
    for (const route of routes) route(app, context);
    queryRoutes(app, { queries });
  }
  openApiRoute(app, context, () => known);
  const known: readonly string[] = [...taken].flatMap(([url, methods]) => [...methods].filter((method) => method !== 'HEAD').map((method) => `${method} ${url}`));
  for (const [url, methods] of taken) {
    const others = METHODS.filter((method) => !methods.has(method) && !(method === 'HEAD' && methods.has('GET')));
    app.route({ method: [...others], url, handler: async (_request, reply) => reply.code(405).send() });
  }
  return known;
}

/** The routes as one request handler; the caller owns ports and protocols. */
export async function createApp(context: RouteContext): Promise<App> {
  let captured: ((request: IncomingMessage, response: ServerResponse) => void) | null = null;
  const app = fastify({
    logger: false,
    routerOptions: { maxParamLength: 1024 },
    serverFactory: (handler) => {
      captured = handler;
      return createServer();
    },
  });
  // Each route reads its body itself: some as a whole, some as it comes.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
  app.setErrorHandler((error: { readonly statusCode?: number; readonly message: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).header('content-type', V1_JSON).send(JSON.stringify({ '@type': 'generic_error', error_code: status * 100, message: error.message }));
    context.logger.error('A request failed', { error: error.message });
    return sendFailure(reply, error);
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).header('content-type', 'text/html').send(NOT_FOUND));
  const entrance = new Entrance(context.door, context.settings.number('millrace.server.max.concurrent.requests'));
  const queries = new QueryEndpoint(context, entrance);
  letIn(app, entrance, context.limits);
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    context.metrics.observe('http_request_duration_seconds', { route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });
  const known = addRoutes(app, context, queries);
  await app.ready();
  return {
    routes: known,
    handler: (request, response) => {
      const path = context.headless === true ? null : QueryEndpoint.pathOf(request);
      if (path !== null) {
        queries.handle(path, request, response);
        return;
      }
      // Both kinds of request and response have the members that the routes use; the framework's types name only HTTP/1.
      captured?.(request as IncomingMessage, response as ServerResponse);
    },
    drain: () => entrance.drain(),
    close: () => app.close(),
  };
}
