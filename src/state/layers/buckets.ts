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
  /** The buckets of times within two bounds, ascending. Mostly the first is all that is asked for: the others are sorted when it was not. */
  *within(low: number, high: number): Generator<Bucket> {
    const wanted: number[] = [];
    let first = Infinity;
    for (const key of this.byKey.keys()) {
      if (typeof key !== 'number' || key < low || key > high) continue;
      wanted.push(key);
      first = Math.min(first, key);
    }
    const bucket = this.byKey.get(first);
    if (bucket === undefined) return;
    yield bucket;
    for (const key of wanted.sort((a, b) => a - b)) {
      const next = key === first ? undefined : this.byKey.get(key);
      if (next !== undefined) yield next;
    }
  }

  /** The bucket of a key; a new one where there is none. */
  of(key: MapKey | null): Bucket {
    if (key === this.lastKey && this.last !== null) return this.last;
    let bucket = this.byKey.get(key);
    if (bucket === undefined) {
      bucket = { key, slots: new ShardedMap(this.shardSize), window: this.windowOf(key), bytes: 0, unstored: [], unstoredBytes: 0, order: null };
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
