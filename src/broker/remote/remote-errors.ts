import { BrokerError, InternalError, MillraceError } from '../../errors/index.js';
import type { RemoteError } from './messages.js';

/** Errors lose their class between threads; what callers decide by stays. */
export function toRemote(error: unknown): RemoteError {
  return {
    message: error instanceof Error ? error.message : String(error),
    code: error instanceof MillraceError ? error.code : null,
    hint: error instanceof MillraceError ? (error.hint ?? null) : null,
    retriable: error instanceof BrokerError && error.retriable,
    outcome: error instanceof BrokerError ? error.outcome : null,
  };
}

export function fromRemote({ message, code, hint, retriable, outcome }: RemoteError): Error {
  if (code === null || code === 'SERVER') return new InternalError(message, { hint: hint ?? undefined });
  return new BrokerError(message, { code, retriable, hint: hint ?? undefined, ...(outcome === null ? {} : { outcome }) });
}
