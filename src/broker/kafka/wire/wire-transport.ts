/** Where a broker listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** How this client shows who it is. A token is asked for anew before it expires. */
export type SaslCredentials =
  | { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: string }
  | { readonly mechanism: 'oauthbearer'; readonly oauthBearerProvider: () => Promise<{ readonly value: string }> };

/** One request as it goes over the wire, behind the header that the transport writes. */
export interface WireRequest {
  readonly apiKey: number;
  readonly apiName: string;
  readonly apiVersion: number;
  readonly body: Buffer;
  readonly timeoutMs: number;
}

/** Lowest and highest version a broker speaks, by API key. */
export type VersionRanges = ReadonlyMap<number, readonly [min: number, max: number]>;

/**
 * Sockets to brokers: connecting, TLS, SASL (with renewal), request and answer matching. A broker answers one socket in order, so
 * requests that may wait (long polls, joins) go on lanes of their own; a lane is one socket per broker.
 */
export interface WireTransport {
  /**
   * Sends and resolves with the answer's bytes behind its correlation id. Rejects with ConnectionFailure when the request was not
   * answered: whether the broker acted on it is then unknown.
   */
  request(endpoint: Endpoint, lane: string, request: WireRequest): Promise<Buffer>;
  /** Asked once per connection, before anything else. */
  versions(endpoint: Endpoint, lane: string): Promise<ConnectionVersions>;
  /** The broker asked for a pause of this lane. */
  throttle(endpoint: Endpoint, lane: string, ms: number): void;
  /** Closes the sockets of a lane. */
  closeLane(lane: string): Promise<void>;
  close(): Promise<void>;
}
export interface ConnectionVersions {
  readonly ranges: VersionRanges;
  /** Finalized level of a cluster feature such as `transaction.version`; 0 when the cluster has none. */
  readonly features: ReadonlyMap<string, number>;
}

/** A request without an answer. `reached`: it may have been carried out. */
export class ConnectionFailure extends Error {
  constructor(
    message: string,
    readonly reached: boolean,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.name = 'ConnectionFailure';
  }
}

/** The broker refused this client: asking again does not help. */
export class AuthenticationFailure extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'AuthenticationFailure';
  }
}
