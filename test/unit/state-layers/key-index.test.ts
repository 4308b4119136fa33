import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyIndex } from '../../../src/state/layers/key-index.js';
import type { WriteOperation } from '../../../src/state/index.js';

/** A committed store as a plain map, and an index over it that can be thrown away. */
class Indexed {
  readonly stored = new Map<string, Uint8Array>();
  reads = 0;
  index = this.create();
  private readonly prefix = () => Buffer.from('k');

  insert(a: number, b = 0): void {
    this.index.insert('k', this.prefix, a, b);
  }
  remove(a: number, b = 0): void {
    this.index.remove('k', this.prefix, a, b);
  }
  trim(low: number): void {
    this.index.trim('k', this.prefix, low);
  }
  from(low: number, count = Infinity): (readonly [number, number])[] {
    const found: [number, number][] = [];
    this.index.from('k', this.prefix, low, (a, b) => found.push([a, b]) < count);
    return found;
  }
  commit(): WriteOperation[] {
    const operations: WriteOperation[] = [];
    this.index.collectDirty(operations);
    for (const operation of operations) {
      const key = Buffer.from(operation.key).toString('hex');
      if (operation.kind === 'put') this.stored.set(key, operation.value);
      else this.stored.delete(key);
    }
    this.index.markStored();
    return operations;
  }
  forget(): void {
    this.index = this.create();
  }
  private create(): KeyIndex {
    return new KeyIndex({
      read: (key) => {
        this.reads++;
        return this.stored.get(Buffer.from(key).toString('hex')) ?? null;
      },
      pristine: () => false,
    });
  }
}

describe('rows per key', () => {
  it('equals a sorted list, whatever is committed and forgotten on the way', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('run' as const), a: fc.integer({ min: 0, max: 500 }), count: fc.integer({ min: 1, max: 3000 }) }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('remove' as const), a: fc.integer({ min: 0, max: 3000 }), count: fc.integer({ min: 1, max: 3000 }) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('trim' as const), a: fc.integer({ min: 0, max: 2000 }), count: fc.constant(0) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('commit' as const), a: fc.constant(0), count: fc.constant(0) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), a: fc.constant(0), count: fc.constant(0) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
        const tested = new Indexed();
        const naive = new Map<string, readonly [number, number]>();
        let low = 0;
        for (const { kind, a, count } of steps) {
          for (let i = 0; i < count; i++) {
            const pair = [a + i, (i * 7) % 3] as const;
            if (kind === 'run' && pair[0] >= low) {
              tested.insert(...pair);
              naive.set(pair.join(), pair);
            } else if (kind === 'remove') {
              tested.remove(...pair);
              naive.delete(pair.join());
            }
          }
          if (kind === 'trim') tested.trim((low = Math.max(low, a)));
          if (kind === 'commit' || kind === 'forget') tested.commit();
          if (kind === 'forget') tested.forget();
        }
        const expected = [...naive.values()].filter(([a]) => a >= low).sort((x, y) => x[0] - y[0] || x[1] - y[1]);
        expect(tested.from(low)).toEqual(expected);
        expect(tested.from(Math.max(low, 700), 5)).toEqual(expected.filter(([a]) => a >= 700).slice(0, 5));
      }),
      { numRuns: 60 },
    );
  });
  it('reads and writes two records for one change of a key with 100,000 rows, none above 64 KiB', () => {
    const tested = new Indexed();
    for (let i = 0; i < 100_000; i++) tested.insert(i * 10, i);
    tested.commit();
    expect(Math.max(...[...tested.stored.values()].map((bytes) => bytes.length))).toBeLessThanOrEqual(65_536 + 64);
    tested.forget();
    tested.reads = 0;
    tested.insert(500_005, 1);
    expect(tested.from(500_000, 2)).toEqual([[500_000, 50_000], [500_005, 1]]);
    expect(tested.reads).toBe(2);
    expect(tested.commit().length).toBeLessThanOrEqual(3);
  });
});
