import { present } from '../../errors/index.js';
import type { Key, MapKey, Row } from '../../types/index.js';
import type { BytesStore, KeyRange, WriteOperation } from '../store.js';
import type { Events, TableLayout, TaskTable } from '../table.js';
import { ByteReader, ByteWriter } from './byte-writer.js';
import { EventCodec } from './event-codec.js';
import { EventList, type EventBucket, type EventPage, type EventRow } from './event-list.js';
import { keySize } from './row-size.js';
import { ShardedMap } from './sharded-map.js';
import type { TableOptions } from './table-options.js';

const DEFAULT_BYTES = 10_000_000;
const DEFAULT_SHARD = 2 ** 22;
/** A list and its place in its bucket, before its key and rows. */
const LIST_BYTES = 200;
/** Bounds one call. */
const TRIM_STEPS = 20_000;
/** Where next to nothing can be dropped: how much more there must be before it is tried again. */
const TIGHT_GROWTH = 1.5;
/** Records read at once while expired ones are looked for: each may be a whole page of rows. */
const SWEEP_PAGE = 256;
/** Where the store keeps the version of its layout, the width of its slices, and the high water of the commit it has reached. */
const META = Uint8Array.of(0x6d);
const LAYOUT_VERSION = 2;

export interface EventTableOptions extends Pick<TableOptions, 'name' | 'keyTypes' | 'valueTypes' | 'store' | 'maxBytes' | 'shardSize'> {
  readonly layout: Extract<TableLayout, { kind: 'events' }>;
}

/**
 * Rows of one side of a stream-stream join, kept as lists: one for each key in each slice of time, in memory and in the store. Rows
 * are added and found, never changed; a slice that has expired goes as a whole, and one that expires before it was written never
 * costs the store anything. The task's side is that of every table (`TaskTable`).
 *
 * What the store may have beyond memory: nothing of slices from `freshFrom` on when they come up; of others what `complete` denies.
 */
export class EventTable implements Events, TaskTable {
  readonly name: string;
  /** The store was written in another layout, or in slices of another width: it must be wiped and restored. */
  readonly isForeign: boolean;
  private readonly store: BytesStore;
  private readonly codec: EventCodec;
  private readonly sliceMs: number;
  private readonly retentionMs: number;
  private readonly maxBytes: number;
  private readonly shardSize: number;
  private readonly buckets = new Map<number, EventBucket>();
  private dirtyRows: EventRow[] = [];
  private dirtyLists: EventList[] = [];
  private freshFrom = -Infinity;
  private high = -1;
  private low = -Infinity;
  private committedHigh = -1;
  private committedLow = -Infinity;
  private storedHigh = -1;
  private cachedBytes = 0;
  private uncommittedBytes = 0;
  private behindBytes = 0;
  private listCount = 0;
  private hand: Iterator<EventList> | null = null;
  /** Lists that were looked at since one could be dropped. */
  private vainSteps = 0;
  /** So much was there when nothing could be dropped. */
  private tightBytes = 0;
  /** What was collected is on its way: until then the store lacks rows that are no longer marked. */
  private isStoring = false;
  private expired: WriteOperation[] = [];
  /** Slices below it were looked at. */
  private sweptTo = -Infinity;
  private readonly readPage = (list: EventList, page: EventPage): EventRow[] =>
    this.codec.decodePage(present(this.store.get(this.codec.pageKey(list.bucket.key, list.key, page.id)), 'a stored page of a join side'));

  constructor(options: EventTableOptions) {
    this.name = options.name;
    this.store = options.store;
    this.codec = new EventCodec(options.keyTypes, options.valueTypes);
    this.sliceMs = options.layout.bucketMs;
    this.retentionMs = options.layout.retentionMs;
    this.maxBytes = options.maxBytes ?? DEFAULT_BYTES;
    this.shardSize = options.shardSize ?? DEFAULT_SHARD;
    const isKnown = this.open();
    this.isForeign = !isKnown && this.store.identity().batches > 0;
  }

  highWater(): number {
    return this.high;
  }
  /** Never below what the store was committed with: slices after it must be those that are new to it. */
  restoreHighWater(time: number): void {
    this.high = Math.max(time, this.committedHigh);
    this.low = this.committedLow = this.high - this.retentionMs + 1;
    this.freshFrom = this.store.identity().batches === 0 ? -Infinity : this.sliceOf(this.high) + 1;
  }

  append(key: Key, row: Row, timestamp: number, sequence: number): void {
    if (timestamp > this.high) {
      this.high = timestamp;
      this.low = timestamp - this.retentionMs + 1;
    }
    // What is expired on arrival is not kept.
    if (timestamp < this.low) return;
    const list = this.listOf(this.bucketOf(this.sliceOf(timestamp)), key, this.codec.mapKey(key));
    const event = this.codec.event(timestamp, sequence, row, true);
    this.grow(list.bucket, list.insert(event));
    list.dirty++;
    this.uncommittedBytes += event.bytes;
    this.dirtyRows.push(event);
    this.dirtyLists.push(list);
  }
  within(key: Key, from: number, to: number, visit: (row: Row, timestamp: number, sequence: number) => void): void {
    const low = Math.max(from, this.low);
    const last = this.sliceOf(to);
    const mapKey = this.codec.mapKey(key);
    for (let slice = this.sliceOf(low); slice <= last; slice++) {
      const list = this.known(slice, key, mapKey);
      if (list === null) continue;
      const read = list.visit(low, to, visit);
      if (read !== 0) this.grow(list.bucket, read);
    }
  }

