import type { AccessGuard, Session } from '../engine/index.js';
import { RequestError } from '../errors/index.js';
import { SQL_BODY } from './bodies.js';
import type { InputLimits } from './input-limits.js';
import type { AnyRequest } from './protocol-switch.js';
import { parseBody } from './read-body.js';

/** A request body of `/ksql`, `/query`, `/query-stream` or `/ws/query`. */
export interface SqlRequest {
  readonly sql: string;
  readonly session: Session;
}

export interface SqlRequestOrigin {
  readonly limits: InputLimits;
  readonly guard: AccessGuard | null;
  readonly credentials?: string | null;
}

/** What a caller proved to be with, as other servers of the service take it. A client's certificate cannot be passed on. */
export function credentialsOf({ headers }: AnyRequest): string | null {
  const key = headers['x-api-key'];
  return headers.authorization ?? (typeof key === 'string' ? `Bearer ${key}` : null);
}

/** The two spellings of a request: `ksql` with `streamsProperties`, `sql` with `properties`. */
export function readSqlRequest(text: string, { limits, guard, credentials = null }: SqlRequestOrigin): SqlRequest {
  const body = parseBody(text);
  const sql = SQL_BODY.ksql.of(body) ?? SQL_BODY.sql.of(body) ?? '';
  if (sql.length > limits.statementChars) {
    throw new RequestError('BAD_REQUEST', `The statements have ${sql.length} characters; at most ${limits.statementChars} are accepted`, { hint: 'Send them in several requests.' });
  }
  const sequence = SQL_BODY.commandSequenceNumber.of(body);
  return {
    sql,
    session: {
      properties: { ...SQL_BODY.streamsProperties.of(body), ...SQL_BODY.properties.of(body) },
      variables: SQL_BODY.sessionVariables.of(body),
      requestProperties: SQL_BODY.requestProperties.of(body),
      guard,
      ...(credentials === null ? {} : { credentials }),
      ...(sequence === undefined ? {} : { commandSequenceNumber: sequence }),
    },
  };
}
