import { setReadPosition, unreadBytes } from '../../../types/index.js';
import type { FunctionContext } from '../../entry.js';

/** One array after another. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** How CONCAT and CONCAT_WS put BYTES together; `separator` null: nothing in between. */
export type BytesJoiner = (values: readonly Uint8Array[], separator: Uint8Array | null) => Uint8Array;

export function bytesJoiner(context: FunctionContext): BytesJoiner {
  return leavesPositions(context) ? takeBytes : separatedBytes;
}

function separatedBytes(values: readonly Uint8Array[], separator: Uint8Array | null): Uint8Array {
  return joinBytes(separator === null ? values : values.flatMap((value, index) => (index === 0 ? [value] : [separator, value])));
}

/** The property `millrace.bytes.positions`: functions leave BYTES where they stopped reading, as ksqlDB's do. */
export function leavesPositions(context: FunctionContext): boolean {
  return context.property('millrace.bytes.positions') === 'true';
}

/**
 * What has not been read of each value, in a result as long as all of them together; zeros fill it up. The
 * values are read to their ends (see `unreadBytes`), a separator is not.
 */
function takeBytes(values: readonly Uint8Array[], separator: Uint8Array | null): Uint8Array {
  const between = separator === null ? 0 : separator.length * Math.max(0, values.length - 1);
  const result = new Uint8Array(values.reduce((total, value) => total + value.length, between));
  // The separator may be one of the values: all of its copies are as it was before.
  const separating = separator === null ? null : unreadBytes(separator);
  let at = 0;
  for (const [index, value] of values.entries()) {
    if (separating !== null && index > 0) at = put(result, at, separating);
    at = put(result, at, unreadBytes(value));
    setReadPosition(value, value.length);
  }
  return result;
}

function put(target: Uint8Array, at: number, part: Uint8Array): number {
  target.set(part, at);
  return at + part.length;
}

/** The values that are not null. */
export const presentOf = <V>(values: readonly (V | null)[]): readonly V[] => values.flatMap((value) => (value === null ? [] : [value]));

/** Where `part` first occurs at or after `from`; −1: nowhere. */
export function indexOfBytes(bytes: Uint8Array, part: Uint8Array, from: number): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(part, from);
}
