import type { FastifyInstance } from 'fastify';
import { sendJson } from '../answer.js';
import { JSON_TYPE } from '../media-types.js';
import type { RouteContext } from './context.js';

/** GET /healthcheck, /livez, /readyz, /startupz, /chc/*, /metrics: how the server is. */
export function healthRoutes(app: FastifyInstance, { engine, metrics, streams }: RouteContext): void {
  app.get('/healthcheck', async (_request, reply) => {
    const health = engine.health();
    const details = {
      metastore: { isHealthy: health.metastore },
      kafka: { isHealthy: health.broker },
      commandRunner: { isHealthy: health.commandRunner },
    };
    const isHealthy = health.metastore && health.broker && health.commandRunner;
    return sendJson(reply, { isHealthy, details, serverState: health.ready ? 'READY' : 'ERROR' });
  });
  app.get('/livez', async (_request, reply) => sendJson(reply, { alive: true }, JSON_TYPE));
  for (const path of ['/readyz', '/startupz']) {
    app.get(path, async (_request, reply) => {
      const { ready, reasons } = engine.health();
      return sendJson(reply.code(ready ? 200 : 503), { ready, reasons }, JSON_TYPE);
    });
  }
  for (const path of ['/chc/ready', '/chc/live']) app.get(path, async (_request, reply) => sendJson(reply, {}, JSON_TYPE));
  app.get('/metrics', async (_request, reply) => reply.header('content-type', metrics.contentType).send(await metrics.text(engine, streams.size)));
}
