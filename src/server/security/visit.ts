import type { IncomingHttpHeaders } from 'node:http';
import type { AnyRequest } from '../protocol-switch.js';
import { certificateName, serverName } from './certificates.js';
import type { Visit } from './doorkeeper.js';
import { routeAccess } from './route-access.js';

const one = (value: string | readonly string[] | undefined): string | undefined => (typeof value === 'string' ? value : value?.[0]);

/** The name that a request calls the server by, whatever the protocol. */
export function calledHost(headers: IncomingHttpHeaders): string | undefined {
  return one(headers[':authority']) ?? headers.host;
}

/**
 * What the doorkeeper looks at. `route` is the pattern of the router. `token` is a bearer token given outside the headers: browsers
 * cannot set headers of a WebSocket.
 */
export function visitOf(request: AnyRequest, route: string | undefined, more: { readonly subject?: string | undefined; readonly token?: string | null } = {}): Visit {
  const { headers, socket } = request;
  const token = more.token ?? null;
  return {
    path: (request.url ?? '/').split('?')[0] ?? '/',
    access: routeAccess(request.method ?? 'GET', route),
    subject: more.subject,
    address: socket.remoteAddress ?? '',
    host: calledHost(headers),
    origin: headers.origin,
    serverName: serverName(socket),
    credentials: {
      authorization: headers.authorization ?? (token === null ? undefined : `Bearer ${token}`),
      apiKey: one(headers['x-api-key']),
      certificateName: certificateName(socket),
    },
  };
}
