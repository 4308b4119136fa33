import type { MapKey } from '../../types/index.js';

/** 64 bits in two halves: a bigint per value would cost more than the hashing. */
export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

/** One 32-bit word into one 32-bit lane, as MurmurHash3 does it. */
function mixed(lane: number, word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  const h = lane ^ Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finished(lane: number, length: number): number {
  let h = lane ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

const HIGH_SEED = 0x2545f491;
const LOW_SEED = 0x5bd1e995;

/**
 * Hashes what identifies a value (`mapKeyOf`). The halves start from different seeds. Part of the stored state of
 * COUNT_DISTINCT: a change of this function makes old states count wrongly.
 */
export function hash64(key: MapKey): Hash64 {
  return typeof key === 'number' ? hashNumber(key) : hashText(typeof key === 'string' ? key : `${typeof key} ${key}`);
}

function hashText(text: string): Hash64 {
  let high = HIGH_SEED;
  let low = LOW_SEED;
  for (let index = 0; index < text.length; index += 2) {
    const word = text.charCodeAt(index) | ((index + 1 < text.length ? text.charCodeAt(index + 1) : 0) << 16);
    high = mixed(high, word);
    low = mixed(low, word);
  }
  return { high: finished(high, text.length), low: finished(low, text.length) };
}

function hashNumber(value: number): Hash64 {
  const words = new Uint32Array(new Float64Array([value]).buffer);
  const first = words[0] ?? 0;
  const second = words[1] ?? 0;
  return {
    high: finished(mixed(mixed(HIGH_SEED, first), second), 8),
    low: finished(mixed(mixed(LOW_SEED, first), second), 8),
  };
}
