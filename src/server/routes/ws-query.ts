import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { columnFields, type AccessGuard, type QueryResult } from '../../engine/index.js';
import { MillraceError, RequestError } from '../../errors/index.js';
import { errorBody } from '../error-body.js';
import { V1_JSON } from '../media-types.js';
import { isPrint } from '../print.js';
import { readSqlRequest, type SqlRequest } from '../read-request.js';
import { everyPulse, Pulse } from '../pulse.js';
import { visitOf } from '../security/visit.js';
import { StallWatch } from '../stall-watch.js';
import { rowWriter } from '../value-json.js';
import type { RouteContext } from './context.js';

/** Close codes that clients know. */
const CODES = { done: 1000, invalid: 1003, failed: 1011, timedOut: 1013 } as const;
/** The reason of a close frame has room for this many bytes. */
const MAX_REASON_BYTES = 123;

function reason(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= MAX_REASON_BYTES ? text : bytes.subarray(0, MAX_REASON_BYTES - 1).toString('utf8').replace(/\ufffd+$/, '');
}

function codeOf(error: unknown): number {
  if (!(error instanceof MillraceError)) return CODES.failed;
  if (error.code === 'COMMAND_TIMEOUT') return CODES.timedOut;
  return error.code === 'SERVER' ? CODES.failed : CODES.invalid;
}

type Send = (text: string) => Promise<void>;

// Resolves when the frame has left, so a slow reader holds back its own query.
function sender(socket: WebSocket, watch: StallWatch): Send {
  return async (text) => {
    if (socket.readyState !== socket.OPEN) return;
    await watch.during(new Promise<void>((resolve) => socket.send(text, () => resolve())));
  };
}

async function sendRows(result: QueryResult, socket: WebSocket, send: Send): Promise<void> {
  await send( JSON.stringify(columnFields(result.columns, result.kind === 'pull')));
  const write = rowWriter(result.columns.map((column) => column.type));
  for await (const rows of result.rows) {
    for (const row of rows) {
      await send(`{"row":{"columns":${write(row.values)}${row.tombstone ? ',"tombstone":true' : ''}}}`);
      if (socket.readyState !== socket.OPEN) return;
    }
  }
}

async function serve(request: SqlRequest, socket: WebSocket, { engine, streams, clock }: RouteContext): Promise<void> {
  const watch = new StallWatch(clock, () => socket.terminate());
  const send = sender(socket, watch);
  const left = new AbortController();
  const pulse = new Pulse((answered) => {
    socket.once('pong', answered);
    socket.ping();
  });
  // While rows wait for the client, the question waits behind them: then `watch` decides.
  void everyPulse(clock, left.signal, () => {
    if (socket.readyState === socket.OPEN && socket.bufferedAmount === 0 && !pulse.beat()) socket.terminate();
  });
  let gone = false;
  let end = (): void => undefined;
  socket.on('close', () => {
    gone = true;
    left.abort();
    watch.end();
    end();
  });
  const watched = async (close: () => Promise<void>, work: () => Promise<void>): Promise<void> => {
    end = () => void close();
    if (gone) end();
    const forget = streams.add(end);
    try {
      await work();
    } finally {
      forget();
    }
  };
  if (isPrint(request.sql)) {
    const result = await engine.print(request.sql, request.session);
    await watched(() => result.close(), async () => {
      for await (const line of result.lines) if (line !== '') await send(line);
    });
  } else {
    const result = await engine.query(request.sql, request.session);
    await watched(() => result.close(), () => sendRows(result, socket, send));
  }
}

/** `ksql.websocket.connection.max.timeout.ms`: no connection lives longer, 0: for ever. */
function endInTime(client: WebSocket, { settings, clock }: RouteContext): void {
  const maxMs = settings.number('ksql.websocket.connection.max.timeout.ms');
  if (maxMs <= 0) return;
  const gone = new AbortController();
  client.on('close', () => gone.abort());
  clock.sleep(maxMs, gone.signal).then(() => client.close(CODES.failed, `The connection is older than ${maxMs} ms`), () => undefined);
}

function refuse(socket: Duplex, error: unknown, challenge: string): void {
  const { status, body } = errorBody(error);
  const text = JSON.stringify(body);
  const more = `${status === 401 ? `WWW-Authenticate: ${challenge}\r\n` : ''}${status === 429 ? 'Retry-After: 1\r\n' : ''}`;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\n${more}Connection: close\r\nContent-Type: ${V1_JSON}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

/** GET /ws/query: one SELECT or PRINT; a frame with the fields, then a frame a row. Errors are told by the close frame. */
export function webSockets(context: RouteContext): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const server = new WebSocketServer({ noServer: true, maxPayload: 1 << 20, perMessageDeflate: false });
  const run = async (url: URL, guard: AccessGuard | null, client: WebSocket): Promise<void> => {
    endInTime(client, context);
    try {
      await serve(readSqlRequest(url.searchParams.get('request') ?? '', { limits: context.limits, guard }), client, context);
      client.close(CODES.done, 'done');
    } catch (error) {
      context.logger.debug('A WebSocket query failed', { error: String(error) });
      client.close(codeOf(error), reason(error instanceof MillraceError ? error.message : 'The server failed to answer this request'));
    }
  };
  const open = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    try {
      // What follows the host only: an address of its own could name any.
      const url = new URL(`http://localhost/${(request.url ?? '').replace(/^\/+/, '')}`);
      const isKnown = url.pathname === '/ws/query';
      const guard = await context.door.admit(visitOf(request, isKnown ? url.pathname : undefined, { token: url.searchParams.get('access_token') }));
      if (!isKnown) throw new RequestError('NOT_FOUND', 'There is no such WebSocket');
      server.handleUpgrade(request, socket, head, (client) => {
        client.on('error', () => client.terminate());
        const version = url.searchParams.get('version');
        if (version !== null && version !== '1') client.close(CODES.invalid, `Received invalid api version: ${version.slice(0, 40)}`);
        else void run(url, guard, client);
      });
    } catch (error) {
      refuse(socket, error, context.door.challenge);
    }
  };
  return (request, socket, head) => {
    // Until the upgrade nobody else listens: a client that vanishes must not bring the process down.
    socket.on('error', () => socket.destroy());
    void open(request, socket, head);
  };
}
