import { present } from '../../errors/index.js';
import type { Key, MapKey, Row, SqlValue } from '../../types/index.js';
import type { BytesStore, KeyRange, WriteOperation } from '../store.js';
import type { Events, TableLayout, TaskTable } from '../table.js';
import { ByteReader, ByteWriter } from './byte-writer.js';
import { EventCodec } from './event-codec.js';
import { EventLists, type EventKeys } from './event-keys.js';
import type { EventBucket, EventKey, EventList, EventPage, EventRow, EventRows, VisitRow } from './event-list.js';
import { keySize } from './row-size.js';
import type { TableOptions } from './table-options.js';

const DEFAULT_BYTES = 10_000_000;
/** A list and its place in its bucket and its key, before the rows. */
const LIST_BYTES = 200;
/** Writers of several topics in turn cost more than one after the other. */
const LOGGED_AT_ONCE = 128;
/** Bounds one call. */
const TRIM_STEPS = 20_000;
/** Where next to nothing can be dropped: how much more there must be before it is tried again. */
const TIGHT_GROWTH = 1.5;
/** Records read at once while expired ones are looked for: each may be a whole page of rows. */
const SWEEP_PAGE = 256;
/** Where the store keeps the version of its layout, the width of its slices, and the high water of the commit it has reached. */
const META = Uint8Array.of(0x6d);
const LAYOUT_VERSION = 2;

/** Takes a changelog record: `[…key, timestamp, sequence]`, an array that is written anew for the next one. */
export type LogRow = (key: Key, row: Row, timestamp: number) => void;

export interface EventTableOptions extends Pick<TableOptions, 'name' | 'keyTypes' | 'valueTypes' | 'store' | 'maxBytes'> {
  /** Those of the join: both sides have the same. */
  readonly keys: EventKeys;
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
  private readonly buckets = new Map<number, EventBucket>();
  private readonly keys: EventKeys;
  private readonly lists: EventLists;
  /** The bucket that was asked for last. */
  private bucket: EventBucket | null = null;
  private log: LogRow | null = null;
  private readonly logKey: SqlValue[] = [];
  private readonly toLog: { readonly key: Key; readonly row: Row; readonly timestamp: number; readonly sequence: number }[] = [];
  /** The number of the commit that takes what is appended now: rows of those before it are committed. */
  private commit = 1;
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
  /** Where the eviction hand stands: the slice and the place among its lists. */
  private handSlice = -Infinity;
  private hand = 0;
  /** Lists that were looked at since one could be dropped. */
  private vainSteps = 0;
  /** So much was there when nothing could be dropped. */
  private tightBytes = 0;
  /** What was collected is on its way: until then the store lacks rows that are no longer marked. */
  private isStoring = false;
  private expired: WriteOperation[] = [];
  /** Slices below it were looked at. */
  private sweptTo = -Infinity;
  private readonly rows: EventRows = {
    sizeOf: (row) => this.codec.sizeOf(row),
    read: ({ bucket, owner }, page) =>
      this.codec.decodePage(present(this.store.get(this.codec.pageKey(bucket.slice, owner.key, page.id)), 'a stored page of a join side'), bucket.start),
  };

  constructor(options: EventTableOptions) {
    this.name = options.name;
    this.store = options.store;
    this.codec = new EventCodec(options.keyTypes, options.valueTypes);
    this.sliceMs = options.layout.bucketMs;
    this.retentionMs = options.layout.retentionMs;
    this.maxBytes = options.maxBytes ?? DEFAULT_BYTES;
    this.keys = options.keys;
    this.lists = new EventLists(options.keys, options.layout.side === 'left');
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
    this.see(timestamp);
    // What is expired on arrival is not kept.
    if (timestamp < this.low) return;
    const list = this.add(key, row, timestamp, sequence);
    const { toLog } = this;
    toLog.push({ key: list.owner.key, row, timestamp, sequence });
    if (toLog.length === LOGGED_AT_ONCE) this.collectDirty();
  }
  within(key: Key, from: number, to: number, visit: VisitRow): void {
    const low = Math.max(from, this.low);
    const last = this.sliceOf(to);
    const mapKey = this.keys.mapKey(key);
    const owner = this.keys.get(mapKey);
    for (let slice = this.sliceOf(low); slice <= last; slice++) {
      const list = this.known(owner, slice) ?? this.unknown(slice, key, mapKey);
      if (list === null) continue;
      const before = list.bytes;
      list.visit(low, to, visit);
      if (list.bytes !== before) this.grow(list.bucket, list.bytes - before);
    }
  }

