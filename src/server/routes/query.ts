import type { FastifyInstance } from 'fastify';
import type { AccessGuard, QueryResult } from '../../engine/index.js';
import type { Clock } from '../../env/index.js';
import { RequestError } from '../../errors/index.js';
import type { Entrance } from '../entrance.js';
import { failureOf } from '../failure.js';
import { arrayFraming, delimitedFraming, objectFraming, protobufFraming, type Framing } from '../framing.js';
import { DELIMITED, JSON_TYPE, negotiate, PROTOBUF, V1_JSON } from '../media-types.js';
import { isPrint, printFormats, sendPrint } from '../print.js';
import type { AnyRequest, AnyResponse } from '../protocol-switch.js';
import { credentialsOf, readSqlRequest, type SqlRequest } from '../read-request.js';
import { readText } from '../read-text.js';
import { sendRows } from '../send-rows.js';
import { StreamWriter } from '../stream-writer.js';
import { TurnEnd } from '../turn-end.js';
import type { RouteContext } from './context.js';

const PATHS = ['/query', '/query-stream'] as const;
type Path = (typeof PATHS)[number];
const OFFERED = [DELIMITED, V1_JSON, JSON_TYPE, PROTOBUF];

function framingFor(type: string, result: QueryResult, path: Path): Framing {
  if (type === DELIMITED) return delimitedFraming(result);
  if (type === PROTOBUF) return protobufFraming(result);
  if (type === JSON_TYPE && path === '/query-stream') return arrayFraming(result);
  return objectFraming(result, type);
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

/** One request and its answer, as Node gives them. */
interface Exchange {
  readonly path: Path;
  readonly http: AnyRequest;
  readonly response: AnyResponse;
  readonly writer: StreamWriter;
}

/**
 * POST /query and POST /query-stream: one SELECT or PRINT. Answered past the framework: its way through hooks and body parsers costs
 * as much as a lookup. Every request passes the same entrance as those of the framework's routes, and is measured like them.
 */
export class QueryEndpoint {
  private readonly turnEnd: TurnEnd;

  constructor(
    private readonly context: RouteContext,
    private readonly entrance: Entrance,
  ) {
    this.turnEnd = new TurnEnd(context.clock);
  }

  /** The path of a request that is for this endpoint. */
  static pathOf({ method, url }: AnyRequest): Path | null {
    if (method !== 'POST') return null;
    if (url === '/query-stream' || url === '/query') return url;
    return PATHS.find((path) => url?.startsWith(`${path}?`)) ?? null;
  }

  handle(path: Path, http: AnyRequest, response: AnyResponse): void {
    const { clock, metrics } = this.context;
    const started = clock.monotonic();
    // Watches the client from here on: it may go while the query is being planned.
    const writer = new StreamWriter(response, this.turnEnd);
    const exchange = { path, http, response, writer };
    writer.whenClosed(() => metrics.observe('http_request_duration_seconds', { route: path, status: String(response.statusCode) }, (clock.monotonic() - started) / 1000));
    try {
      const guard = this.entrance.admit(http, response, path, undefined);
      if (guard instanceof Promise) {
        guard.then(
          (found) => void this.answer(exchange, found),
          (error: unknown) => this.fail(exchange, error),
        );
      } else void this.answer(exchange, guard);
    } catch (error) {
      this.fail(exchange, error);
    }
  }

  private async answer(exchange: Exchange, guard: AccessGuard | null): Promise<void> {
    const { path, http, response } = exchange;
    const { limits } = this.context;
    const { accept } = http.headers;
    const type = negotiate(accept, path === '/query' ? V1_JSON : DELIMITED, OFFERED);
    try {
      const request = readSqlRequest(await readText(http, limits.bodyBytes), { limits, guard, credentials: credentialsOf(http) });
      const formats = isPrint(request.sql) && type !== null ? printFormats(path, accept, type) : undefined;
      if (type === null || formats === null) refuse(response, 406);
      else if (formats !== undefined) await sendPrint(request, formats, this.context, exchange.writer);
      else await this.select(exchange, request, type);
    } catch (error) {
      this.fail(exchange, error);
    }
  }

  private async select({ path, http, writer }: Exchange, request: SqlRequest, type: string): Promise<void> {
    const { engine, streams, metrics, clock } = this.context;
    const started = clock.monotonic();
    const result = await engine.query(request.sql, request.session);
    let framing: Framing;
    try {
      framing = framingFor(type, result, path);
    } catch (error) {
      await result.close();
      throw error;
    }
    if (result.kind !== 'pull') writer.cutWhenStalled(clock);
    const forget = result.kind === 'pull' ? null : streams.add(() => void result.close());
    const keepAliveMs = Number(request.session.requestProperties?.[KEEP_ALIVE] ?? 0);
    const isKeptAlive = forget !== null && keepAliveMs > 0 && http.httpVersionMajor === 1;
    const stopBlankLines = isKeptAlive ? sendBlankLines(writer, clock, Math.max(keepAliveMs, 10)) : null;
    try {
      await sendRows(result, framing, writer, http.httpVersionMajor === 2);
    } finally {
      stopBlankLines?.();
      forget?.();
      if (result.kind === 'pull') metrics.observe('ksql_pull_query_duration_seconds', {}, (clock.monotonic() - started) / 1000);
    }
  }

  private fail({ path, http, response, writer }: Exchange, error: unknown): void {
    if (writer.isClosed || response.headersSent) {
      response.destroy();
      return;
    }
    const { status, headers, text } = failureOf(error, { httpVersion: http.httpVersionMajor, challenge: this.entrance.door.challenge });
    if (status >= 500) this.context.logger.debug('A query request failed', { error: String(error) });
    // `/query-stream` counts a statement that is no query among the bad statements.
    const isBadStatement = path === '/query-stream' && error instanceof RequestError && error.code === 'NOT_A_QUERY';
    writer.head(isBadStatement ? 400 : status, headers);
    writer.end(isBadStatement ? text.replace(/"error_code":\d+/, '"error_code":40001') : text);
  }
}

function refuse(response: AnyResponse, status: number): void {
  response.statusCode = status;
  response.end();
}

/** Makes the paths known to the router, which refuses other methods. */
export function queryRoutes(app: FastifyInstance, { queries }: { readonly queries: QueryEndpoint }): void {
  for (const path of PATHS) {
    app.post(path, (http, reply) => {
      reply.hijack();
      queries.handle(path, http.raw, reply.raw);
    });
  }
}
