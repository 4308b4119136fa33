/**
 * For `millrace.bytes.positions`. In ksqlDB a BYTES value is a buffer with a read position, and some functions leave it where they stopped reading: within a row,
 * what CONCAT, CONCAT_WS and the `…_FROM_BYTES` functions have read is no longer there for a later CONCAT or comparison of
 * the same value. Everything else looks at the whole buffer. A new row starts with all positions at 0.
 */
const positions = new Map<Uint8Array, number>();

/** What has not been read of a value in this row. */
export function unreadBytes(bytes: Uint8Array): Uint8Array {
  if (positions.size === 0) return bytes;
  const position = positions.get(bytes);
  return position === undefined ? bytes : bytes.subarray(position);
}

/** The value has been read up to `position`. */
export function setReadPosition(bytes: Uint8Array, position: number): void {
  positions.set(bytes, position);
}

/** Generated code calls this before each row that such functions see. */
export function rewindBytes(): void {
  if (positions.size > 0) positions.clear();
}
