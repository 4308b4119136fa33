/** CRC-32C (Castagnoli), as LevelDB's tables carry it; Node has only the other CRC-32. Four bytes a step. */
const POLYNOMIAL = 0x82f63b78;
const TABLES = buildTables();

export function crc32c(bytes: Uint8Array, from: number, end: number): number {
  const [one, two, three, four] = TABLES;
  let crc = -1;
  let at = from;
  for (; at + 4 <= end; at += 4) {
    crc ^= (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    crc = (four[crc & 255] ?? 0) ^ (three[(crc >>> 8) & 255] ?? 0) ^ (two[(crc >>> 16) & 255] ?? 0) ^ (one[crc >>> 24] ?? 0);
  }
  for (; at < end; at++) crc = (one[(crc ^ (bytes[at] ?? 0)) & 255] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function buildTables(): readonly [Int32Array, Int32Array, Int32Array, Int32Array] {
  const one = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
    one[byte] = crc;
  }
  const next = (table: Int32Array): Int32Array => table.map((crc) => (one[crc & 255] ?? 0) ^ (crc >>> 8));
  const two = next(one);
  const three = next(two);
  return [one, two, three, next(three)];
}
