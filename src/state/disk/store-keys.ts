/**
 * Keys of a task's database: `c` + batch number (chain) · `g` (identity of the database) · `i` + store name (identity of a
 * store, its number) · `s` + store number u16 + key.
 */
export const GENESIS_KEY = Buffer.from('g');
export const CHAIN_FROM = Buffer.from('c');
export const CHAIN_TO = Buffer.from('d');
export const IDENTITIES_FROM = Buffer.from('i');
export const IDENTITIES_TO = Buffer.from('j');
export const ENTRIES_FROM = Buffer.from('s');
export const ENTRIES_TO = Buffer.from('t');

const ENTRY = 0x73;
/** Bytes before a store's own key. */
export const ENTRY_PREFIX_BYTES = 3;

export function chainKey(number: number): Buffer {
  const key = Buffer.allocUnsafe(9);
  key[0] = 0x63;
  key.writeUInt32BE(Math.floor(number / 0x1_0000_0000), 1);
  key.writeUInt32BE(number % 0x1_0000_0000, 5);
  return key;
}

export function identityKey(storeName: string): Buffer {
  return Buffer.from(`i${storeName}`);
}

export function writeEntryKey(target: Buffer, at: number, storeNumber: number, key: Uint8Array): void {
  target[at] = ENTRY;
  target.writeUInt16BE(storeNumber, at + 1);
  target.set(key, at + ENTRY_PREFIX_BYTES);
}

export function entryKey(storeNumber: number, key: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(ENTRY_PREFIX_BYTES + key.length);
  writeEntryKey(bytes, 0, storeNumber, key);
  return bytes;
}
