import type { ErrorCode } from './codes.js';
import type { Span } from './span.js';

/** What an error may carry besides its message. */
export interface ErrorDetails {
  readonly span?: Span | undefined;
  /** One sentence that tells the user what to write or do instead. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** What is refused tells what to do instead. */
export interface RefusalDetails extends ErrorDetails {
  readonly hint: string;
}

/** Base of every error raised on purpose. The class says who must act, `code` what happened. */
export abstract class MillraceError extends Error {
  /** Where it is; of errors about a whole statement set once, by the engine. */
  span: Span | undefined;
  readonly hint: string | undefined;
  /** The statement of a request that failed; set once, by the engine. */
  statementText: string | undefined;
  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.span = details.span;
    this.hint = details.hint;
  }
}

/** The user's statement is at fault. Nothing has changed. */
export abstract class StatementError extends MillraceError {
  declare readonly hint: string;
}

/** The text does not follow the grammar. */
export class ParseError extends StatementError {
  constructor(message: string, details: RefusalDetails) {
    super('PARSE', message, details);
  }
}

/** A name is unknown or ambiguous, or a type does not fit. */
export class BindError extends StatementError {
  constructor(message: string, details: RefusalDetails) {
    super('BIND', message, details);
  }
}

/** The statement is well formed but cannot be run as it stands. */
export class PlanError extends StatementError {
  constructor(message: string, details: RefusalDetails) {
    super('PLAN', message, details);
  }
}

/** The request around a statement is at fault (endpoint, property, limit). */
export class RequestError extends MillraceError {}

/** Bad data: the record goes to the processing log, the query lives on. */
export class RecordError extends MillraceError {
  constructor(message: string, details?: ErrorDetails) {
    super('RECORD', message, details);
  }
}

/** The environment failed. `retriable` tells the caller whether waiting may help. */
export class BrokerError extends MillraceError {
  readonly retriable: boolean;
  /** Of a failed producer call: fenced → drop the tasks; abortable → abort and rewind; unknown → open a new producer. */
  readonly outcome: 'fenced' | 'abortable' | 'unknown' | null;
  constructor(
    message: string,
    details: ErrorDetails & { retriable: boolean; code?: ErrorCode; outcome?: 'fenced' | 'abortable' | 'unknown' },
  ) {
    super(details.code ?? 'BROKER', message, details);
    this.retriable = details.retriable;
    this.outcome = details.outcome ?? null;
  }
}

/** A state store failed; `damaged` asks for wipe and restore. */
export class StateError extends MillraceError {
  readonly damaged: boolean;
  constructor(message: string, details: ErrorDetails & { damaged: boolean }) {
    super('STATE', message, details);
    this.damaged = details.damaged;
  }
}

/** Our own fault; never raised by user SQL or user data. */
export class InternalError extends MillraceError {
  constructor(message: string, details?: ErrorDetails) {
    super('SERVER', message, details);
  }
}
