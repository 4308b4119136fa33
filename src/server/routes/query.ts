import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { QueryResult } from '../../engine/index.js';
import type { Clock } from '../../env/index.js';
import { RequestError } from '../../errors/index.js';
import { sendFailure } from '../answer.js';
import { errorBody } from '../error-body.js';
import { arrayFraming, delimitedFraming, objectFraming, protobufFraming, type Framing } from '../framing.js';
import { DELIMITED, JSON_TYPE, negotiate, PROTOBUF, V1_JSON } from '../media-types.js';
import { isPrint, printFormats, sendPrint } from '../print.js';
import { readSqlRequest, type SqlRequest } from '../read-request.js';
import { readText } from '../read-text.js';
import { sendRows } from '../send-rows.js';
import { StreamWriter } from '../stream-writer.js';
import { BODY_LIMIT_BYTES, type RouteContext } from './context.js';

type Path = '/query' | '/query-stream';

function framingFor(type: string, result: QueryResult, path: Path): Framing {
  if (type === DELIMITED) return delimitedFraming(result);
  if (type === PROTOBUF) return protobufFraming(result);
  if (type === JSON_TYPE && path === '/query-stream') return arrayFraming(result);
  return objectFraming(result, type);
}

// `/query-stream` counts a statement that is no query among the bad statements.
function fail(reply: FastifyReply, error: unknown, path: Path): FastifyReply {
  if (path === '/query' || !(error instanceof RequestError) || error.code !== 'NOT_A_QUERY') return sendFailure(reply, error);
  const { body } = errorBody(error);
  return reply.code(400).header('content-type', V1_JSON).send(JSON.stringify({ ...body, error_code: 40001 }));
}

/** A request property: clients that give up on a silent answer ask for a blank line every so many milliseconds. */
const KEEP_ALIVE = 'millrace.keep.alive.ms';

/** Returns how to stop. */
function sendBlankLines(writer: StreamWriter, clock: Clock, everyMs: number): () => void {
  const ended = new AbortController();
  const send = async (): Promise<void> => {
    while (!ended.signal.aborted && !writer.isClosed) {
      await clock.sleep(everyMs, ended.signal).catch(() => undefined);
      if (!ended.signal.aborted) await writer.write('\n');
    }
  };
  void send();
  return () => ended.abort();
}

async function select(request: SqlRequest, type: string, path: Path, context: RouteContext, http: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { engine, streams, metrics, clock } = context;
  // Watches the client from here on: it may go while the query is being planned.
  const writer = new StreamWriter(reply.raw);
  const started = clock.monotonic();
  const result = await engine.query(request.sql, request.session);
  let framing: Framing;
  try {
    framing = framingFor(type, result, path);
  } catch (error) {
    await result.close();
    throw error;
  }
  reply.hijack();
  const forget = result.kind === 'pull' ? null : streams.add(() => void result.close());
  const keepAliveMs = Number(request.session.requestProperties?.[KEEP_ALIVE] ?? 0);
  const isKeptAlive = forget !== null && keepAliveMs > 0 && http.raw.httpVersionMajor === 1;
  const stopBlankLines = isKeptAlive ? sendBlankLines(writer, clock, Math.max(keepAliveMs, 10)) : null;
  try {
    await sendRows(result, framing, writer, http.raw.httpVersionMajor === 2);
  } finally {
    stopBlankLines?.();
    forget?.();
    if (result.kind === 'pull') metrics.observe('ksql_pull_query_duration_seconds', {}, (clock.monotonic() - started) / 1000);
  }
}

async function answer(path: Path, context: RouteContext, http: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { accept } = http.headers;
  const type = negotiate(accept, path === '/query' ? V1_JSON : DELIMITED, [DELIMITED, V1_JSON, JSON_TYPE, PROTOBUF]);
  if (type === null) return reply.code(406).send();
  try {
    const request = readSqlRequest(await readText(http.raw, BODY_LIMIT_BYTES), http.guard);
    if (isPrint(request.sql)) {
      const formats = printFormats(path, accept, type);
      if (formats === null) return await reply.code(406).send();
      await sendPrint(request, formats, context, reply);
    } else await select(request, type, path, context, http, reply);
    return reply;
  } catch (error) {
    return fail(reply, error, path);
  }
}

/** POST /query and POST /query-stream: one SELECT or PRINT. */
export function queryRoutes(app: FastifyInstance, context: RouteContext): void {
  for (const path of ['/query', '/query-stream'] as const) app.post(path, async (http, reply) => answer(path, context, http, reply));
}
