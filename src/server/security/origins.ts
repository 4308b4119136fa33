import { RequestError } from '../../errors/index.js';

export interface OriginOptions {
  /** Names under which this server may be called; null: any. */
  readonly hosts: ReadonlySet<string> | null;
  /** Origins of web pages that may call; `*`: all. */
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  /** Whether the name in the TLS handshake must be the one in the request. */
  readonly checksServerName: boolean;
}

const DEFAULT_METHODS = ['GET', 'POST', 'HEAD'];
const DEFAULT_HEADERS = ['X-Requested-With', 'Content-Type', 'Accept', 'Origin', 'Authorization'];

/** The name in a `host` header, without port and brackets. */
export function hostName(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '').toLowerCase();
}

/**
 * What browsers are allowed. A page of another site reaches a server on the loopback address through a name of its own that leads
 * there, or by requests that browsers send without asking: both show in `host` and `origin`.
 */
export class OriginRules {
  constructor(private readonly options: OriginOptions) {}

  /** Throws RequestError for names this server is not called by and for pages it does not serve. */
  check(host: string | undefined, origin: string | undefined, serverName: string | null): void {
    const { hosts } = this.options;
    if (hosts !== null && host !== undefined && !hosts.has(hostName(host))) {
      throw new RequestError('WRONG_HOST', 'This server is not called by that name', { hint: 'Add the name to millrace.server.allowed.hosts.' });
    }
    if (this.options.checksServerName && serverName !== null && host !== undefined && serverName.toLowerCase() !== hostName(host)) {
      throw new RequestError('WRONG_HOST', 'The name of the TLS handshake is not the one of the request');
    }
    if (origin === undefined || this.isAllowed(origin) || isSame(origin, host)) return;
    throw new RequestError('FORBIDDEN', 'Web pages of that origin may not call this server', { hint: 'Add the origin to access.control.allow.origin.' });
  }

  /** Headers that let a page read the answer; none for pages that may not. */
  answerHeaders(origin: string | undefined): Readonly<Record<string, string>> {
    if (origin === undefined || !this.isAllowed(origin)) return {};
    return { 'access-control-allow-origin': this.options.origins.includes('*') ? '*' : origin, vary: 'Origin' };
  }

  /** The answer to a browser that asks before it sends; null: it is not asking, or not allowed. */
  preflight(method: string | undefined, origin: string | undefined, asked: string | undefined): Readonly<Record<string, string>> | null {
    if (method !== 'OPTIONS' || asked === undefined || origin === undefined || !this.isAllowed(origin)) return null;
    const { methods, headers } = this.options;
    return {
      ...this.answerHeaders(origin),
      'access-control-allow-methods': (methods.length === 0 ? DEFAULT_METHODS : methods).join(','),
      'access-control-allow-headers': (headers.length === 0 ? DEFAULT_HEADERS : headers).join(','),
    };
  }

  private isAllowed(origin: string): boolean {
    return this.options.origins.includes('*') || this.options.origins.includes(origin);
  }
}

function isSame(origin: string, host: string | undefined): boolean {
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
