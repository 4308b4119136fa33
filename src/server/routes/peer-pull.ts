import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PEER_END, peerLine, type QueryResult } from '../../engine/index.js';
import { RequestError } from '../../errors/index.js';
import { sendFailure } from '../answer.js';
import { PEER_PULL_BODY } from '../bodies.js';
import { parseBody } from '../read-body.js';
import { readText } from '../read-text.js';
import { StreamWriter } from '../stream-writer.js';
import type { RouteContext } from './context.js';

async function start({ engine }: RouteContext, http: FastifyRequest): Promise<QueryResult> {
  const body = parseBody(await readText(http.raw, http.maxBodyBytes));
  const queryId = PEER_PULL_BODY.queryId.of(body) ?? '';
  const result = await engine.query(PEER_PULL_BODY.sql.of(body) ?? '', {
    properties: PEER_PULL_BODY.properties.of(body),
    variables: PEER_PULL_BODY.variables.of(body),
    guard: http.guard,
    share: { queryId, partitions: PEER_PULL_BODY.partitions.of(body) },
  });
  if (result.kind === 'pull') return result;
  await result.close();
  throw new RequestError('BAD_REQUEST', 'Servers ask each other pull queries over tables only');
}

async function answer(context: RouteContext, http: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const writer = new StreamWriter(reply.raw);
  let result: QueryResult | null = null;
  try {
    const started = await start(context, http);
    result = started;
    writer.whenClosed(() => void started.close());
    const chunks = started.rows[Symbol.asyncIterator]();
    // A refusal comes with the first rows: until then it is the whole answer.
    let step = await chunks.next();
    reply.hijack();
    writer.head(200, { 'content-type': 'text/plain' });
    for (; step.done !== true; step = await chunks.next()) await writer.write(peerLine(step.value));
    writer.end(PEER_END);
    return reply;
  } catch (error) {
    // Without its last line the asker takes it for broken off.
    if (reply.sent) reply.raw.destroy();
    return reply.sent ? reply : sendFailure(reply, error);
  } finally {
    await result?.close();
  }
}

/** POST /cluster/pull: a pull query of another server of the service, for the tasks that are here. It is not passed on. */
export function peerPullRoute(app: FastifyInstance, context: RouteContext): void {
  app.post('/cluster/pull', (http, reply) => answer(context, http, reply));
}
