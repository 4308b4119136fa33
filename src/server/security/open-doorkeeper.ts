import type { Settings } from '../../engine/index.js';
import type { Clock, Logger } from '../../env/index.js';
import { RequestError } from '../../errors/index.js';
import { certificateNames } from './certificates.js';
import { Doorkeeper, type AccessPolicy } from './doorkeeper.js';
import { fetchKeys } from './fetch-keys.js';
import { hostName, OriginRules } from './origins.js';
import type { AuthenticationMethod, Authenticator } from './principal.js';
import { OPEN_RULES, parseRules, ROLE_RULES, type Rules } from './rules.js';
import { bearerTokens } from './tokens.js';
import { apiKeys, basicUsers } from './users.js';

/** What of the surroundings the doorkeeper needs. */
export interface Surroundings {
  readonly readFile: (path: string) => Buffer;
  readonly clock: Clock;
  readonly logger: Logger;
}

const METHODS: readonly AuthenticationMethod[] = ['BASIC', 'API_KEY', 'JWT', 'CERTIFICATE'];
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

function required(settings: Settings, name: string, method: string, hint: string): string {
  const value = settings.text(name);
  if (value === null || value === '') throw new RequestError('BAD_REQUEST', `authentication.method=${method} needs ${name}`, { hint });
  return value;
}

function tokens(settings: Settings, { clock, readFile }: Surroundings): Authenticator {
  const need = (name: string, hint: string): string => required(settings, `millrace.authentication.jwt.${name}`, 'JWT', hint);
  const location = need('jwks', 'Set it to the file or the https address of the public keys (JWKS).');
  return bearerTokens({
    issuer: need('issuer', 'Set it to the `iss` of the tokens.'),
    audience: need('audience', 'Set it to the `aud` that tokens for this server carry.'),
    rolesClaim: settings.text('millrace.authentication.jwt.roles.claim') ?? 'roles',
    nameClaim: settings.text('millrace.authentication.jwt.name.claim') ?? 'sub',
    clock,
    fetchKeys: /^https?:/i.test(location) ? fetchKeys(location) : () => Promise.resolve(readFile(location).toString('utf8')),
  });
}

function authenticator(method: AuthenticationMethod, settings: Settings, surroundings: Surroundings): Authenticator {
  const file = (name: string, hint: string): string => surroundings.readFile(required(settings, name, method, hint)).toString('utf8');
  switch (method) {
    case 'BASIC':
      return basicUsers(file('millrace.authentication.users.file', 'Set it to a file of lines `user: password,role`.'));
    case 'API_KEY':
      return apiKeys(file('millrace.authentication.keys.file', 'Set it to a file of lines `name: SHA256:hash,role`.'));
    case 'JWT':
      return tokens(settings, surroundings);
    case 'CERTIFICATE':
      return certificateNames();
  }
}

function rulesOf(settings: Settings, methods: readonly AuthenticationMethod[], { readFile }: Surroundings): Rules {
  const file = settings.text('millrace.authorization.rules.file');
  if (file !== null && file !== '') return parseRules(readFile(file).toString('utf8'));
  // BASIC alone is ksqlDB's own setting, and there it lets its users do everything.
  return methods.every((method) => method === 'BASIC') ? OPEN_RULES : ROLE_RULES;
}

/** Reads users, keys and rules anew. Throws RequestError. */
export function policyOf(settings: Settings, surroundings: Surroundings): AccessPolicy | null {
  const given = settings.list('authentication.method').map((each) => each.toUpperCase());
  const unknown = given.find((each) => each !== 'NONE' && !METHODS.some((method) => method === each));
  if (unknown !== undefined) throw new RequestError('BAD_REQUEST', `authentication.method=${unknown} is not known`, { hint: `NONE, or some of ${METHODS.join(', ')}.` });
  const methods = METHODS.filter((method) => given.includes(method));
  const isOff = methods.length === 0;
  if (isOff && (settings.text('millrace.authorization.rules.file') ?? '') !== '') {
    throw new RequestError('BAD_REQUEST', 'Authorization rules need to know who calls', { hint: `Set authentication.method to some of ${METHODS.join(', ')}.` });
  }
  if (isOff) return null;
  const realm = (settings.text('authentication.realm') ?? '').replace(/[^\w .-]/g, '') || 'millrace';
  return {
    authenticators: methods.map((method) => authenticator(method, settings, surroundings)),
    rules: rulesOf(settings, methods, surroundings),
    roles: settings.list('authentication.roles'),
    openPaths: settings.list('authentication.skip.paths'),
    challenge: methods.includes('BASIC') ? `Basic realm="${realm}"` : `Bearer realm="${realm}"`,
  };
}

/** Names by which a server on the loopback address is called; null where it is open to a network, unless names are given. */
function hostsOf(settings: Settings, listeners: readonly string[]): ReadonlySet<string> | null {
  const nameIn = (url: string): string => (URL.canParse(url) ? hostName(new URL(url).host) : '');
  const allowed = settings.list('millrace.server.allowed.hosts').map((each) => hostName(each));
  const own = listeners.map(nameIn);
  if (allowed.length === 0 && !own.every((each) => LOOPBACK.test(each))) return null;
  return new Set(['localhost', '127.0.0.1', '::1', ...own, ...allowed, nameIn(settings.text('ksql.advertised.listener') ?? '')]);
}

const rateOf = (settings: Settings, name: string): number | null => (settings.isGiven(name) && settings.number(name) > 0 ? settings.number(name) : null);

/** Reads who may do what from the server's settings. Throws RequestError for settings that do not fit. */
export function openDoorkeeper(settings: Settings, listeners: readonly string[], surroundings: Surroundings): Doorkeeper {
  return new Doorkeeper({
    policy: policyOf(settings, surroundings),
    origins: new OriginRules({
      hosts: hostsOf(settings, listeners),
      origins: settings.list('access.control.allow.origin'),
      methods: settings.list('access.control.allow.methods'),
      headers: settings.list('access.control.allow.headers'),
      checksServerName: settings.flag('ksql.server.sni.check.enable'),
    }),
    ratePerAddress: rateOf(settings, 'millrace.server.rate.per.address'),
    ratePerIdentity: rateOf(settings, 'millrace.server.rate.per.identity'),
    clock: surroundings.clock,
    logger: surroundings.logger,
  });
}
