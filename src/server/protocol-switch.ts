import { createServer as createHttp1, type IncomingMessage, type Server as Http1Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2, type Http2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer as createNet, type Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTls, type Server as TlsServer, type TLSSocket } from 'node:tls';
import type { Clock } from '../env/index.js';
import { Http2Watch } from './http2-watch.js';
import type { PortLimits } from './port-limits.js';
import type { TlsSettings } from './tls/tls-settings.js';

export type AnyRequest = IncomingMessage | Http2ServerRequest;
export type AnyResponse = ServerResponse | Http2ServerResponse;
export type RequestHandler = (request: AnyRequest, response: AnyResponse) => void;
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
]);
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

const MAX_HEADERS = 128;
/** Silence after which the system asks whether the other end is there; it gives up ten questions, a second each, later. */
const KEEP_ALIVE_MS = 1000;

// Node's parsers count neither the fields of HTTP/1.1 nor the bytes of HTTP/2.
function withSmallHeaders(handler: RequestHandler, maxBytes: number): RequestHandler {
  return (request, response) => {
    const { rawHeaders } = request;
    const bytes = rawHeaders.reduce((sum, text) => sum + text.length, 0);
    if (rawHeaders.length <= 2 * MAX_HEADERS && bytes <= maxBytes) {
      handler(request, response);
      return;
    }
    response.writeHead(431, request.httpVersionMajor === 1 ? { connection: 'close' } : {});
    response.end();
  };
}

export interface PortOptions {
  readonly handler: RequestHandler;
  readonly onWebSocket: UpgradeHandler;
  readonly limits: PortLimits;
  /** null: without TLS. */
  readonly tls: TlsSettings | null;
  readonly clock: Clock;
}

/**
 * One port that speaks HTTP/1.1, HTTP/2 with prior knowledge, and WebSocket; `Upgrade: h2c` is answered as plain HTTP/1.1.
 * Over TLS the client says which one it speaks (ALPN); one that does not say is listened to as without TLS.
 */
export class ProtocolSwitch {
  private readonly http1: Http1Server;
  private readonly http2: Http2Server;
  readonly port: NetServer;
  private readonly secure: TlsServer | null;
  private readonly sockets = new Set<Socket>();
  private closing = false;
  private readonly watch: Http2Watch;

  constructor({ handler, onWebSocket, limits, tls, clock }: PortOptions) {
    const checked = withSmallHeaders(handler, limits.maxHeaderBytes);
    this.http1 = createHttp1({ maxHeaderSize: limits.maxHeaderBytes, headersTimeout: limits.headersTimeoutMs, requestTimeout: limits.requestTimeoutMs, connectionsCheckingInterval: Math.max(20, Math.ceil(limits.headersTimeoutMs / 8)), keepAliveTimeout: 72_000 }, checked);
    // It never listens by itself: this starts its watch over slow requests and idle connections.
    this.http1.emit('listening');
    this.http1.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if ((request.headers.upgrade ?? '').toLowerCase() === 'websocket') onWebSocket(request, socket, head);
      else this.replayWithoutUpgrade(request, socket, head);
    });
    this.http1.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      const status = REFUSALS.get(error.code ?? '') ?? '400 Bad Request';
      if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    });
    // Answers that end while the port closes leave idle connections behind.
    this.http1.on('request', (_request, response: ServerResponse) => {
      response.on('close', () => {
        if (this.closing) queueMicrotask(() => this.http1.closeIdleConnections());
      });
    });
    this.http2 = createHttp2({ maxSessionMemory: 16, maxSessionInvalidFrames: 100, settings: { maxConcurrentStreams: limits.maxStreamsPerConnection, maxHeaderListSize: limits.maxHeaderBytes } }, checked);
    this.watch = new Http2Watch(this.http2, limits, clock);
    this.http2.on('sessionError', () => undefined);
    this.secure = tls === null ? null : this.openTls(tls, limits);
    this.port = this.secure ?? createNet({ noDelay: true, pauseOnConnect: false }, (socket) => this.sniff(socket, limits));
    this.port.maxConnections = limits.maxConnections;
  }

  /** New connections get these certificates; those that are open keep theirs. */
  renew({ context }: TlsSettings): void {
    this.secure?.setSecureContext(context);
  }

  private openTls({ context, clients }: TlsSettings, limits: PortLimits): TlsServer {
    const server = createTls({
      ...context, noDelay: true, ALPNProtocols: ['h2', 'http/1.1'], handshakeTimeout: limits.firstByteTimeoutMs,
      requestCert: clients !== 'NONE', rejectUnauthorized: clients === 'REQUIRED',
    });
    server.on('connection', (socket: Socket) => this.remember(socket));
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    server.on('secureConnection', (socket: TLSSocket) => {
      if (socket.alpnProtocol === 'h2') this.begin(socket, this.http2);
      else if (socket.alpnProtocol === 'http/1.1') this.begin(socket, this.http1);
      else this.sniff(socket, limits);
    });
    return server;
  }

  private begin(socket: TLSSocket, server: Http1Server | Http2Server): void {
    this.remember(socket);
    server.emit('connection', socket);
  }

  private remember(socket: Socket): void {
    this.sockets.add(socket);
    // A client that vanished without a word is known by its silence, whatever the protocol.
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  /** Ends idle connections at once and the others when they are done; after `graceMs` of the caller, `destroy`. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.port.close(() => resolve()));
    this.closing = true;
    this.watch.close();
    for (const session of this.watch.open) session.close();
    this.http1.closeIdleConnections();
    await closed;
  }

  destroy(): void {
    for (const session of this.watch.open) session.destroy();
    for (const socket of this.sockets) socket.destroy();
  }

  // The first bytes decide: the HTTP/2 preface, or HTTP/1.
  private sniff(socket: Socket, limits: PortLimits): void {
    this.remember(socket);
    socket.setTimeout(limits.firstByteTimeoutMs, () => socket.destroy());
    let seen: Buffer = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
      const length = Math.min(seen.length, PREFACE.length);
      const matches = seen.subarray(0, length).equals(PREFACE.subarray(0, length));
      if (matches && length < PREFACE.length) return;
      socket.removeListener('data', onData);
      socket.pause();
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.unshift(seen);
      if (matches) {
        // A session takes what was put back by itself; a flowing socket would lose it first.
        this.http2.emit('connection', socket);
        return;
      }
      this.http1.emit('connection', socket);
      socket.resume();
    };
    socket.on('data', onData);
  }

  // Java's default client asks for h2c in every request: the protocol allows to go on in HTTP/1.1. The settings it sent stay as the
  // sign that it could have spoken HTTP/2.
  private replayWithoutUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const lines = [`${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/1.1`];
    for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
      const name = request.rawHeaders[index] ?? '';
      if (/^upgrade$/i.test(name)) continue;
      const value = request.rawHeaders[index + 1] ?? '';
      lines.push(`${name}: ${/^connection$/i.test(name) ? 'keep-alive' : value}`);
    }
    socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), head]));
    this.http1.emit('connection', socket);
  }
}
