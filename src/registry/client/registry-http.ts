import type { ConnectionOptions } from 'node:tls';
import type { Clock } from '../../env/index.js';
import { BrokerError, RequestError } from '../../errors/index.js';
import { isMap, numberOf, parseJson, textOf, type JsonDocument } from '../json-document.js';
import { RegistryError } from '../registry-error.js';
import { HttpTransport, type HttpAnswer, type HttpQuestion } from './http-transport.js';

export interface RegistryHttpOptions {
  /** Tried in turn. Credentials in an address take the place of `authorization`. */
  readonly urls: readonly string[];
  /** The header of that name, or null. */
  readonly authorization: string | null;
  readonly tls: ConnectionOptions;
  readonly timeoutMs: number;
  /** Rounds over the addresses after the first one. */
  readonly retries: number;
  /** Waits double from the first to the longest. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  readonly clock: Clock;
}

const TYPE = 'application/vnd.schemaregistry.v1+json';

interface Server {
  readonly base: string;
  readonly authorization: string | null;
  /** Without credentials: for messages. */
  readonly shown: string;
}

/** One question to a registry: tries its addresses, waits, tries again; answers are JSON, refusals RegistryErrors. */
export class RegistryHttp {
  private readonly transport: HttpTransport;
  private readonly servers: readonly Server[];
  // The server that answered last is asked first.
  private first = 0;

  constructor(private readonly options: RegistryHttpOptions) {
    this.transport = new HttpTransport(options.clock, options.timeoutMs, options.tls);
    this.servers = options.urls.map((url) => serverOf(url, options.authorization));
  }

  async ask(method: HttpQuestion['method'], path: string, body: object | null = null): Promise<JsonDocument> {
    let failure: BrokerError | null = null;
    for (let round = 0; round <= this.options.retries; round += 1) {
      if (round > 0) await this.options.clock.sleep(Math.min(this.options.maxBackoffMs, this.options.backoffMs * 2 ** (round - 1)));
      for (let index = 0; index < this.servers.length; index += 1) {
        const at = (this.first + index) % this.servers.length;
        const server = this.servers[at];
        if (server === undefined) continue;
        const outcome = await this.tryServer(server, { method, path, body });
        if (!(outcome instanceof BrokerError)) {
          this.first = at;
          return readJson(outcome, server);
        }
        failure = outcome;
        // Whether a deletion was carried out is not known then; carried out twice it fails.
        if (method === 'DELETE' && !isRefusedConnection(outcome)) throw outcome;
      }
    }
    throw failure ?? new BrokerError('No schema registry is configured', { retriable: false });
  }

  close(): void {
    this.transport.close();
  }

  /** A failure that another try may mend is a result. */
  private async tryServer(server: Server, { method, path, body }: { readonly method: HttpQuestion['method']; readonly path: string; readonly body: object | null }): Promise<HttpAnswer | BrokerError> {
    const headers = {
      accept: `${TYPE}, application/json`,
      ...(body === null ? {} : { 'content-type': TYPE }),
      ...(server.authorization === null ? {} : { authorization: server.authorization }),
    };
    try {
      const answer = await this.transport.send({ method, url: new URL(server.base + path), headers, body: body === null ? null : JSON.stringify(body) });
      const mayPass = answer.status >= 500 || answer.status === 429 || answer.status === 408;
      return mayPass ? new BrokerError(`The schema registry at ${server.shown} answered HTTP ${answer.status}${shortText(answer)}`, { retriable: true }) : answer;
    } catch (cause) {
      return new BrokerError(`The schema registry at ${server.shown} cannot be reached: ${reasonOf(cause)}`, { retriable: true, cause, hint: 'Check ksql.schema.registry.url and that the registry runs.' });
    }
  }
}

function serverOf(text: string, authorization: string | null): Server {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new RequestError('BAD_REQUEST', `ksql.schema.registry.url holds "${text}", which is no HTTP address`, { hint: 'Give addresses such as http://localhost:8081, separated by commas.' });
  }
  const credentials = url.username === '' ? null : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  const base = url.href.replace(/\/+$/, '');
  return { base, shown: base, authorization: credentials === null ? authorization : basicAuthorization(credentials) };
}

/** The header for `user:password`. */
export function basicAuthorization(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

function readJson({ status, text }: HttpAnswer, server: Server): JsonDocument {
  if (status === 401 || status === 403) throw new BrokerError(`The schema registry at ${server.shown} refused the credentials (HTTP ${status})`, { retriable: false, hint: 'Set ksql.schema.registry.basic.auth.user.info=USER:PASSWORD.' });
  const body = tryJson(text);
  if (status >= 200 && status < 300 && body !== undefined) return body;
  const code = isMap(body) ? numberOf(body.get('error_code')) : null;
  const message = isMap(body) ? textOf(body.get('message')) : null;
  if (code !== null && message !== null) throw new RegistryError(code, message);
  throw new BrokerError(`${server.shown} does not answer as a schema registry does: HTTP ${status}${shortText({ status, text })}`, { retriable: false, hint: 'Check ksql.schema.registry.url.' });
}

function tryJson(text: string): JsonDocument | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function shortText({ text }: HttpAnswer): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line === '' ? '' : `: ${line.slice(0, 200)}`;
}

function reasonOf(cause: unknown): string {
  // Of a name with several addresses each failure stands by itself.
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join('; ');
  return cause instanceof Error ? cause.message : 'unknown reason';
}

function isRefusedConnection({ cause }: BrokerError): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ECONNREFUSED' || cause.code === 'ENOTFOUND');
}
