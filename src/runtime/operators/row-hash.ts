import { keyBytes } from '../../state/index.js';
import type { Row, SqlType } from '../../types/index.js';

/** 128-bit hash of a row by its values: what a foreign-key join sends along to recognise stale answers. */
export function rowHash(types: readonly SqlType[]): (row: Row) => Uint8Array {
  const encode = keyBytes(types);
  return (row) => murmur128(encode(row));
}

export function sameHash(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

const C = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const;
const ROUND = [
  { key: C[0], keyTurn: 15, next: C[1], turn: 19, add: 0x561ccd1b },
  { key: C[1], keyTurn: 16, next: C[2], turn: 17, add: 0x0bcaa747 },
  { key: C[2], keyTurn: 17, next: C[3], turn: 15, add: 0x96cd1c35 },
  { key: C[3], keyTurn: 18, next: C[0], turn: 13, add: 0x32ac3b17 },
] as const;

/** MurmurHash3 x86_128, seed 0: 32-bit arithmetic only. */
export function murmur128(data: Uint8Array): Uint8Array {
  const h: [number, number, number, number] = [0, 0, 0, 0];
  const blocks = data.length >> 4;
  const words = Buffer.alloc((blocks + 1) * 16);
  words.set(data);
  for (let at = 0; at < blocks * 16; at += 16) {
    for (let lane = 0; lane < 4; lane++) {
      mixKey(h, lane, words.readInt32LE(at + lane * 4));
      const round = ROUND[lane] ?? ROUND[0];
      const turned = (rotate(h[lane] ?? 0, round.turn) + (h[(lane + 1) & 3] ?? 0)) | 0;
      h[lane] = (Math.imul(turned, 5) + round.add) | 0;
    }
  }
  for (let lane = 3; lane >= 0; lane--) if ((data.length & 15) > lane * 4) mixKey(h, lane, words.readInt32LE(blocks * 16 + lane * 4));
  for (let lane = 0; lane < 4; lane++) h[lane] = (h[lane] ?? 0) ^ data.length;
  spread(h);
  for (let lane = 0; lane < 4; lane++) h[lane] = finalMix(h[lane] ?? 0);
  spread(h);
  const out = Buffer.alloc(16);
  h.forEach((word, lane) => out.writeInt32LE(word, lane * 4));
  return new Uint8Array(out);
}

function mixKey(h: number[], lane: number, word: number): void {
  const round = ROUND[lane] ?? ROUND[0];
  const mixed = Math.imul(rotate(Math.imul(word, round.key), round.keyTurn), round.next);
  h[lane] = (h[lane] ?? 0) ^ mixed;
}
function spread(h: number[]): void {
  const sum = h.reduce((total, word) => (total + word) | 0, 0);
  h.forEach((word, lane) => (h[lane] = lane === 0 ? sum : (word + sum) | 0));
}
function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
function finalMix(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
