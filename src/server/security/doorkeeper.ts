import type { AccessGuard } from '../../engine/index.js';
import type { Clock, Logger } from '../../env/index.js';
import { RequestError } from '../../errors/index.js';
import type { OriginRules } from './origins.js';
import type { Authenticator, Credentials, Principal } from './principal.js';
import { RateLimiter } from './rate-limiter.js';
import { accessTo, type RouteAccess } from './route-access.js';
import { guardOf, type Rules } from './rules.js';

/** How callers are told apart and what they may do. */
export interface AccessPolicy {
  readonly authenticators: readonly Authenticator[];
  readonly rules: Rules;
  /** Only callers with one of these may come in; `*`: all. */
  readonly roles: readonly string[];
  /** Paths that ask for no credentials, `*` at the end for all below. */
  readonly openPaths: readonly string[];
  /** What a refused caller is told in `www-authenticate`. */
  readonly challenge: string;
}

export interface DoorOptions {
  /** null: everybody may do everything. */
  readonly policy: AccessPolicy | null;
  readonly origins: OriginRules;
  /** Requests a second of one address, and of one identity; null: as many as they like. */
  readonly ratePerAddress: number | null;
  readonly ratePerIdentity: number | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A request before anything of it is done. */
export interface Visit {
  readonly path: string;
  readonly access: RouteAccess;
  /** The subject in the path of a registry's route. */
  readonly subject: string | undefined;
  readonly address: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** The name in the TLS handshake; null: none. */
  readonly serverName: string | null;
  readonly credentials: Credentials;
}

const FAILURES = { perSecond: 1 / 3, burst: 20 };
const ANONYMOUS: Principal = { name: '', roles: [], method: 'BASIC' };

const matches = (path: string, patterns: readonly string[]): boolean => patterns.some((pattern) => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern));

function limiter(perSecond: number | null, clock: Clock): RateLimiter | null {
  return perSecond === null ? null : new RateLimiter({ perSecond, burst: Math.max(1, perSecond), clock });
}

/** The one place that lets requests in, whatever they come over: HTTP/1.1, HTTP/2, WebSocket. */
export class Doorkeeper {
  private policy: AccessPolicy | null;
  private readonly failures: RateLimiter;
  private readonly addresses: RateLimiter | null;
  private readonly identities: RateLimiter | null;

  constructor(private readonly options: DoorOptions) {
    const { clock } = options;
    this.policy = options.policy;
    this.failures = new RateLimiter({ ...FAILURES, clock });
    this.addresses = limiter(options.ratePerAddress, clock);
    this.identities = limiter(options.ratePerIdentity, clock);
  }

  get challenge(): string {
    return this.policy?.challenge ?? '';
  }

  /** From the next request on. */
  replacePolicy(policy: AccessPolicy | null): void {
    this.policy = policy;
  }

  get origins(): OriginRules {
    return this.options.origins;
  }

  /** What the caller may do further in; null: everything. Throws RequestError, or rejects with it, for those who may not come in. */
  admit(visit: Visit): AccessGuard | null | Promise<AccessGuard | null> {
    const { policy } = this;
    const { origins } = this.options;
    origins.check(visit.host, visit.origin, visit.serverName);
    if (this.addresses?.take(visit.address) === false) throw tooMany('This address sends too many requests');
    if (policy === null) return null;
    if (visit.access === 'public' || matches(visit.path, policy.openPaths)) return guardOf(ANONYMOUS, policy.rules);
    if (!this.failures.has(visit.address)) throw tooMany('Too many failed attempts came from this address');
    const principal = this.authenticate(visit.credentials, policy.authenticators);
    return principal instanceof Promise ? principal.then((found) => this.enter(found, visit, policy)) : this.enter(principal, visit, policy);
  }

  private authenticate(credentials: Credentials, authenticators: readonly Authenticator[]): Principal | null | Promise<Principal | null> {
    for (const authenticator of authenticators) {
      const found = authenticator(credentials);
      if (found !== undefined) return found;
    }
    return null;
  }

  private enter(principal: Principal | null, visit: Visit, policy: AccessPolicy): AccessGuard {
    if (principal === null) {
      const isTried = visit.credentials.authorization !== undefined || visit.credentials.apiKey !== undefined;
      // A first question without credentials is how clients learn that they need some.
      if (isTried) this.refused(visit, 'credentials');
      throw new RequestError('UNAUTHENTICATED', 'Unauthorized', { hint: 'Send credentials that this server knows.' });
    }
    if (this.identities?.take(principal.name) === false) throw tooMany('This user sends too many requests');
    const guard = guardOf(principal, policy.rules);
    const hasRole = policy.roles.includes('*') || principal.roles.some((role) => policy.roles.includes(role));
    if (!hasRole) throw new RequestError('FORBIDDEN', 'You are forbidden from using this cluster.');
    if (visit.access !== 'public') guard.require(accessTo(visit.access, visit.subject));
    return guard;
  }

  // Neither name nor secret: a password is easily typed where the name belongs.
  private refused({ address, path }: Visit, reason: string): void {
    this.failures.take(address);
    this.options.logger.warn('A caller was refused', { address, path: path.slice(0, 100), reason });
  }
}

function tooMany(message: string): RequestError {
  return new RequestError('RATE_LIMIT', message, { hint: 'Wait before the next one.' });
}
