import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Authenticator } from './principal.js';

/** The common name in the certificate that a client has shown, where TLS has verified it. */
export function certificateName(socket: Socket): string | null {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return null;
  const subject: unknown = socket.getPeerCertificate()?.subject?.CN;
  return typeof subject === 'string' && subject !== '' ? subject : null;
}

/** The name that a client asked for in the TLS handshake; null: none. */
export function serverName(socket: Socket): string | null {
  return socket instanceof TLSSocket && typeof socket.servername === 'string' ? socket.servername : null;
}

/** Clients by their certificates; what they may do is said by rules for `user:NAME`. */
export function certificateNames(): Authenticator {
  return ({ certificateName: name }) => (name === null ? undefined : { name, roles: [], method: 'CERTIFICATE' });
}
