import type { AccessGuard, Session } from '../engine/index.js';
import { RequestError } from '../errors/index.js';
import { integerField, parseBody, propertiesField, stringField, variablesField } from './read-body.js';

/** A request body of `/ksql`, `/query`, `/query-stream` or `/ws/query`. */
export interface SqlRequest {
  readonly sql: string;
  readonly session: Session;
}

const MAX_SQL_CHARS = 1_000_000;

/** The two spellings of a request: `ksql` with `streamsProperties`, `sql` with `properties`. */
export function readSqlRequest(text: string, guard: AccessGuard | null): SqlRequest {
  const body = parseBody(text);
  const sql = stringField(body, 'ksql') ?? stringField(body, 'sql') ?? '';
  if (sql.length > MAX_SQL_CHARS) {
    throw new RequestError('BAD_REQUEST', `The statements have ${sql.length} characters; at most ${MAX_SQL_CHARS} are accepted`, { hint: 'Send them in several requests.' });
  }
  const sequence = integerField(body, 'commandSequenceNumber');
  return {
    sql,
    session: {
      properties: { ...propertiesField(body, 'streamsProperties'), ...propertiesField(body, 'properties') },
      variables: variablesField(body, 'sessionVariables'),
      requestProperties: propertiesField(body, 'requestProperties'),
      guard,
      ...(sequence === undefined ? {} : { commandSequenceNumber: sequence }),
    },
  };
}