  /** A row from the changelog. Rows are never taken back there. */
  restore(key: Key, row: Row | null, timestamp: number): void {
    const sequence = key[key.length - 1];
    if (row !== null && typeof sequence === 'number') this.append(key.slice(0, -2), row, timestamp, sequence);
  }
  /** Nothing is forwarded from here. */
  flush(): void {
    return undefined;
  }
  collectDirty(visit: (key: Key, row: Row, timestamp: number) => void): void {
    const { dirtyRows, dirtyLists } = this;
    for (let i = 0; i < dirtyRows.length; i++) {
      const event = dirtyRows[i];
      const list = dirtyLists[i];
      if (event !== undefined && list !== undefined) visit([...list.key, event.timestamp, event.sequence], event.row, event.timestamp);
    }
  }
  markCommitted(): void {
    const { dirtyRows, dirtyLists } = this;
    this.dirtyRows = [];
    this.dirtyLists = [];
    for (let i = 0; i < dirtyRows.length; i++) {
      const event = dirtyRows[i];
      const list = dirtyLists[i];
      if (event !== undefined && list !== undefined) this.committed(event, list);
    }
    this.uncommittedBytes = 0;
    this.committedHigh = this.high;
    this.committedLow = this.low;
    this.dropExpired();
    this.trim();
  }

  unstoredBytes(): number {
    return this.behindBytes;
  }
  readonly isStoredAtOnce = false;
  /** In one part: a list's head and its pages go together. */
  collectUnstored(): readonly [readonly WriteOperation[]] {
    const operations: WriteOperation[] = [];
    for (const operation of this.expired) operations.push(operation);
    for (const bucket of this.buckets.values()) {
      const { unstored } = bucket;
      bucket.unstored = [];
      bucket.unstoredBytes = 0;
      for (const list of unstored) this.collectList(bucket, list, operations);
    }
    this.behindBytes = 0;
    this.isStoring = true;
    if (operations.length === 0 && this.committedHigh <= this.storedHigh) return [operations];
    const writer = new ByteWriter();
    writer.byte(LAYOUT_VERSION);
    writer.double(this.sliceMs);
    writer.double(this.committedHigh);
    operations.push({ kind: 'put', key: META, value: writer.finish() });
    return [operations];
  }
  markStored(): void {
    this.isStoring = false;
    this.storedHigh = this.committedHigh;
    this.expired = [];
    this.tightBytes = 0;
    this.trim();
  }
  discard(): void {
    this.buckets.clear();
    this.dirtyRows = [];
    this.dirtyLists = [];
    this.cachedBytes = 0;
    this.uncommittedBytes = 0;
    this.behindBytes = 0;
    this.listCount = 0;
    this.tightBytes = 0;
    this.hand = null;
    this.isStoring = false;
    this.expired = [];
    this.sweptTo = -Infinity;
    this.open();
  }
  dirtyBytes(): number {
    return this.uncommittedBytes;
  }
  bytes(): number {
    return this.cachedBytes;
  }
  isComplete(): boolean {
    return this.freshFrom === -Infinity;
  }
  rowCount(): number {
    return this.listCount;
  }
  records(): KeyRange {
    return { from: this.codec.sliceKey(-(2 ** 52)), to: this.codec.sliceKey(2 ** 52) };
  }

  /** Deletes expired slices from the store: reads at most `maxRows` records, the deletes go with the next write. */
  async sweep(maxRows: number): Promise<void> {
    const below = this.sliceOf(this.committedLow);
    // They wait for the write that takes them: a second look would find the same records again.
    if (this.expired.length > 0 || !(this.sweptTo < below) || this.storedHigh < 0) return;
    for await (const page of this.store.scan({ from: this.codec.sliceKey(-(2 ** 52)), to: this.codec.sliceKey(below) }, SWEEP_PAGE)) {
      for (const { key } of page) this.expired.push({ kind: 'delete', key });
      if (this.expired.length >= maxRows) return;
    }
    this.sweptTo = below;
  }

  /** Drops lists and pages that the store has and that were not used lately while over the bound; oldest slices first. */
  trim(): void {
    if (this.isStoring || this.cachedBytes <= Math.max(this.maxBytes, this.tightBytes * TIGHT_GROWTH)) return;
    for (let left = TRIM_STEPS; left > 0 && this.cachedBytes > this.maxBytes; left--) {
      this.hand ??= this.walk();
      const next = this.hand.next();
      if (next.done === true) this.hand = null;
      else if (next.value.touched) next.value.touched = false;
      else if (this.drop(next.value)) this.vainSteps = 0;
      // The first lap takes marks away, the second drops what can be.
      if (++this.vainSteps <= this.listCount * 2 + 2) continue;
      this.vainSteps = 0;
      this.tightBytes = this.cachedBytes;
      return;
    }
  }

