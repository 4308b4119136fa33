import { readFileSync } from 'node:fs';
import type { ClientOptions, Send } from '../../src/client/index.js';
import { Settings } from '../../src/engine/index.js';
import { systemClock } from '../../src/env/index.js';
import { RequestError } from '../../src/errors/index.js';
import { readClientTls } from '../../src/server/index.js';
import { secureSend } from '../secure-send.js';
import { BearerToken, type TokenIssuer } from './bearer-token.js';

/** A migration project's settings by name; null: not given. */
export type ProjectValue = (name: string) => string | null;

function issuerOf(value: ProjectValue): TokenIssuer | null {
  const url = value('bearer.auth.issuer.endpoint.url');
  if (url === null) return null;
  const required = (name: string): string => {
    const text = value(name);
    if (text === null) throw new RequestError('BAD_REQUEST', `bearer.auth.issuer.endpoint.url is set and ${name} is not`, { hint: 'The issuer gives tokens to a client with an id and a secret.' });
    return text;
  };
  return {
    url,
    clientId: required('bearer.auth.client.id'),
    clientSecret: required('bearer.auth.client.secret'),
    scope: value('bearer.auth.scope'),
    expiryBufferMs: Number(value('bearer.auth.cache.expiry.buffer.seconds') ?? 300) * 1000,
  };
}

function sendOf(value: ProjectValue, readFile: (path: string) => Buffer): Send {
  const names = ['ssl.truststore.location', 'ssl.keystore.location', 'ssl.keystore.password', 'ssl.key.password'];
  const given = names.flatMap((name) => {
    const text = value(name);
    return text === null ? [] : [[name, text] as const];
  });
  const verifiesHost = value('ssl.verify.host') !== 'false';
  if (given.length === 0 && verifiesHost) return fetch;
  const secure = secureSend({ ...readClientTls(Settings.ofServer(given), readFile), verifiesHost });
  return (url, request) => (url.protocol === 'https:' ? secure(url, request) : fetch(url, request));
}

/** How a project's server is reached: basic authentication or tokens, and certificates, by the names of ksql-migrations. Throws RequestError. */
export function serverAccess(value: ProjectValue, readFile: (path: string) => Buffer = readFileSync): ClientOptions {
  const url = value('ksql.server.url') ?? '';
  const send = sendOf(value, readFile);
  const issuer = issuerOf(value);
  const user = value('ksql.auth.basic.username');
  if (issuer === null) return { url, send, ...(user === null ? {} : { credentials: `${user}:${value('ksql.auth.basic.password') ?? ''}` }) };
  const token = new BearerToken(issuer, send, systemClock());
  return { url, send: async (address, request) => send(address, { ...request, headers: { ...request.headers, authorization: `Bearer ${await token.get()}` } }) };
}
