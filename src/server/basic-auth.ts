import { createHash, timingSafeEqual } from 'node:crypto';
import type { Settings } from '../engine/index.js';
import { RequestError } from '../errors/index.js';

interface User {
  /** SHA-256 of the password, or of the hash that stands for it. */
  readonly digest: Buffer;
  readonly isMd5: boolean;
  readonly roles: readonly string[];
}

/** Says who may call; null: everybody. Throws RequestError for those who may not. */
export type Gate = ((path: string, authorization: string | undefined) => void) | null;

/** Answered without credentials: what watches over servers asks for these. */
const OPEN = ['/livez', '/readyz', '/startupz', '/chc/*'];

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Lines `user: password,role,…`, as in the password files of ksqlDB's login module; `MD5:` marks a hash in hexadecimal. */
export function parseUsers(text: string): ReadonlyMap<string, User> {
  const users = new Map<string, User>();
  for (const line of text.split(/\r?\n/)) {
    const [, name = '', rest = ''] = /^\s*([^#:\s][^:]*?)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === '') continue;
    const [secret = '', ...roles] = rest.split(',').map((part) => part.trim());
    const isMd5 = secret.startsWith('MD5:');
    users.set(name, { digest: sha256(isMd5 ? secret.slice(4).toLowerCase() : secret), isMd5, roles });
  }
  return users;
}

function credentials(authorization: string | undefined): { readonly name: string; readonly password: string } | null {
  const encoded = /^basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at < 0 ? null : { name: text.slice(0, at), password: text.slice(at + 1) };
}

// Unknown users cost the same time as wrong passwords.
const NOBODY: User = { digest: sha256('nobody'), isMd5: false, roles: [] };

function skips(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern));
}

/** Basic authentication by the server's settings. `readUsers` reads the password file. Throws RequestError for settings that do not fit. */
export function basicAuth(settings: Settings, readUsers: (file: string) => string): Gate {
  const method = settings.text('authentication.method') ?? 'NONE';
  if (method === 'NONE') return null;
  if (method !== 'BASIC') throw new RequestError('BAD_REQUEST', `authentication.method=${method} is not known`, { hint: 'NONE or BASIC.' });
  const file = settings.text('millrace.authentication.users.file');
  if (file === null) throw new RequestError('BAD_REQUEST', 'authentication.method=BASIC needs users', { hint: 'Set millrace.authentication.users.file to a file of lines `user: password,role`.' });
  const users = parseUsers(readUsers(file));
  const roles = settings.list('authentication.roles');
  const open = [...OPEN, ...settings.list('authentication.skip.paths')];
  return (path, authorization) => {
    if (skips(path, open)) return;
    const given = credentials(authorization);
    const user = users.get(given?.name ?? '') ?? NOBODY;
    const password = given?.password ?? '';
    const offered = sha256(user.isMd5 ? createHash('md5').update(password).digest('hex') : password);
    if (given === null || user === NOBODY || !timingSafeEqual(offered, user.digest)) throw new RequestError('UNAUTHENTICATED', 'Unauthorized', { hint: 'Send the name and password of a user.' });
    if (!roles.includes('*') && !user.roles.some((role) => roles.includes(role))) throw new RequestError('FORBIDDEN', 'You are forbidden from using this cluster.');
  };
}
