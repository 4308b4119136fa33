import type { Entity } from './entities.js';

/** Error bodies. `error_code` / 100 is the HTTP status; extra fields tell code, place and way out to clients that know them. */
export interface GenericError {
  readonly '@type': 'generic_error';
  readonly error_code: number;
  readonly message: string;
  readonly code?: string;
  readonly hint?: string;
  /** Where in the text of the request; both from 1. */
  readonly position?: { readonly line: number; readonly column: number };
}
export interface StatementErrorBody extends Omit<GenericError, '@type'> {
  readonly '@type': 'statement_error';
  readonly statementText: string;
  readonly entities: readonly Entity[];
}
export type ErrorBody = GenericError | StatementErrorBody;
