import type { Entity, ErrorBody } from '../api/index.js';
import { ERROR_CODES, MillraceError, StatementError } from '../errors/index.js';

export interface HttpFailure {
  readonly status: number;
  readonly body: ErrorBody;
}

// Codes whose errors are about one statement of the request, besides those of its text.
const ABOUT_STATEMENT: ReadonlySet<string> = new Set(['QUERY_ON_STATEMENT_ENDPOINT', 'ASSERT_FAILED']);

/** An error as clients read it. What is our own fault tells no paths and no stack. */
export function errorBody(error: unknown, entities: readonly Entity[] = []): HttpFailure {
  if (!(error instanceof MillraceError)) {
    return { status: 500, body: { '@type': 'generic_error', error_code: 50000, message: 'The server failed to answer this request' } };
  }
  const code = ERROR_CODES[error.code].rest;
  const base = {
    error_code: code,
    message: error.message,
    code: error.code,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.span === undefined ? {} : { position: { line: error.span.line, column: error.span.column + 1 } }),
  };
  const status = Math.floor(code / 100);
  if ((error instanceof StatementError || ABOUT_STATEMENT.has(error.code)) && error.statementText !== undefined) {
    return { status, body: { '@type': 'statement_error', ...base, statementText: error.statementText, entities } };
  }
  return { status, body: { '@type': 'generic_error', ...base } };
}
