import type { FastifyReply } from 'fastify';
import { RequestError } from '../errors/index.js';
import { errorBody } from './error-body.js';
import { V1_JSON } from './media-types.js';

const RETRY_AFTER_SECONDS = '1';

/** A whole JSON answer. */
export function sendJson(reply: FastifyReply, body: unknown, type: string = V1_JSON): FastifyReply {
  return reply.header('content-type', type).send(JSON.stringify(body));
}

/** An error as the whole answer. */
export function sendFailure(reply: FastifyReply, error: unknown, type: string = V1_JSON): FastifyReply {
  const { status, body } = errorBody(error);
  if (status === 429 || status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
  // What a client still sends of a body that was refused must not be taken for its next request.
  if (error instanceof RequestError && error.code === 'TOO_LARGE' && reply.request.raw.httpVersionMajor === 1) void reply.header('connection', 'close');
  return reply.code(status).header('content-type', type).send(JSON.stringify(body));
}
