/**
 * The one table of error codes. A code never changes its meaning; the documented REST number is what clients match on.
 * `retriable` says whether the same request may succeed later without change.
 */
export const ERROR_CODES = {
  PARSE: { rest: 40001, retriable: false, title: 'The text is not a statement' },
  BIND: { rest: 40001, retriable: false, title: 'A name or type in the statement does not fit' },
  PLAN: { rest: 40001, retriable: false, title: 'The statement cannot be run' },
  BAD_REQUEST: { rest: 40000, retriable: false, title: 'The request is malformed' },
  QUERY_ON_STATEMENT_ENDPOINT: { rest: 40002, retriable: false, title: 'A query was sent to the statement endpoint' },
  PUSH_QUERY_LIMIT: { rest: 40003, retriable: true, title: 'Too many push queries' },
  HTTP2_ONLY: { rest: 40004, retriable: false, title: 'The endpoint needs HTTP/2' },
  INTERNAL_ENDPOINT: { rest: 40005, retriable: false, title: 'An internal endpoint was used from outside' },
  UNAUTHENTICATED: { rest: 40100, retriable: false, title: 'Authentication is needed' },
  FORBIDDEN: { rest: 40300, retriable: false, title: 'The user may not do this' },
  NOT_A_QUERY: { rest: 40000, retriable: false, title: 'A statement was sent to a query endpoint' },
  NOT_FOUND: { rest: 40400, retriable: false, title: 'There is no such thing' },
  ASSERT_FAILED: { rest: 41700, retriable: false, title: 'An ASSERT statement did not hold' },
  TOO_LARGE: { rest: 41300, retriable: false, title: 'The request is too large' },
  WRONG_HOST: { rest: 42100, retriable: false, title: 'The server is not called by that name' },
  REGISTRY_MISSING: { rest: 42801, retriable: false, title: 'A schema registry is needed' },
  CONFLICT: { rest: 40900, retriable: true, title: 'Another statement came in between' },
  CLIENT_TOO_SLOW: { rest: 42900, retriable: true, title: 'A client reads its rows too slowly' },
  RATE_LIMIT: { rest: 42900, retriable: true, title: 'A rate or concurrency limit was reached' },
  SERVER: { rest: 50000, retriable: false, title: 'The server failed' },
  COMMAND_TIMEOUT: { rest: 50301, retriable: true, title: 'The command log was not reached in time' },
  NOT_READY: { rest: 50302, retriable: true, title: 'The server is not ready' },
  SHUTTING_DOWN: { rest: 50303, retriable: true, title: 'The server is shutting down' },
  SHUT_DOWN: { rest: 50304, retriable: false, title: 'The service was terminated' },
  RECORD: { rest: 50000, retriable: false, title: 'A record cannot be read or evaluated' },
  BROKER: { rest: 50000, retriable: true, title: 'The broker failed' },
  STATE: { rest: 50000, retriable: true, title: 'A state store failed' },
  FOLDER_LOCKED: { rest: 50000, retriable: true, title: 'The data folder is in use' },
  UNKNOWN_TOPIC: { rest: 50000, retriable: false, title: 'The topic or partition does not exist' },
  OFFSET_OUT_OF_RANGE: { rest: 50000, retriable: false, title: 'The position is outside what the partition holds' },
  FENCED: { rest: 50000, retriable: false, title: 'A newer producer has taken over the transactional id' },
  RECORD_TOO_LARGE: { rest: 50000, retriable: false, title: 'A record is larger than its topic allows' },
  DAMAGED: { rest: 50000, retriable: false, title: 'Stored bytes are not what was written' },
  FUNCTION_OVERRUN: { rest: 50000, retriable: false, title: 'A function of the user did not come back in time' },
  THREAD_ENDED: { rest: 50000, retriable: true, title: 'The thread that did the work ended' },
  DISK_FULL: { rest: 50000, retriable: true, title: 'The disk or its limit is full' },
} as const;

/** A key of the code table. */
export type ErrorCode = keyof typeof ERROR_CODES;
