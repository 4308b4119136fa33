/** Random numbers of one purpose: each stream of a seed is its own, so that a draw more in one does not shift the others. */
export class Dice {
  private state: number;

  constructor(seed: number, stream: string) {
    let hash = 2_166_136_261 ^ seed;
    for (const letter of `${stream}/${seed}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 16_777_619);
    this.state = hash >>> 0;
    for (let i = 0; i < 4; i++) this.next();
  }

  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** 0 … below − 1. */
  int(below: number): number {
    return Math.floor(this.next() * below);
  }

  between(low: number, high: number): number {
    return low + this.int(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.int(items.length)] ?? items[0];
  }

  /** Small indexes more often: 0 is evenly spread, larger is more skewed. */
  skewed(below: number, skew: number): number {
    return Math.min(below - 1, Math.floor(below * this.next() ** (1 + skew)));
  }
}
