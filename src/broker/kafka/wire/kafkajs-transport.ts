import type { ConnectionOptions } from 'node:tls';
import Connection from 'kafkajs/src/network/connection.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import socketFactory from 'kafkajs/src/network/socketFactory.js';
import type { Clock, Logger } from '../../../env/index.js';
import { InternalError } from '../../../errors/index.js';
import { API_VERSIONS } from '../protocol/api-versions.js';
import { WireReader } from './wire-reader.js';
import { WireWriter } from './wire-writer.js';
import { AuthenticationFailure, ConnectionFailure, type ConnectionVersions, type Endpoint, type SaslCredentials, type WireRequest, type WireTransport } from './wire-transport.js';

export interface TransportOptions {
  readonly clientId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tls: ConnectionOptions | null;
  readonly sasl: SaslCredentials | null;
  readonly requestTimeoutMs: number;
}

/** A thread that was busy reads the socket late, so this stays far above the default of one second. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Tokens are renewed this long before the broker's session ends. */
const REAUTHENTICATE_BEFORE_MS = 10_000;

interface OpenConnection {
  readonly connection: Connection;
  readonly versions: ConnectionVersions;
}

/** kafkajs as socket layer only: its connection with TLS and SASL, none of its consumers, producers or retries. */
export class KafkajsTransport implements WireTransport {
  private readonly connections = new Map<string, Promise<OpenConnection>>();
  private closed = false;

  constructor(private readonly options: TransportOptions) {
    checkInternals();
    patchIdleTimer();
  }

  async request(endpoint: Endpoint, lane: string, request: WireRequest): Promise<Buffer> {
    const { connection } = await this.open(endpoint, lane);
    const answer = connection.send({
      request: { ...request, encode: () => Promise.resolve({ buf: request.body, buffer: request.body }) },
      response: {
        decode: (payload) => Promise.resolve({ clientSideThrottleTime: 0, payload }),
        parse: ({ payload }) => Promise.resolve(payload),
      },
      logResponseError: false,
    });
    try {
      return await this.inTime(answer, request);
    } catch (error) {
      this.drop(laneKey(endpoint, lane), connection);
      throw failureOf(error, `${request.apiName} to ${endpoint.host}:${endpoint.port}`);
    }
  }

  async versions(endpoint: Endpoint, lane: string): Promise<ConnectionVersions> {
    return (await this.open(endpoint, lane)).versions;
  }

  throttle(endpoint: Endpoint, lane: string, ms: number): void {
    if (ms <= 0) return;
    const throttled = this.connections.get(laneKey(endpoint, lane));
    throttled?.then(({ connection }) => connection.requestQueue.maybeThrottle(ms)).catch(() => undefined); // A lost connection needs no pause.
  }

  async closeLane(lane: string): Promise<void> {
    await this.closeWhere((key) => key.endsWith(` ${lane}`));
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.closeWhere(() => true);
  }

  private async closeWhere(isMeant: (key: string) => boolean): Promise<void> {
    for (const [key, opening] of Array.from(this.connections)) {
      if (!isMeant(key)) continue;
      this.connections.delete(key);
      const opened = await opening.catch(() => null);
      if (opened !== null) discard(opened.connection, 'The connection was closed');
    }
  }

  private open(endpoint: Endpoint, lane: string): Promise<OpenConnection> {
    const key = laneKey(endpoint, lane);
    const existing = this.connections.get(key);
    if (existing !== undefined) return existing;
    if (this.closed) return Promise.reject(new ConnectionFailure('The transport is closed', false));
    const opening = this.connect(endpoint).then((opened) => {
      // The socket may close while nothing is asked: the next request then opens another.
      opened.connection.socket?.once('close', () => this.drop(key, opened.connection));
      return opened;
    });
    this.connections.set(key, opening);
    opening.catch(() => {
      if (this.connections.get(key) === opening) this.connections.delete(key);
    });
    return opening;
  }

  private async connect(endpoint: Endpoint): Promise<OpenConnection> {
    const { clientId, tls, sasl, logger, requestTimeoutMs } = this.options;
    const connection = new Connection({
      host: endpoint.host, port: endpoint.port, clientId, ssl: tls, sasl,
      logger: quiet(logger),
      socketFactory: socketFactory(),
      requestTimeout: requestTimeoutMs,
      connectionTimeout: CONNECT_TIMEOUT_MS,
      // Its timer runs before the socket is read, so after a long slice of work answers that are here already would time out.
      enforceRequestTimeout: false,
      reauthenticationThreshold: REAUTHENTICATE_BEFORE_MS,
    });
    const where = `${endpoint.host}:${endpoint.port}`;
    try {
      await connection.connect();
      const versions = await this.askVersions(connection);
      connection.setVersions(Object.fromEntries([...versions.ranges].map(([key, [minVersion, maxVersion]]) => [key, { minVersion, maxVersion }])));
      connection.setSupportAuthenticationProtocol(true);
      if (sasl !== null) await this.authenticate(connection, where);
      return { connection, versions };
    } catch (error) {
      discard(connection, 'Connecting failed');
      if (error instanceof AuthenticationFailure) throw error;
      throw new ConnectionFailure(`Connecting to ${where} failed: ${messageOf(error)}`, false, { cause: error });
    }
  }

