/** Store keys compare as unsigned bytes (SQL's BYTES do not: see `compareBytes`). */
export function compareKeys(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}
