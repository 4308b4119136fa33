import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessGuard } from '../engine/index.js';
import { sendFailure } from './answer.js';
import type { Entrance } from './entrance.js';
import type { InputLimits } from './input-limits.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the caller may do; null: everything, as nobody is asked who they are. */
    guard: AccessGuard | null;
    /** Longest body that is read as a whole. */
    maxBodyBytes: number;
  }
}

function subjectOf(request: FastifyRequest): string | undefined {
  const { params } = request;
  return typeof params === 'object' && params !== null && 'subject' in params && typeof params.subject === 'string' ? params.subject : undefined;
}

/** Everything that comes to a route of the framework passes the entrance first. */
export function letIn(app: FastifyInstance, entrance: Entrance, { bodyBytes }: InputLimits): void {
  const { door } = entrance;
  app.decorateRequest('guard', null);
  app.decorateRequest('maxBodyBytes', bodyBytes);
  const refuse = (reply: FastifyReply, error: unknown): void => void sendFailure(reply, error, undefined, door.challenge);
  app.addHook('onRequest', (request, reply, done) => {
    const enter = (guard: AccessGuard | null): void => {
      request.guard = guard;
      done();
    };
    const allowed = door.origins.preflight(request.raw.method, request.headers.origin, request.headers['access-control-request-method']);
    if (allowed !== null) {
      void reply.code(204).headers(allowed).send();
      return;
    }
    try {
      const guard = entrance.admit(request.raw, reply.raw, request.routeOptions.url, subjectOf(request));
      if (guard instanceof Promise) guard.then(enter, (error: unknown) => refuse(reply, error));
      else enter(guard);
    } catch (error) {
      refuse(reply, error);
    }
  });
}
