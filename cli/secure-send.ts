import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';
import type { Send } from '../src/client/index.js';

/** Whose certificates are believed and which one is shown; `fetch` knows the system's authorities only. */
export interface SecureOptions extends SecureContextOptions {
  /** false: a certificate may be for any name. */
  readonly verifiesHost: boolean;
}

/** Requests over TLS under settings of their own. Answers come as they are sent, like those of `fetch`. */
export function secureSend({ verifiesHost, ...context }: SecureOptions): Send {
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const options = { ...context, method, headers, ...(verifiesHost ? {} : { checkServerIdentity: () => undefined }), ...(signal === undefined ? {} : { signal }) };
      const request = httpsRequest(url, options, (answer) => {
        const status = answer.statusCode ?? 500;
        const found = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value]));
        // Node's own stream of bytes and the web's are one class under two names.
        const stream = status === 204 || status === 304 ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
        resolve(new Response(stream, { status, headers: found }));
      });
      request.on('error', reject);
      request.end(body);
    });
}