  /** Reads what the store says of itself; false: nothing, or nothing that is understood. */
  private open(): boolean {
    const bytes = this.store.get(META);
    const reader = bytes === null ? null : new ByteReader(bytes);
    const isKnown = reader !== null && reader.byte() === LAYOUT_VERSION && reader.double() === this.sliceMs;
    this.storedHigh = this.committedHigh = isKnown ? reader.double() : -1;
    this.restoreHighWater(-1);
    if (!isKnown) this.low = this.committedLow = -Infinity;
    return isKnown;
  }
  private sliceOf(time: number): number {
    return Math.floor(time / this.sliceMs);
  }

  private bucketOf(slice: number): EventBucket {
    const known = this.buckets.get(slice);
    if (known !== undefined) return known;
    const bucket: EventBucket = { key: slice, lists: new ShardedMap(this.shardSize), complete: slice >= this.freshFrom, bytes: 0, unstored: [], unstoredBytes: 0 };
    this.buckets.set(slice, bucket);
    return bucket;
  }
  /** The list of a key; null: it has no rows. */
  private known(slice: number, key: Key, mapKey: MapKey | null): EventList | null {
    const bucket = this.buckets.get(slice);
    if (bucket === undefined) return slice >= this.freshFrom ? null : this.listOf(this.bucketOf(slice), key, mapKey);
    const list = bucket.lists.get(mapKey);
    if (list === undefined) return bucket.complete ? null : this.listOf(bucket, key, mapKey);
    list.touched = true;
    return list;
  }
  private listOf(bucket: EventBucket, key: Key, mapKey: MapKey | null): EventList {
    const known = bucket.lists.get(mapKey);
    if (known !== undefined) {
      known.touched = true;
      return known;
    }
    const list = new EventList(bucket, key, mapKey, this.readPage);
    bucket.lists.set(mapKey, list);
    this.listCount++;
    let bytes = LIST_BYTES + keySize(key);
    const head = bucket.complete ? null : this.store.get(this.codec.headKey(bucket.key, key));
    if (head !== null) {
      list.pages = this.codec.decodeHead(head);
      for (const page of list.pages) bytes += page.bytes;
    }
    this.grow(bucket, bytes);
    return list;
  }
  private grow(bucket: EventBucket, bytes: number): void {
    bucket.bytes += bytes;
    this.cachedBytes += bytes;
  }

  private committed(event: EventRow, list: EventList): void {
    const { bucket } = list;
    event.dirty = false;
    list.dirty--;
    bucket.unstoredBytes += event.bytes;
    this.behindBytes += event.bytes;
    if (list.unstored) return;
    list.unstored = true;
    bucket.unstored.push(list);
  }
  /** From here on its pages count as stored; a row that is not committed yet marks its page again. */
  private collectList(bucket: EventBucket, list: EventList, operations: WriteOperation[]): void {
    list.unstored = false;
    const [only] = list.pages;
    const isSingle = list.pages.length === 1;
    if (list.headUnstored || (isSingle && only?.unstored === true)) {
      operations.push({ kind: 'put', key: this.codec.headKey(bucket.key, list.key), value: this.codec.encodeHead(list) });
    }
    list.headUnstored = false;
    for (const page of list.pages) {
      if (!page.unstored) continue;
      if (!isSingle) operations.push({ kind: 'put', key: this.codec.pageKey(bucket.key, list.key, page.id), value: this.codec.encodePage(page) });
      page.unstored = list.dirty > 0 && page.rows?.some((event) => event.dirty) === true;
    }
  }

  private dropExpired(): void {
    if (this.low === -Infinity) return;
    const keepFrom = this.sliceOf(this.low);
    for (const [slice, bucket] of this.buckets) {
      if (slice >= keepFrom) continue;
      this.cachedBytes -= bucket.bytes;
      this.behindBytes -= bucket.unstoredBytes;
      this.listCount -= bucket.lists.size;
      this.buckets.delete(slice);
      this.hand = null;
    }
  }
  private *walk(): Generator<EventList> {
    const slices = [...this.buckets.keys()].sort((a, b) => a - b);
    for (const slice of slices) yield* this.buckets.get(slice)?.lists.values() ?? [];
  }
  private drop(list: EventList): boolean {
    const { bucket } = list;
    if (list.dirty > 0 || list.unstored) {
      const dropped = list.pages.length > 1 ? list.dropPages() : 0;
      this.grow(bucket, -dropped);
      return dropped > 0;
    }
    let bytes = LIST_BYTES + keySize(list.key);
    for (const page of list.pages) bytes += page.bytes;
    bucket.lists.delete(list.mapKey);
    bucket.complete = false;
    this.grow(bucket, -bytes);
    this.freshFrom = Math.max(this.freshFrom, bucket.key + 1);
    this.listCount--;
    return true;
  }
}
