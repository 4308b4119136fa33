import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessGuard } from '../engine/index.js';
import { RequestError } from '../errors/index.js';
import { sendFailure } from './answer.js';
import type { RouteContext } from './routes/context.js';
import { visitOf } from './security/visit.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the caller may do; null: everything, as nobody is asked who they are. */
    guard: AccessGuard | null;
  }
}

function subjectOf(request: FastifyRequest): string | undefined {
  const { params } = request;
  return typeof params === 'object' && params !== null && 'subject' in params && typeof params.subject === 'string' ? params.subject : undefined;
}

/** Everything that comes to a route passes here first: the door, and the refusals of a server that is closing. */
export function letIn(app: FastifyInstance, { door }: RouteContext, isDraining: () => boolean): void {
  app.decorateRequest('guard', null);
  const refuse = (reply: FastifyReply, error: unknown): void => {
    if (error instanceof RequestError && error.code === 'UNAUTHENTICATED') void reply.header('www-authenticate', door.challenge);
    void sendFailure(reply, error);
  };
  app.addHook('onRequest', (request, reply, done) => {
    const enter = (guard: AccessGuard | null): void => {
      request.guard = guard;
      if (!isDraining() || request.raw.method === 'GET') {
        done();
        return;
      }
      if (request.raw.httpVersionMajor === 1) void reply.header('connection', 'close');
      refuse(reply, new RequestError('SHUTTING_DOWN', 'The server is shutting down'));
    };
    const { origin } = request.headers;
    const allowed = door.origins.preflight(request.raw.method, origin, request.headers['access-control-request-method']);
    if (allowed !== null) {
      void reply.code(204).headers(allowed).send();
      return;
    }
    // On the answer itself, as rows are written past the framework.
    for (const [name, value] of origin === undefined ? [] : Object.entries(door.origins.answerHeaders(origin))) reply.raw.setHeader(name, value);
    try {
      const guard = door.admit(visitOf(request.raw, request.routeOptions.url, { subject: subjectOf(request) }));
      if (guard instanceof Promise) guard.then(enter, (error: unknown) => refuse(reply, error));
      else enter(guard);
    } catch (error) {
      refuse(reply, error);
    }
  });
}
