import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import type { Clock } from '../../env/index.js';
import { RequestError } from '../../errors/index.js';
import { bearerToken, type Authenticator } from './principal.js';

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** Where a token's roles are: names of fields with dots between. */
  readonly rolesClaim: string;
  readonly nameClaim: string;
  readonly clock: Clock;
  /** The key set as it is now. Rejects where it cannot be read. */
  readonly fetchKeys: () => Promise<string>;
}

// Keys that sign and keys that check are different ones in all of these: who can check cannot make tokens.
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const MAX_TOKEN_CHARS = 16 * 1024;
const CLOCK_TOLERANCE_S = 60;
const KEYS_MAX_AGE_MS = 600_000;
/** Keys that nobody knows make us look again at most this often. */
const REFRESH_COOLDOWN_MS = 30_000;

type KeySet = ReturnType<typeof createLocalJWKSet>;

/** The issuer's public keys, read again when they are old or when a token names one that is not among them. */
class Keys {
  private current: { readonly set: KeySet; readonly at: number } | null = null;
  private reading: Promise<KeySet> | null = null;

  constructor(private readonly rules: TokenRules) {}

  async get(): Promise<KeySet> {
    if (this.current !== null && this.rules.clock.monotonic() - this.current.at < KEYS_MAX_AGE_MS) return this.current.set;
    return this.read();
  }

  /** The keys read anew, or null when that was done a moment ago. */
  async refresh(): Promise<KeySet | null> {
    if (this.current !== null && this.rules.clock.monotonic() - this.current.at < REFRESH_COOLDOWN_MS) return null;
    return this.read();
  }

  private async read(): Promise<KeySet> {
    this.reading ??= this.fetch().finally(() => (this.reading = null));
    return this.reading;
  }

  private async fetch(): Promise<KeySet> {
    try {
      // createLocalJWKSet checks the shape of what it is given.
      const set = createLocalJWKSet(JSON.parse(await this.rules.fetchKeys()) as JSONWebKeySet);
      this.current = { set, at: this.rules.clock.monotonic() };
      return set;
    } catch (cause) {
      if (this.current !== null) return this.current.set;
      throw new RequestError('NOT_READY', 'The keys that check tokens cannot be read', { cause, hint: 'See the log of the server.' });
    }
  }
}

function claim(payload: JWTPayload, path: string): unknown {
  let value: unknown = payload;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Object.getOwnPropertyDescriptor(value, name)?.value;
  }
  return value;
}

/** A list of texts, or one text with blanks or commas between, as scopes are written. */
function rolesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'string');
  return typeof value === 'string' ? value.split(/[\s,]+/).filter((each) => each !== '') : [];
}

/** JSON Web Tokens as bearer tokens: signature, issuer, audience and times are checked. */
export function bearerTokens(rules: TokenRules): Authenticator {
  const keys = new Keys(rules);
  const verify = async (token: string, set: KeySet): Promise<JWTPayload> => {
    const { payload } = await jwtVerify(token, set, {
      issuer: rules.issuer, audience: rules.audience, algorithms: ALGORITHMS, clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(rules.clock.now()), requiredClaims: ['exp'],
    });
    return payload;
  };
  const believed = async (token: string): Promise<JWTPayload | null> => {
    try {
      return await verify(token, await keys.get());
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      const newer = error instanceof errors.JWKSNoMatchingKey ? await keys.refresh() : null;
      return newer === null ? null : verify(token, newer).catch(() => null);
    }
  };
  return ({ authorization }) => {
    const token = bearerToken(authorization);
    if (token === null || token.split('.').length !== 3) return undefined;
    if (token.length > MAX_TOKEN_CHARS) return null;
    return believed(token).then((payload) => {
      const name = payload === null ? undefined : claim(payload, rules.nameClaim);
      return payload === null || typeof name !== 'string' ? null : { name, roles: rolesOf(claim(payload, rules.rolesClaim)), method: 'JWT' as const };
    });
  };
}
