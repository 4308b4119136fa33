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

/** The values that are not null. */
export const presentOf = <V>(values: readonly (V | null)[]): readonly V[] => values.flatMap((value) => (value === null ? [] : [value]));

/** Where `part` first occurs at or after `from`; −1: nowhere. */
export function indexOfBytes(bytes: Uint8Array, part: Uint8Array, from: number): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(part, from);
}
