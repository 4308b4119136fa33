/** Who a request comes from, once its credentials have been believed. */
export interface Principal {
  readonly name: string;
  readonly roles: readonly string[];
  readonly method: AuthenticationMethod;
}

export type AuthenticationMethod = 'BASIC' | 'API_KEY' | 'JWT' | 'CERTIFICATE';

/** What a request brings to prove who it is from. */
export interface Credentials {
  /** The header `authorization`. */
  readonly authorization: string | undefined;
  /** The header `x-api-key`. */
  readonly apiKey: string | undefined;
  /** Subject of the client's certificate, where TLS has verified it; null: none. */
  readonly certificateName: string | null;
}

/**
 * One way to prove who one is. Undefined: the credentials are not of this kind, another way may know them; null: they are and
 * they are wrong.
 */
export type Authenticator = (credentials: Credentials) => Principal | null | undefined | Promise<Principal | null>;

export function bearerToken(authorization: string | undefined): string | null {
  return /^bearer\s+([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1] ?? null;
}
