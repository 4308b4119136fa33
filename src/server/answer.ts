import type { FastifyReply } from 'fastify';
import { V1_JSON } from './media-types.js';
import { failureOf } from './failure.js';

/** A whole JSON answer. */
export function sendJson(reply: FastifyReply, body: unknown, type: string = V1_JSON): FastifyReply {
  return reply.header('content-type', type).send(JSON.stringify(body));
}

/** An error as the whole answer. */
export function sendFailure(reply: FastifyReply, error: unknown, type: string = V1_JSON, challenge = ''): FastifyReply {
  const { status, headers, text } = failureOf(error, { type, httpVersion: reply.request.raw.httpVersionMajor, challenge });
  return reply.code(status).headers(headers).send(text);
}
