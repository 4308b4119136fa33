import type { Clock } from '../../../env/index.js';
import { BrokerError } from '../../../errors/index.js';
import type { JaasEntry } from './jaas.js';

const TIMEOUT_MS = 10_000;
const MAX_TOKEN_BYTES = 64 * 1024;
/** A token is used again until this long before its end. */
const MARGIN_MS = 30_000;
const UNSECURED_LIFETIME_S = 3600;

/**
 * Bearer tokens by the client-credentials grant from `sasl.oauthbearer.token.endpoint.url`, with clientId, clientSecret and scope of the
 * JAAS options; or, for brokers under development that believe everything, unsigned ones (`unsecuredLoginStringClaim_sub`).
 */
export function tokenSource(setting: (name: string) => string | null, { options }: JaasEntry, clock: Clock): () => Promise<{ readonly value: string }> {
  const subject = options.get('unsecuredLoginStringClaim_sub');
  const endpoint = setting('sasl.oauthbearer.token.endpoint.url');
  if (endpoint === null) {
    if (subject !== undefined) return () => Promise.resolve({ value: unsignedToken(subject, clock) });
    throw new BrokerError('sasl.oauthbearer.token.endpoint.url is missing', { retriable: false });
  }
  const [id, secret] = [options.get('clientId'), options.get('clientSecret')];
  if (id === undefined || secret === undefined) throw new BrokerError('sasl.jaas.config needs clientId and clientSecret', { retriable: false });
  let known: { readonly value: string; readonly untilMs: number } | null = null;
  return async () => {
    if (known === null || clock.now() > known.untilMs - MARGIN_MS) known = await askFor(endpoint, { id, secret, scope: options.get('scope') ?? null }, clock);
    return { value: known.value };
  };
}

async function askFor(endpoint: string, client: { readonly id: string; readonly secret: string; readonly scope: string | null }, clock: Clock) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...(client.scope === null ? {} : { scope: client.scope }) });
  const authorization = `Basic ${Buffer.from(`${encodeURIComponent(client.id)}:${encodeURIComponent(client.secret)}`).toString('base64')}`;
  const response = await fetch(endpoint, { method: 'POST', body, headers: { authorization, accept: 'application/json' }, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  const text = await response.text();
  if (!response.ok || text.length > MAX_TOKEN_BYTES) throw new BrokerError(`The token endpoint answered with status ${response.status}`, { retriable: response.status >= 500, code: 'UNAUTHENTICATED' });
  const answer: unknown = JSON.parse(text);
  const fields = typeof answer === 'object' && answer !== null ? new Map<string, unknown>(Object.entries(answer)) : new Map<string, unknown>();
  const value = fields.get('access_token');
  const lifetime = fields.get('expires_in');
  if (typeof value !== 'string') throw new BrokerError('The token endpoint gave no access_token', { retriable: false, code: 'UNAUTHENTICATED' });
  return { value, untilMs: clock.now() + (typeof lifetime === 'number' ? lifetime : 300) * 1000 };
}

function unsignedToken(subject: string, clock: Clock): string {
  const seconds = Math.floor(clock.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: subject, iat: seconds, exp: seconds + UNSECURED_LIFETIME_S })}.`;
}
