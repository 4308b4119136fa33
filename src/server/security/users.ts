import { createHash, timingSafeEqual } from 'node:crypto';
import { RequestError } from '../../errors/index.js';
import { bearerToken, type Authenticator } from './principal.js';

interface Secret {
  /** SHA-256 of the password, or of the hash that stands for it. */
  readonly digest: Buffer;
  readonly form: 'text' | 'md5';
  readonly roles: readonly string[];
}

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Lines `name: secret,role,…` without comments. */
function parseLines(text: string): readonly { readonly name: string; readonly secret: string; readonly roles: readonly string[] }[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name = '', rest = ''] = /^\s*([^#:\s][^:]*?)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === '') return [];
    const [secret = '', ...roles] = rest.split(',').map((part) => part.trim());
    return [{ name, secret, roles }];
  });
}

/** Lines `user: password,role,…`, as in the password files of ksqlDB's login module; `MD5:` marks a hash in hexadecimal. */
export function parseUsers(text: string): ReadonlyMap<string, Secret> {
  return new Map(
    parseLines(text).map(({ name, secret, roles }) => {
      const isMd5 = secret.startsWith('MD5:');
      return [name, { digest: sha256(isMd5 ? secret.slice(4).toLowerCase() : secret), form: isMd5 ? 'md5' : 'text', roles }] as const;
    }),
  );
}

function basicCredentials(authorization: string | undefined): { readonly name: string; readonly password: string } | null {
  const encoded = /^basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at < 0 ? null : { name: text.slice(0, at), password: text.slice(at + 1) };
}

// Unknown users cost the same time as wrong passwords.
const NOBODY: Secret = { digest: sha256('nobody'), form: 'text', roles: [] };

/** Basic authentication. */
export function basicUsers(text: string): Authenticator {
  const users = parseUsers(text);
  return ({ authorization }) => {
    if (!/^basic\b/i.test(authorization ?? '')) return undefined;
    const given = basicCredentials(authorization);
    const user = users.get(given?.name ?? '') ?? NOBODY;
    const password = given?.password ?? '';
    const offered = sha256(user.form === 'md5' ? createHash('md5').update(password).digest('hex') : password);
    const isRight = timingSafeEqual(offered, user.digest);
    return given === null || user === NOBODY || !isRight ? null : { name: given.name, roles: user.roles, method: 'BASIC' };
  };
}

/** Keys of programs: lines `name: SHA256:hash,role,…`; the key comes as `x-api-key` or as a bearer token. Throws RequestError. */
export function apiKeys(text: string): Authenticator {
  const keys = parseLines(text).map(({ name, secret, roles }) => {
    const hash = /^SHA256:([0-9a-f]{64})$/i.exec(secret)?.[1];
    if (hash === undefined) throw new RequestError('BAD_REQUEST', `The API key of ${name} is not hashed`, { hint: 'Write NAME: SHA256:HASH,ROLE with the SHA-256 of a long random key in hexadecimal.' });
    return { name, roles, digest: Buffer.from(hash, 'hex') };
  });
  return ({ apiKey, authorization }) => {
    const token = apiKey ?? bearerToken(authorization);
    // A token with three parts is not one of these keys.
    if (token === null || (apiKey === undefined && token.split('.').length === 3)) return undefined;
    const offered = sha256(token);
    // Every key is compared, so that time does not tell which one came close.
    const [found] = keys.filter((key) => timingSafeEqual(key.digest, offered));
    return found === undefined ? null : { name: found.name, roles: found.roles, method: 'API_KEY' };
  };
}
