import { RequestError } from '../errors/index.js';
import { errorBody } from './error-body.js';
import { V1_JSON } from './media-types.js';

const RETRY_AFTER_SECONDS = '1';

export interface Failure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface FailureOptions {
  readonly type?: string;
  /** Of the request: 1 or 2. */
  readonly httpVersion: number;
  /** What callers without credentials are told. */
  readonly challenge?: string;
}

/** An error as a whole answer, with what tells a client when to come back, or to come with credentials. */
export function failureOf(error: unknown, { type = V1_JSON, httpVersion, challenge = '' }: FailureOptions): Failure {
  const { status, body } = errorBody(error);
  const code = error instanceof RequestError ? error.code : null;
  const headers: Record<string, string> = { 'content-type': type };
  if (status === 429 || status === 503) headers['retry-after'] = RETRY_AFTER_SECONDS;
  if (code === 'UNAUTHENTICATED' && challenge !== '') headers['www-authenticate'] = challenge;
  // What a client still sends of a body that was refused must not be taken for its next request.
  if ((code === 'TOO_LARGE' || code === 'SHUTTING_DOWN') && httpVersion === 1) headers['connection'] = 'close';
  return { status, headers, text: JSON.stringify(body) };
}
