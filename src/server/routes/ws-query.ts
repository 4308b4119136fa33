import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { columnFields, type QueryResult } from '../../engine/index.js';
import { MillraceError } from '../../errors/index.js';
import { errorBody } from '../error-body.js';
import { isPrint } from '../print.js';
import { readSqlRequest, type SqlRequest } from '../read-request.js';
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

// Resolves when the frame has left, so a slow reader holds back its own query.
async function send(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return;
  await new Promise<void>((resolve) => socket.send(text, () => resolve()));
}

async function sendRows(result: QueryResult, socket: WebSocket): Promise<void> {
  await send(socket, JSON.stringify(columnFields(result.columns, result.kind === 'pull')));
  const write = rowWriter(result.columns.map((column) => column.type));
  for await (const rows of result.rows) {
    for (const row of rows) {
      await send(socket, `{"row":{"columns":${write(row.values)}${row.tombstone ? ',"tombstone":true' : ''}}}`);
      if (socket.readyState !== socket.OPEN) return;
    }
  }
}

async function serve(request: SqlRequest, socket: WebSocket, { engine, streams }: RouteContext): Promise<void> {
  let gone = false;
  let end = (): void => undefined;
  socket.on('close', () => {
    gone = true;
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
      for await (const line of result.lines) if (line !== '') await send(socket, line);
    });
  } else {
    const result = await engine.query(request.sql, request.session);
    await watched(() => result.close(), () => sendRows(result, socket));
  }
}

function readRequest(url: URL): SqlRequest {
  return readSqlRequest(url.searchParams.get('request') ?? '');
}

/** GET /ws/query: one SELECT or PRINT; a frame with the fields, then a frame a row. Errors are told by the close frame. */
export function webSockets(context: RouteContext): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const server = new WebSocketServer({ noServer: true, maxPayload: 1 << 20, perMessageDeflate: false });
  return (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname !== '/ws/query') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    try {
      context.gate?.(url.pathname, request.headers.authorization);
    } catch (error) {
      const { status } = errorBody(error);
      socket.end(`HTTP/1.1 ${status} ${status === 401 ? 'Unauthorized\r\nWWW-Authenticate: Basic realm="millrace"' : 'Forbidden'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    server.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => client.terminate());
      const version = url.searchParams.get('version');
      if (version !== null && version !== '1') {
        client.close(CODES.invalid, `Received invalid api version: ${version.slice(0, 40)}`);
        return;
      }
      const run = async (): Promise<void> => {
        try {
          await serve(readRequest(url), client, context);
          client.close(CODES.done, 'done');
        } catch (error) {
          context.logger.debug('A WebSocket query failed', { error: String(error) });
          client.close(codeOf(error), reason(error instanceof MillraceError ? error.message : 'The server failed to answer this request'));
        }
      };
      void run();
    });
  };
}
