import { BrokerError, RecordError, StateError } from '../../errors/index.js';
import type { QueryFailure } from '../messages.js';

/** What to do after a session has ended with an error. */
export type Recovery =
  /** The transaction is over, the data is fine: open again at once. */
  | 'replay'
  /** Another owner has taken over: leave the group and ask for a share again. */
  | 'rejoin'
  /** A store is damaged: wipe, restore, go on. */
  | 'wipe'
  /** Wait, then try again; the query shows ERROR meanwhile. */
  | 'backOff';

export function recoveryOf(error: unknown): Recovery {
  if (error instanceof BrokerError && error.outcome === 'fenced') return 'rejoin';
  if (error instanceof BrokerError && error.outcome !== null) return 'replay';
  if (error instanceof StateError && error.damaged) return 'wipe';
  return 'backOff';
}

export function failureOf(error: unknown, timestamp: number): QueryFailure {
  const message = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : null;
  return { timestamp, type: typeOf(error), message, cause };
}

function typeOf(error: unknown): QueryFailure['type'] {
  if (error instanceof RecordError) return 'USER';
  if (error instanceof BrokerError) return error.code === 'UNKNOWN_TOPIC' || error.code === 'RECORD_TOO_LARGE' ? 'USER' : 'SYSTEM';
  return error instanceof StateError ? 'SYSTEM' : 'UNKNOWN';
}
