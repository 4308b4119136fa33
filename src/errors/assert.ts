import { InternalError } from './classes.js';

/** Stops the program when an impossible state is met. Never reachable by user SQL or user data. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InternalError(`Invariant broken: ${message}`);
}

/** Makes a `switch` over a union complete: a new kind fails the build. */
export function assertNever(value: never): never {
  throw new InternalError(`Unexpected case: ${JSON.stringify(value)}`);
}

/** Returns the value, which the caller knows to be present. */
export function present<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new InternalError(`Missing: ${what}`);
  return value;
}
