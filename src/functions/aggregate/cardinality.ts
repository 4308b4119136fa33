import type { Hash64 } from './hash-64.js';

/**
 * The number of distinct 64-bit hashes seen, as an array of 32-bit integers in one of two forms told apart by length:
 * - exact: up to 1024 hashes as (high, low) pairs in ascending order;
 * - HyperLogLog: 2^14 registers of 5 bits, six to an integer (standard error 0.8 %).
 */
export type Sketch = readonly number[];

const MAX_EXACT = 1024;
const REGISTER_BITS = 14;
const REGISTERS = 1 << REGISTER_BITS;
const PER_WORD = 6;
const WIDTH = 5;
const MAX_RANK = 31;
const WORDS = Math.ceil(REGISTERS / PER_WORD);
/** HyperLogLog's bias constant for this many registers. */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

const isExact = (sketch: Sketch): boolean => sketch.length !== WORDS;

/** The sketch with the hash, the same object when it was in. */
export function withHash(sketch: Sketch, { high, low }: Hash64): Sketch {
  if (!isExact(sketch)) return withRegister(sketch, low & (REGISTERS - 1), rankOf(high));
  const at = pairIndex(sketch, high, low);
  if (sketch[at] === high && sketch[at + 1] === low) return sketch;
  if (sketch.length < MAX_EXACT * 2) return sketch.toSpliced(at, 0, high, low);
  return withHash(toRegisters(sketch), { high, low });
}

/** First index whose pair is not below (high, low). */
function pairIndex(sketch: Sketch, high: number, low: number): number {
  let from = 0;
  let to = sketch.length / 2;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const pairHigh = sketch[middle * 2] ?? 0;
    if (pairHigh < high || (pairHigh === high && (sketch[middle * 2 + 1] ?? 0) < low)) from = middle + 1;
    else to = middle;
  }
  return from * 2;
}

/** Position of the first set bit. Five bits hold it: the chance of a longer run is one in 2^31 per value. */
const rankOf = (bits: number): number => Math.min(MAX_RANK, Math.clz32(bits) + 1);

const registerAt = (sketch: Sketch, register: number): number =>
  ((sketch[Math.floor(register / PER_WORD)] ?? 0) >>> ((register % PER_WORD) * WIDTH)) & MAX_RANK;

function raised(word: number, place: number, rank: number): number {
  return (word & ~(MAX_RANK << place)) | (rank << place);
}

function withRegister(sketch: Sketch, register: number, rank: number): Sketch {
  if (registerAt(sketch, register) >= rank) return sketch;
  const at = Math.floor(register / PER_WORD);
  return sketch.with(at, raised(sketch[at] ?? 0, (register % PER_WORD) * WIDTH, rank));
}

function toRegisters(exact: Sketch): Sketch {
  const words = Array.from({ length: WORDS }, () => 0);
  for (let index = 0; index < exact.length; index += 2) {
    const register = (exact[index + 1] ?? 0) & (REGISTERS - 1);
    const rank = rankOf(exact[index] ?? 0);
    if (registerAt(words, register) >= rank) continue;
    const at = Math.floor(register / PER_WORD);
    words[at] = raised(words[at] ?? 0, (register % PER_WORD) * WIDTH, rank);
  }
  return words;
}

/** The sketch of all values of both. */
export function merged(a: Sketch, b: Sketch): Sketch {
  if (isExact(b)) {
    let result = a;
    for (let index = 0; index < b.length; index += 2) result = withHash(result, { high: b[index] ?? 0, low: b[index + 1] ?? 0 });
    return result;
  }
  if (isExact(a)) return merged(b, a);
  return a.map((word, at) => {
    let result = word;
    for (let place = 0; place < PER_WORD * WIDTH; place += WIDTH) {
      const rank = ((b[at] ?? 0) >>> place) & MAX_RANK;
      if (rank > ((word >>> place) & MAX_RANK)) result = raised(result, place, rank);
    }
    return result;
  });
}

export function cardinality(sketch: Sketch): number {
  if (isExact(sketch)) return sketch.length / 2;
  let sum = 0;
  let empty = 0;
  for (let register = 0; register < REGISTERS; register++) {
    const rank = registerAt(sketch, register);
    sum += 2 ** -rank;
    if (rank === 0) empty++;
  }
  const estimate = (ALPHA * REGISTERS * REGISTERS) / sum;
  // Few registers filled: counting the empty ones is closer.
  return Math.round(estimate <= 2.5 * REGISTERS && empty > 0 ? REGISTERS * Math.log(REGISTERS / empty) : estimate);
}