  /** A row from the changelog. Rows are never taken back there. */
  restore(key: Key, row: Row | null, timestamp: number): void {
    const sequence = key[key.length - 1];
    if (row === null || typeof sequence !== 'number') return;
    this.see(timestamp);
    if (timestamp >= this.low) this.add(key.slice(0, -2), row, timestamp, sequence);
  }
  /** Nothing is forwarded from here. */
  flush(): boolean {
    return false;
  }
  connectLog(log: LogRow): void {
    this.log = log;
  }
  /** Rows are logged soon after they came, as what they take is at hand then: each comes once, so nothing is saved by waiting. */
  collectDirty(): boolean {
    const { toLog, logKey } = this;
    for (let i = 0; i < toLog.length; i++) {
      const each = toLog[i];
      if (each === undefined) continue;
      const columns = each.key.length;
      for (let column = 0; column < columns; column++) logKey[column] = each.key[column] ?? null;
      logKey[columns] = each.timestamp;
      logKey[columns + 1] = each.sequence;
      this.log?.(logKey, each.row, each.timestamp);
    }
    toLog.length = 0;
    return false;
  }
  markCommitted(): void {
    for (const bucket of this.buckets.values()) {
      bucket.unstoredBytes += bucket.dirtyBytes;
      this.behindBytes += bucket.dirtyBytes;
      bucket.dirtyBytes = 0;
    }
    this.commit++;
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
  /** A list's head and its pages go together. Rows may be appended between two parts: they belong to a later commit. */
  *collectUnstored(most: number): Generator<readonly WriteOperation[]> {
    this.isStoring = true;
    this.behindBytes = 0;
    for (const bucket of this.buckets.values()) bucket.unstoredBytes = 0;
    let operations: WriteOperation[] = [...this.expired];
    for (const bucket of [...this.buckets.values()]) {
      const { unstored } = bucket;
      bucket.unstored = [];
      for (const list of unstored) {
        if (this.collectList(list, operations)) bucket.unstored.push(list);
        if (operations.length < most) continue;
        yield operations;
        operations = [];
      }
    }
    if (operations.length > 0 || this.committedHigh > this.storedHigh) operations.push(this.metaOperation());
    yield operations;
  }
  private metaOperation(): WriteOperation {
    const writer = new ByteWriter();
    writer.byte(LAYOUT_VERSION);
    writer.double(this.sliceMs);
    writer.double(this.committedHigh);
    return { kind: 'put', key: META, value: writer.finish() };
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
    this.lists.clear();
    this.toLog.length = 0;
    this.bucket = null;
    this.cachedBytes = 0;
    this.uncommittedBytes = 0;
    this.behindBytes = 0;
    this.listCount = 0;
    this.tightBytes = 0;
    this.handSlice = -Infinity;
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
      const list = this.nextList();
      if (list?.touched === true) list.touched = false;
      else if (list !== null && this.drop(list)) this.vainSteps = 0;
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
  private see(timestamp: number): void {
    if (timestamp <= this.high) return;
    this.high = timestamp;
    this.low = timestamp - this.retentionMs + 1;
  }
  private add(key: Key, row: Row, timestamp: number, sequence: number): EventList {
    const bucket = this.bucketOf(this.sliceOf(timestamp));
    const mapKey = this.keys.mapKey(key);
    const owner = this.keys.getOrAdd(key, mapKey);
    const list = this.known(owner, bucket.slice) ?? this.newList(bucket, owner);
    const event: EventRow = { at: timestamp - bucket.start, sequence, row, commit: this.commit, next: null };
    const bytes = this.codec.sizeOf(row);
    const before = list.bytes;
    list.insert(event, bytes);
    this.grow(bucket, list.bytes - before);
    if (list.unstored === 0) bucket.unstored.push(list);
    list.unstored = this.commit;
    bucket.dirtyBytes += bytes;
    this.uncommittedBytes += bytes;
    return list;
  }
  private sliceOf(time: number): number {
    return Math.floor(time / this.sliceMs);
  }

  private bucketOf(slice: number): EventBucket {
    if (this.bucket?.slice === slice) return this.bucket;
    this.bucket = this.buckets.get(slice) ?? null;
    if (this.bucket !== null) return this.bucket;
    const bucket: EventBucket = {
      slice, start: slice * this.sliceMs, rows: this.rows, lists: [], complete: slice >= this.freshFrom, bytes: 0, dirtyBytes: 0, unstored: [], unstoredBytes: 0,
    };
    this.buckets.set(slice, bucket);
    this.bucket = bucket;
    return bucket;
  }
  /** The list that memory has. */
  private known(owner: EventKey | null, slice: number): EventList | null {
    const list = this.lists.find(owner, slice);
    if (list !== null) list.touched = true;
    return list;
  }
  /** The list that memory has not; null: the key has no rows there. */
  private unknown(slice: number, key: Key, mapKey: MapKey | null): EventList | null {
    const bucket = this.buckets.get(slice);
    if (bucket === undefined ? slice >= this.freshFrom : bucket.complete) return null;
    return this.newList(bucket ?? this.bucketOf(slice), this.keys.getOrAdd(key, mapKey));
  }
  private newList(bucket: EventBucket, owner: EventKey): EventList {
    const { key } = owner;
    const list = this.lists.add(bucket, owner);
    this.listCount++;
    const head = bucket.complete ? null : this.store.get(this.codec.headKey(bucket.slice, key));
    if (head !== null) list.load(this.codec.decodeHead(head, bucket.start));
    this.grow(bucket, LIST_BYTES + keySize(key) + list.bytes);
    return list;
  }
  private grow(bucket: EventBucket, bytes: number): void {
    bucket.bytes += bytes;
    this.cachedBytes += bytes;
  }

  /** Its pages count as stored from here on, but for those with rows that are not committed: true. */
  private collectList(list: EventList, operations: WriteOperation[]): boolean {
    const { bucket, owner, pages } = list;
    const committed = this.commit - 1;
    if (list.headUnstored) {
      const value = this.codec.encodeHead(list, committed);
      if (value !== null) operations.push({ kind: 'put', key: this.codec.headKey(bucket.slice, owner.key), value });
    }
    if (pages !== null && pages.length > 1) this.collectPages(list, pages, operations);
    else list.headUnstored = list.unstored > committed;
    if (list.unstored <= committed) list.unstored = 0;
    return list.unstored > 0;
  }
  private collectPages(list: EventList, pages: readonly EventPage[], operations: WriteOperation[]): void {
    const { bucket, owner } = list;
    const committed = this.commit - 1;
    list.headUnstored = false;
    for (const page of pages) {
      if (page.unstored === 0) continue;
      operations.push({ kind: 'put', key: this.codec.pageKey(bucket.slice, owner.key, page.id), value: this.codec.encodePage(page, bucket.start, committed) });
      if (page.unstored <= committed) page.unstored = 0;
    }
  }

  private dropExpired(): void {
    if (this.low === -Infinity) return;
    const keepFrom = this.sliceOf(this.low);
    for (const [slice, bucket] of this.buckets) {
      if (slice >= keepFrom) continue;
      this.cachedBytes -= bucket.bytes;
      this.behindBytes -= bucket.unstoredBytes;
      this.listCount -= bucket.lists.length;
      this.buckets.delete(slice);
      if (this.bucket === bucket) this.bucket = null;
      bucket.unstored = [];
      this.lists.retire(bucket, keepFrom);
    }
  }
  /** Where the hand goes next, round and round, the oldest slice first; null at the end of a lap. */
  private nextList(): EventList | null {
    const list = this.buckets.get(this.handSlice)?.lists[this.hand++];
    if (list !== undefined) return list;
    let next = Infinity;
    for (const slice of this.buckets.keys()) if (slice > this.handSlice && slice < next) next = slice;
    this.hand = 0;
    this.handSlice = next === Infinity ? -Infinity : next;
    return next === Infinity ? null : (this.buckets.get(next)?.lists[this.hand++] ?? null);
  }
  /** What the hand points to. */
  private drop(list: EventList): boolean {
    const { bucket } = list;
    if (list.unstored > 0) {
      const dropped = list.dropPages();
      this.grow(bucket, -dropped);
      return dropped > 0;
    }
    const last = bucket.lists.pop();
    this.hand--;
    if (last !== undefined && last !== list) bucket.lists[this.hand] = last;
    this.lists.remove(list);
    bucket.complete = false;
    this.grow(bucket, -(LIST_BYTES + keySize(list.owner.key) + list.bytes));
    this.freshFrom = Math.max(this.freshFrom, bucket.slice + 1);
    this.listCount--;
    return true;
  }
}
