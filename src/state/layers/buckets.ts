import type { MapKey } from '../../types/index.js';
import type { RowLayout } from '../table.js';
import { ShardedMap } from './sharded-map.js';
import type { Bucket } from './table-slot.js';

const NOTHING = Symbol('no bucket');

/** The buckets of a table by key. The one asked for last is at hand: rows mostly come in the order of time. */
export class Buckets {
  private readonly byKey = new Map<MapKey | null, Bucket>();
  private lastKey: MapKey | null | symbol = NOTHING;
  private last: Bucket | null = null;

  constructor(
    private readonly layout: RowLayout,
    private readonly shardSize: number,
  ) {}

  get size(): number {
    return this.byKey.size;
  }
  values(): IterableIterator<Bucket> {
    return this.byKey.values();
  }
  known(key: MapKey | null): Bucket | undefined {
    return this.byKey.get(key);
  }
  /** Times of the buckets within two bounds, ascending. */
  timesWithin(low: number, high: number): readonly number[] {
    const wanted: number[] = [];
    for (const key of this.byKey.keys()) if (typeof key === 'number' && key >= low && key <= high) wanted.push(key);
    return wanted.sort((a, b) => a - b);
  }

  /** The bucket of a key; a new one where there is none. */
  of(key: MapKey | null): Bucket {
    if (key === this.lastKey && this.last !== null) return this.last;
    let bucket = this.byKey.get(key);
    if (bucket === undefined) {
      bucket = { key, slots: new ShardedMap(this.shardSize), window: this.windowOf(key), bytes: 0, unstored: [], unstoredBytes: 0 };
      this.byKey.set(key, bucket);
    }
    this.lastKey = key;
    this.last = bucket;
    return bucket;
  }
  /** A bucket that was dropped while it was empty has a row again. */
  ensure(bucket: Bucket): void {
    if (this.byKey.get(bucket.key) !== bucket) this.byKey.set(bucket.key, bucket);
  }
  /** The last row has gone. The bucket at hand stays: the next row is likely its. */
  emptied(bucket: Bucket): void {
    if (bucket !== this.last) this.byKey.delete(bucket.key);
  }
  drop(bucket: Bucket): void {
    this.byKey.delete(bucket.key);
    if (bucket === this.last) this.forgetLast();
  }
  clear(): void {
    this.byKey.clear();
    this.forgetLast();
  }

  private forgetLast(): void {
    this.last = null;
    this.lastKey = NOTHING;
  }
  private windowOf(key: MapKey | null): Bucket['window'] {
    const { layout } = this;
    return layout.kind === 'windowed' && typeof key === 'number' ? { start: key, end: key + layout.sizeMs } : null;
  }
}