  private async authenticate(connection: Connection, where: string): Promise<void> {
    try {
      await connection.authenticate();
    } catch (error) {
      if (isConnectionError(error)) throw error;
      throw new AuthenticationFailure(`Kafka at ${where} refused the credentials: ${messageOf(error)}`, { cause: error });
    }
  }

  private async askVersions(connection: Connection): Promise<ConnectionVersions> {
    const writer = new WireWriter(true);
    API_VERSIONS.encode(writer);
    const body = writer.finish();
    const request: WireRequest = { apiKey: API_VERSIONS.key, apiName: API_VERSIONS.name, apiVersion: API_VERSIONS.version, body, timeoutMs: CONNECT_TIMEOUT_MS };
    const answer = connection.send({
      request: { ...request, encode: () => Promise.resolve({ buf: body, buffer: body }) },
      response: { decode: (payload) => Promise.resolve({ clientSideThrottleTime: 0, payload }), parse: ({ payload }) => Promise.resolve(payload) },
      logResponseError: false,
    });
    return API_VERSIONS.decode(new WireReader(await this.inTime(answer, request), true));
  }

  private async inTime<T>(answer: Promise<T>, { apiName, timeoutMs }: WireRequest): Promise<T> {
    const { clock } = this.options;
    const timer = new AbortController();
    const late = clock.sleep(timeoutMs, timer.signal).then(
      // What has arrived while this thread was busy is read first.
      () => clock.yieldTurn().then(() => clock.yieldTurn()),
      () => new Promise<never>(() => undefined),
    );
    try {
      return await Promise.race([answer, late.then(() => Promise.reject(new ConnectionFailure(`${apiName} was not answered within ${timeoutMs} ms`, true)))]);
    } finally {
      timer.abort();
    }
  }

  private drop(key: string, connection: Connection): void {
    const current = this.connections.get(key);
    discard(connection, 'The connection was lost');
    current?.then((opened) => {
      if (opened.connection === connection && this.connections.get(key) === current) this.connections.delete(key);
    }, () => undefined);
  }
}

function laneKey({ host, port }: Endpoint, lane: string): string {
  return `${host}:${port} ${lane}`;
}

function discard(connection: Connection, reason: string): void {
  connection.rejectRequests(new ConnectionFailure(reason, true));
  connection.disconnect().catch(() => undefined); // It is gone either way.
  connection.socket?.destroy();
}

function isConnectionError(error: unknown): boolean {
  return error instanceof ConnectionFailure || (error instanceof Error && error.name.startsWith('KafkaJSConnection'));
}

function failureOf(error: unknown, what: string): Error {
  if (error instanceof ConnectionFailure || error instanceof AuthenticationFailure) return error;
  if (error instanceof Error && error.name === 'KafkaJSSASLAuthenticationError') return new AuthenticationFailure(`Kafka no longer takes the credentials: ${error.message}`, { cause: error });
  // kafkajs says "Not connected" before anything was written.
  const reached = !(error instanceof Error && error.message === 'Not connected');
  return new ConnectionFailure(`${what} failed: ${messageOf(error)}`, reached, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** kafkajs reports what it also throws; the throwing is enough. */
function quiet(logger: Logger) {
  const log = { info: () => undefined, debug: () => undefined, error: (message: string) => logger.debug(message), warn: (message: string) => logger.debug(message), namespace: () => log };
  return log;
}

const NEEDED = ['connect', 'disconnect', 'authenticate', 'isConnected', 'setVersions', 'setSupportAuthenticationProtocol', 'rejectRequests', 'send'] as const;

/** Another release of kafkajs must not be found out by strange failures. */
function checkInternals(): void {
  const missing: string[] = NEEDED.filter((name) => typeof Connection.prototype[name] !== 'function');
  if (typeof RequestQueue.prototype.scheduleCheckPendingRequests !== 'function') missing.push('scheduleCheckPendingRequests');
  if (missing.length > 0) throw new InternalError(`kafkajs lacks ${missing.join(', ')}: version 2.2.4 is needed`);
}

let isPatched = false;

/** kafkajs asks every millisecond whether something is pending, for ever, per connection: four per cent of a core when idle. */
function patchIdleTimer(): void {
  if (isPatched) return;
  isPatched = true;
  const original = Reflect.get(RequestQueue.prototype, 'scheduleCheckPendingRequests') as (this: RequestQueue) => void;
  RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleWhenNeeded(this: RequestQueue) {
    if (this.pending.length > 0) original.call(this);
  };
}
