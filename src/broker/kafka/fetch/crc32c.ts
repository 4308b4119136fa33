/** CRC-32C (Castagnoli), eight bytes a step: what Kafka puts over every record batch. */
const POLYNOMIAL = 0x82f63b78;
const TABLES: readonly Int32Array[] = makeTables();

function makeTables(): readonly Int32Array[] {
  const first = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    first[byte] = crc;
  }
  const tables = [first];
  for (let t = 1; t < 8; t++) {
    const before = tables[t - 1] ?? first;
    tables.push(before.map((crc) => (first[crc & 255] ?? 0) ^ (crc >>> 8)));
  }
  return tables;
}

const [T0, T1, T2, T3, T4, T5, T6, T7] = [0, 1, 2, 3, 4, 5, 6, 7].map((t) => TABLES[t] ?? new Int32Array(256)) as [
  Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array,
];

export function crc32c(buffer: Buffer, start: number, end: number): number {
  let crc = -1;
  let at = start;
  for (const last = end - 7; at < last; at += 8) {
    const low = crc ^ (byte(buffer, at) | (byte(buffer, at + 1) << 8) | (byte(buffer, at + 2) << 16) | (byte(buffer, at + 3) << 24));
    crc =
      entry(T7, low & 255) ^ entry(T6, (low >>> 8) & 255) ^ entry(T5, (low >>> 16) & 255) ^ entry(T4, low >>> 24) ^
      entry(T3, byte(buffer, at + 4)) ^ entry(T2, byte(buffer, at + 5)) ^ entry(T1, byte(buffer, at + 6)) ^ entry(T0, byte(buffer, at + 7));
  }
  for (; at < end; at++) crc = entry(T0, (crc ^ byte(buffer, at)) & 255) ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

function byte(buffer: Buffer, at: number): number {
  return buffer[at] ?? 0;
}
function entry(table: Int32Array, index: number): number {
  return table[index] ?? 0;
}
