import type { AccessGuard, Session } from '../engine/index.js';
import { RequestError } from '../errors/index.js';
import { SQL_BODY } from './bodies.js';
import { parseBody } from './read-body.js';

/** A request body of `/ksql`, `/query`, `/query-stream` or `/ws/query`. */
export interface SqlRequest {
  readonly sql: string;
  readonly session: Session;
}

const MAX_SQL_CHARS = 1_000_000;

/** The two spellings of a request: `ksql` with `streamsProperties`, `sql` with `properties`. */
export function readSqlRequest(text: string, guard: AccessGuard | null): SqlRequest {
  const body = parseBody(text);
  const sql = SQL_BODY.ksql.of(body) ?? SQL_BODY.sql.of(body) ?? '';
  if (sql.length > MAX_SQL_CHARS) {
    throw new RequestError('BAD_REQUEST', `The statements have ${sql.length} characters; at most ${MAX_SQL_CHARS} are accepted`, { hint: 'Send them in several requests.' });
  }
  const sequence = SQL_BODY.commandSequenceNumber.of(body);
  return {
    sql,
    session: {
      properties: { ...SQL_BODY.streamsProperties.of(body), ...SQL_BODY.properties.of(body) },
      variables: SQL_BODY.sessionVariables.of(body),
      requestProperties: SQL_BODY.requestProperties.of(body),
      guard,
      ...(sequence === undefined ? {} : { commandSequenceNumber: sequence }),
    },
  };
}
