import type { Send } from '../../src/client/index.js';
import type { Clock } from '../../src/env/index.js';
import { RequestError } from '../../src/errors/index.js';

/** Who gives tokens for client credentials (RFC 6749, section 4.4). */
export interface TokenIssuer {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string | null;
  /** So long before its end a token is not used any more. */
  readonly expiryBufferMs: number;
}

/** A token that is asked for when it is needed, and again before it is over. */
export class BearerToken {
  private token: string | null = null;
  private goodUntil = 0;

  constructor(
    private readonly issuer: TokenIssuer,
    private readonly send: Send,
    private readonly clock: Clock,
  ) {}

  async get(): Promise<string> {
    if (this.token !== null && this.clock.monotonic() < this.goodUntil) return this.token;
    const { url, clientId, clientSecret, scope, expiryBufferMs } = this.issuer;
    if (!URL.canParse(url)) throw new RequestError('BAD_REQUEST', `bearer.auth.issuer.endpoint.url is no address: ${url}`);
    const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope === null ? {} : { scope }) });
    const basic = btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`);
    const answer = await this.send(new URL(url), {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
    });
    const body: unknown = await answer.json().catch(() => null);
    if (!answer.ok || typeof body !== 'object' || body === null || !('access_token' in body) || typeof body.access_token !== 'string') {
      throw new RequestError('UNAUTHENTICATED', `The issuer of tokens answered ${answer.status} and no token`, { hint: 'Look at bearer.auth.issuer.endpoint.url, bearer.auth.client.id and bearer.auth.client.secret.' });
    }
    const lifeMs = 'expires_in' in body ? Number(body.expires_in) * 1000 : 0;
    // One that lives shorter than the buffer is good for the request that it was asked for.
    this.goodUntil = this.clock.monotonic() + lifeMs - expiryBufferMs;
    this.token = body.access_token;
    return this.token;
  }
}
