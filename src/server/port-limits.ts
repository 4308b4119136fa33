import type { Settings } from '../engine/index.js';

/** What a port takes from its connections. */
export interface PortLimits {
  /** From the first byte of a request to the end of its headers; over HTTP/2, to the first request of a connection. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to the end of its body. Bodies without an end of their own (`/inserts-stream`) are left alone. */
  readonly requestTimeoutMs: number;
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
  readonly maxStreamsPerConnection: number;
  /** A connection that says nothing at all is closed after this. */
  readonly firstByteTimeoutMs: number;
  /** An HTTP/2 connection on which nothing happens is closed after this. */
  readonly idleTimeoutMs: number;
}

/** The limits by the server's settings. */
export function portLimits(settings: Settings): PortLimits {
  const headersTimeoutMs = settings.number('millrace.server.headers.timeout.ms');
  return {
    headersTimeoutMs,
    requestTimeoutMs: Math.max(headersTimeoutMs, settings.number('millrace.server.request.timeout.ms')),
    maxHeaderBytes: settings.number('millrace.server.max.header.bytes'),
    maxConnections: settings.number('millrace.server.max.connections'),
    maxStreamsPerConnection: settings.number('millrace.server.max.streams.per.connection'),
    firstByteTimeoutMs: headersTimeoutMs,
    idleTimeoutMs: settings.number('ksql.idle.connection.timeout.seconds') * 1000,
  };
}
