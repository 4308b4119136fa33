import { assert, present } from '../../errors/index.js';
import type { Key, MapKey, Row } from '../../types/index.js';
import type { BytesStore, KeyRange, WriteOperation } from '../store.js';
import type { Forward, RowLayout, ScanTarget, StoredRow, Table, TaskTable } from '../table.js';
import type { Addressing } from './addressing.js';
import { Backlog, committedOf, isCommitted } from './backlog.js';
import { Buckets } from './buckets.js';
import { ByteReader, ByteWriter } from './byte-writer.js';
import { ChangedSlots } from './changed-slots.js';
import { EntryCodec } from './entry-codec.js';
import { Expiry } from './expiry.js';
import { KeyIndex } from './key-index.js';
import { scanTable } from './range-scan.js';
import { keySize, rowSize, type RowSize } from './row-size.js';
import type { TableOptions } from './table-options.js';
import { TableSlot, type Bucket } from './table-slot.js';

const DEFAULT_BYTES = 10_000_000;
/** Rows of past times are seldom asked for again: keeping them costs more in garbage collection than reading them. */
const TIMED_SHARE = 0.25;
const DEFAULT_SHARD = 2 ** 22;
/** Bounds one call where most rows are dirty or in use. */
const TRIM_STEPS = 20_000;
/** Where the store keeps the high water of the commit it has reached: below all rows and indexes. */
const HIGH_WATER = Uint8Array.of(0x68);
/** Rows of one key prefix that stay in memory. */
const MAX_SORTED = 2048;

/**
 * Typed write-back cache over a bytes store. Rows stay JavaScript values; misses read the store synchronously; nothing
 * reaches the store before the task says that the commit was acknowledged.
 *
 * The task's side: per batch `trim()`; per commit `flush()` of every table (upstream first), `collectDirty` (changelog
 * records through the visitor), and `markCommitted()` when it is acknowledged. The store is written behind commits, when the
 * task chooses: `collectUnstored`, a `store.write` for each part, `markStored()`, and then `sweep()`. `discard()` forgets all that the
 * store does not have; it comes back from the changelog.
 *
 * Which keys are known to be absent without reading: all of them while the store was empty at the start and nothing was
 * evicted (`pristine`), and those in time buckets from `freshFrom` on, which began in this process.
 */
export class MaterializedTable implements Table, TaskTable {
  readonly isForeign = false;
  readonly name: string;
  readonly layout: RowLayout;
  readonly codec: EntryCodec;
  readonly store: BytesStore;
  readonly expiry: Expiry;
  private readonly backlog: Backlog;
  private readonly addressing: Addressing;
  private readonly caching: boolean;
  private readonly maxBytes: number;
  private readonly size: RowSize;
  private readonly index: KeyIndex | null;
  private readonly buckets: Buckets;
  private lastMissed: TableSlot | null = null;
  private readonly changed = new ChangedSlots();
  private forwardTo: Forward = () => undefined;
  private pristine: boolean;
  private freshFrom: number;
  private high = -1;
  private low = -Infinity;
  private committedHigh = -1;
  private storedHigh = -1;
  private readonly retentionMs: number | null;
  private cachedBytes = 0;
  private uncommittedBytes = 0;
  private hand: Iterator<TableSlot> | null = null;

  constructor(options: TableOptions) {
    this.name = options.name;
    this.layout = options.layout;
    this.store = options.store;
    this.caching = options.caching;
    const isTimed = options.layout.kind !== 'keyed' && options.layout.kind !== 'subscription';
    this.maxBytes = (options.maxBytes ?? DEFAULT_BYTES) * (isTimed ? TIMED_SHARE : 1);
    this.buckets = new Buckets(options.layout, options.shardSize ?? DEFAULT_SHARD);
    this.codec = new EntryCodec(options.layout, options.keyTypes, options.valueTypes, options.sortKey ?? null);
    this.addressing = this.codec.addressing;
    this.size = rowSize(options.valueTypes);
    const { layout } = options;
    this.retentionMs = layout.kind === 'windowed' || layout.kind === 'session' ? layout.retentionMs : null;
    this.pristine = isEmpty(options.store);
    this.freshFrom = this.pristine ? -Infinity : Infinity;
    this.index = layout.kind === 'session' ? new KeyIndex({ read: (key) => this.store.get(key), pristine: () => this.pristine }) : null;
    this.expiry = new Expiry(this, this.codec, this.retentionMs, this.index);
    this.backlog = new Backlog(this.codec);
    const high = this.addressing.hasTime ? this.store.get(HIGH_WATER) : null;
    if (high !== null) this.storedHigh = this.committedHigh = new ByteReader(high).double();
    if (high !== null) this.restoreHighWater(this.committedHigh);
  }

  connect(forward: Forward): void {
    this.forwardTo = forward;
  }
  highWater(): number {
    return this.high;
  }
  /** Never below what the store was committed with: buckets after it must be those that are new to it. */
  restoreHighWater(time: number): void {
    this.high = Math.max(time, this.committedHigh);
    this.low = this.retentionMs === null ? -Infinity : this.high - this.retentionMs + 1;
    if (!this.pristine) this.freshFrom = this.addressing.hasTime ? this.addressing.bucketOfTime(this.high) + 1 : Infinity;
    this.expiry.committed(this.low, this.deletableBelow());
  }
  /** Rows below this time are invisible. */
  lowWater(): number {
    return this.low;
  }

  get(key: Key): StoredRow | null {
    const slot = this.slot(key);
    slot.isOwn = false;
    const { row, timestamp } = slot;
    return row === null ? null : { row, timestamp };
  }
  put(key: Key, row: Row | null, timestamp: number, forward: boolean): void {
    this.write(this.slot(key), row, timestamp, forward);
  }
  forwarded(key: Key): StoredRow | null {
    const slot = this.slot(key);
    if (!slot.pending) {
      slot.isOwn = false;
      return slot.row === null ? null : { row: slot.row, timestamp: slot.timestamp };
    }
    const known = slot.forwarded;
    return known === null || known.row === null ? null : { row: known.row, timestamp: known.timestamp };
  }
  /** A row from the changelog: as `put`, nothing is forwarded. Commit as usual (without visiting) when a part is read. */
  restore(key: Key, row: Row | null, timestamp: number): void {
    this.write(this.slot(key), row, timestamp, false);
  }

  /** The row as of the last commit: memory has what the store lacks, and the store what memory has let go. */
  committed(key: Key): StoredRow | null {
    const { addressing } = this;
    if (addressing.hasTime && addressing.timeOf(key) < this.expiry.committedLowWater()) return null;
    const bucketKey = addressing.bucketOf(key);
    const slot = this.buckets.known(bucketKey)?.slots.get(addressing.innerOf(key));
    if (slot === undefined || (slot.dirty && !slot.unstored)) {
      const isKnown = slot === undefined ? !this.isFresh(bucketKey) : slot.stored;
      const bytes = isKnown ? this.store.get(addressing.encode(key)) : null;
      return bytes === null ? null : this.codec.decodeValue(bytes);
    }
    const { row, timestamp } = committedOf(slot);
    return row === null ? null : { row, timestamp };
  }

  slot(key: Key): TableSlot {
    const bucket = this.buckets.of(this.addressing.bucketOf(key));
    const inner = this.addressing.innerOf(key);
    const found = bucket.slots.get(inner);
    if (found === undefined) return this.read(bucket.window === null ? key : this.addressing.innerKey(key), bucket, inner, this.addressing.timeOf(key));
    return this.seen(found);
  }
  windowSlot(innerKey: Key, start: number): TableSlot {
    const bucket = this.buckets.of(start);
    const inner = this.addressing.innerMapKey(innerKey);
    const found = bucket.slots.get(inner);
    if (found !== undefined) return this.seen(found);
    return this.read(innerKey, bucket, inner, start);
  }
  sessions(innerKey: Key, endFrom: number, startTo: number): readonly TableSlot[] {
    const found: TableSlot[] = [];
    let recent: TableSlot | null = null;
    // Visible sessions of one key do not overlap, so their starts ascend as their ends do.
    this.pairs(innerKey, endFrom, (end, start) => {
      if (start > startTo) return false;
      // Nearly always the one that grew last.
      recent ??= this.index?.recent(this.addressing.innerMapKey(innerKey) ?? '', () => this.addressing.indexPrefix(innerKey)) ?? null;
      const isRecent = recent?.attached === true && recent.time === end && recent.key[innerKey.length] === start;
      const slot = isRecent && recent !== null ? this.seen(recent) : this.slot([...innerKey, start, end]);
      if (slot.row !== null) found.push(slot);
      return true;
    });
    return found;
  }

  scan(target: ScanTarget, betweenPages?: () => void): Promise<void> | undefined {
    return scanTable(this, target, betweenPages);
  }

  write(place: TableSlot, row: Row | null, timestamp: number, forward: boolean, oldIfNew: Row | null = null): void {
    let slot = place;
    if (!slot.attached) {
      // Nothing was put into a bucket since it was not found: it still is not there.
      if (slot !== this.lastMissed) slot = slot.bucket.slots.get(slot.inner) ?? slot;
      if (row !== null && slot.time > this.high) this.advance(slot.time);
    }
    const isExpired = slot.time < this.low && this.addressing.hasTime;
    if (isExpired && this.layout.kind !== 'session') {
      // What is expired on arrival is not kept; its reader still learns of it.
      if (forward) this.forwardTo(slot.key, row, null, timestamp);
      return;
    }
    // A session that is expired on arrival is kept, hidden from merging: it may still have to close (EMIT FINAL).
    const old = isExpired ? null : slot.row;
    this.noteDirty(slot);
    if (this.index !== null && (old === null) !== (row === null)) this.reindex(slot, row !== null);
    if (forward && this.caching && !slot.pending) {
      this.changed.addPending(slot);
      slot.forwarded = old === null ? null : { row: old, timestamp: slot.timestamp };
    }
    if (row !== null && slot.row === null) slot.bucket.order = null;
    slot.row = row;
    slot.timestamp = timestamp;
    slot.isOwn = !forward || this.caching;
    if (this.size.fixed === null || !slot.attached) this.resize(slot);
    if (forward && !this.caching) this.forwardTo(slot.key, row, old ?? oldIfNew, timestamp);
    if (row === null && this.index !== null && !slot.stored && (!slot.pending || slot.forwarded === null)) this.forget(slot);
  }

  /** Forwards one change per key written since the last flush, first dirtied first. */
  flush(most = Infinity): boolean {
    for (const slot of this.changed.takePending(most)) {
      if (slot === null) continue;
      const old = slot.forwarded?.row ?? null;
      slot.pending = false;
      slot.forwarded = null;
      slot.isOwn = false;
      if (slot.row === null && old === null) continue;
      this.forwardTo(slot.key, slot.row, old, slot.timestamp);
    }
    return this.changed.pending.length > 0;
  }

  /** One visit per dirty key, in first-dirtied order. */
  collectDirty(visit: (key: Key, row: Row | null, timestamp: number) => void, from = 0, most = Infinity): boolean {
    assert(this.changed.pending.length === 0, 'a table is flushed before its dirty rows are collected');
    const { dirty } = this.changed;
    const end = Math.min(dirty.length, from + most);
    for (let at = from; at < end; at++) {
      const slot = dirty[at] ?? null;
      if (slot === null || (slot.row === null && !isCommitted(slot))) continue;
      visit(slot.key, slot.row, slot.timestamp);
    }
    return end < dirty.length;
  }
  /** The commit was acknowledged. */
  markCommitted(): void {
    for (const slot of this.changed.takeDirty()) {
      if (slot === null) continue;
      slot.dirty = false;
      // The row is kept as it was committed until the store has it.
      slot.isOwn = false;
      if (slot.row !== null || slot.stored) {
        this.backlog.add(slot);
        continue;
      }
      this.backlog.remove(slot);
      this.detach(slot);
    }
    this.uncommittedBytes = 0;
    this.committedHigh = this.high;
    this.expiry.committed(this.low, this.deletableBelow());
    this.dropExpired();
    this.trim();
  }

  /** Bytes of committed rows that the store does not have. */
  unstoredBytes(): number {
    return this.backlog.bytes;
  }
  /** Lists of sessions are kept of the current rows only, and scans by key sort what the store does not have: such tables are stored with every commit. */
  get isStoredAtOnce(): boolean {
    return this.index !== null || this.layout.kind === 'subscription';
  }
  /**
   * What brings the store to the last commit, in parts of about `most`, in the order in which they must be written; no other commit
   * before `markStored`. A store with a part of them is one that is behind: what comes from the changelog later is the same again.
   */
  *collectUnstored(most: number): Generator<readonly WriteOperation[]> {
    const operations: WriteOperation[] = [];
    // Before the rows: an expired row's delete must not undo a later put.
    this.expiry.collect(operations);
    for (const _ of this.backlog.collect(operations, this.index === null ? most : Infinity)) yield operations.splice(0);
    if (this.index !== null) {
      assert(this.changed.dirty.length === 0, 'a table with lists of rows is stored between a commit and the next record');
      this.index.collectDirty(operations);
    }
    if (this.addressing.hasTime && this.committedHigh > this.storedHigh) operations.push(this.highWaterOperation());
    yield operations;
  }
  private highWaterOperation(): WriteOperation {
    const writer = new ByteWriter();
    writer.double(this.committedHigh);
    return { kind: 'put', key: HIGH_WATER, value: writer.finish() };
  }
  /** `store.write` of what was collected is done. */
  markStored(): void {
    const buckets = this.backlog.done((slot) => this.detach(slot));
    if (this.layout.kind === 'subscription') for (const bucket of buckets) this.leaveToStore(bucket);
    this.index?.markStored();
    this.storedHigh = this.committedHigh;
    this.expiry.collected();
  }
  /** Memory forgets all: what the store does not have must come back from the changelog. */
  discard(): void {
    this.backlog.clear();
    this.committedHigh = this.storedHigh;
    this.buckets.clear();
    this.lastMissed = null;
    this.changed.clear();
    this.hand = null;
    this.cachedBytes = 0;
    this.uncommittedBytes = 0;
    this.index?.clear();
    this.pristine = isEmpty(this.store);
    this.restoreHighWater(-1);
    if (this.pristine) this.freshFrom = -Infinity;
    this.expiry.reset();
  }
  records(): KeyRange {
    return this.addressing.all();
  }
  dirtyBytes(): number {
    return this.uncommittedBytes;
  }
  bytes(): number {
    return this.cachedBytes + (this.index?.bytes() ?? 0);
  }
  /** Deletes expired rows from the store in slices: reads at most `maxRows`, the deletes go with the next write. */
  sweep(maxRows: number): Promise<void> {
    return this.expiry.sweep(maxRows);
  }

  /** Drops clean rows that were not used lately while over the bound. Between batches only: slots in hand stay valid. */
  trim(): void {
    if (this.bytes() <= this.maxBytes) return;
    let left = Math.min(this.rowCount() * 2, TRIM_STEPS);
    let laps = 0;
    while (left-- > 0 && this.bytes() > this.maxBytes) {
      this.hand ??= this.walk();
      const next = this.hand.next();
      if (next.done === true) {
        this.hand = null;
        // The first lap takes marks away, the second evicts what can be.
        if (++laps > 2) break;
        continue;
      }
      const slot = next.value;
      if (slot.touched) slot.touched = false;
      else if (!slot.dirty && !slot.pending && !slot.unstored) this.evict(slot);
    }
    if (this.index !== null && this.bytes() > this.maxBytes && this.index.evict(this.maxBytes / 2)) this.pristine = false;
  }

  /** What memory has of a stretch of time, bucket after bucket in ascending order. */
  cached(from: number, to: number): Iterable<Bucket> {
    return this.buckets.within(this.addressing.bucketOfTime(from), this.addressing.bucketOfTime(to));
  }
  cachedPrefix(prefix: Key): Iterable<TableSlot> {
    const bucket = this.buckets.known(this.addressing.bucketOf(prefix));
    return bucket === undefined ? [] : bucket.slots.values();
  }
  /** True where everything a scan could find is in memory. */
  isComplete(fromTime: number | null): boolean {
    if (this.pristine) return true;
    return fromTime !== null && this.addressing.bucketOfTime(fromTime) >= this.freshFrom;
  }

  /** What memory does not have of this bucket is nowhere. */
  private isFresh(bucketKey: MapKey | null): boolean {
    return this.pristine || (typeof bucketKey === 'number' && bucketKey >= this.freshFrom);
  }
  private seen(slot: TableSlot): TableSlot {
    slot.touched = true;
    if (slot.time >= this.low || !this.addressing.hasTime) return slot;
    return new TableSlot(slot.ownKey, slot.inner, slot.bucket, slot.bucket.window === null ? slot.time : null);
  }

  /** `key` without the bounds of the bucket's window. */
  private read(key: Key, bucket: Bucket, inner: MapKey | null, time: number): TableSlot {
    const isHidden = this.addressing.hasTime && time < this.low;
    const slot = new TableSlot(key, inner, bucket, bucket.window === null ? time : null);
    const bytes = isHidden || this.isFresh(bucket.key) ? null : this.store.get(this.addressing.encode(slot.key));
    if (bytes === null) return (this.lastMissed = slot);
    const stored = this.codec.decodeValue(bytes);
    slot.row = stored.row;
    slot.timestamp = stored.timestamp;
    slot.stored = true;
    this.resize(slot);
    return slot;
  }

  /** Puts a new slot into its bucket and keeps the byte counts. */
  private resize(slot: TableSlot): void {
    const row = this.size.fixed ?? (slot.row === null ? 0 : this.size.of(slot.row));
    const bytes = row + (slot.attached ? slot.bytes - slot.rowBytes : keySize(slot.ownKey));
    const more = bytes - slot.bytes;
    slot.bytes = bytes;
    slot.rowBytes = row;
    if (!slot.attached) {
      slot.attached = true;
      this.lastMissed = null;
      slot.bucket.slots.set(slot.inner, slot);
      slot.bucket.order = null;
      this.buckets.ensure(slot.bucket);
    }
    slot.bucket.bytes += more;
    this.cachedBytes += more;
    if (slot.dirty) this.uncommittedBytes += more;
    if (slot.unstored) this.backlog.resized(slot, more);
  }
  private noteDirty(slot: TableSlot): void {
    if (slot.dirty) return;
    this.changed.addDirty(slot);
    this.backlog.keepCommitted(slot);
    this.uncommittedBytes += slot.bytes;
  }
  /** A session that neither the store nor anybody downstream has seen is gone without a trace: it was merged away. */
  private forget(slot: TableSlot): void {
    this.changed.forget(slot);
    this.uncommittedBytes -= slot.bytes;
    this.detach(slot);
    slot.bytes = 0;
    slot.rowBytes = 0;
  }

  private advance(time: number): void {
    this.high = time;
    if (this.retentionMs !== null) this.low = time - this.retentionMs + 1;
  }

  private pairs(innerKey: Key, from: number, visit: (a: number, b: number) => boolean): void {
    const index = present(this.index, 'rows per key');
    const key = this.addressing.innerMapKey(innerKey) ?? '';
    const prefix = () => this.addressing.indexPrefix(innerKey);
    index.trim(key, prefix, this.low);
    index.from(key, prefix, Math.max(from, this.low), visit);
  }
  private reindex(slot: TableSlot, added: boolean): void {
    const { key } = slot;
    const index = present(this.index, 'rows per key');
    const innerKey = this.addressing.innerKey(key);
    const mapKey = this.addressing.innerMapKey(innerKey) ?? '';
    const prefix = () => this.addressing.indexPrefix(innerKey);
    const a = slot.time;
    const other = key[innerKey.length];
    const b = typeof other === 'number' ? other : 0;
    if (added) index.insert(mapKey, prefix, a, b, slot);
    else index.remove(mapKey, prefix, a, b);
  }

  /** Where final results are found by time, a window at the very edge is hidden from reads by key one record before it closes. */
  private deletableBelow(): number {
    const { layout } = this;
    return (layout.kind === 'session' || layout.kind === 'windowed') && layout.order === 'time' ? this.low - 1 : this.low;
  }

  /** The bucket that time is in stays as long as there is another one: every record asks for it, and for keys it does not have. */
  private *walk(): Generator<TableSlot> {
    for (const bucket of this.buckets.values()) if (!this.isNewest(bucket)) yield* bucket.slots.values();
  }
  private isNewest(bucket: Bucket): boolean {
    return this.addressing.hasTime && this.buckets.size > 1 && bucket.key === this.addressing.bucketOfTime(this.high);
  }
  /** Rows in memory, deleted ones included that the store still has. */
  rowCount(): number {
    let count = 0;
    for (const bucket of this.buckets.values()) count += bucket.slots.size;
    return count;
  }
  /** Of a foreign key with very many subscribers the store gives them in order, page by page: memory would have to sort them all. */
  private leaveToStore(bucket: Bucket): void {
    if (bucket.slots.size <= MAX_SORTED) return;
    for (const slot of bucket.slots.values()) if (!slot.dirty && !slot.pending && !slot.unstored) this.evict(slot);
  }
  private evict(slot: TableSlot): void {
    this.detach(slot);
    this.pristine = false;
    const { key } = slot.bucket;
    if (this.addressing.hasTime && typeof key === 'number') this.freshFrom = Math.max(this.freshFrom, key + 1);
  }
  private detach(slot: TableSlot): void {
    slot.attached = false;
    slot.bucket.slots.delete(slot.inner);
    slot.bucket.bytes -= slot.bytes;
    this.cachedBytes -= slot.bytes;
    if (slot.bucket.slots.size === 0) this.buckets.emptied(slot.bucket);
  }
  /** All rows are clean here, so expired buckets go as a whole. */
  private dropExpired(): void {
    if (this.low === -Infinity) return;
    const keepFrom = this.addressing.bucketOfTime(this.deletableBelow());
    for (const bucket of this.buckets.values()) {
      if (typeof bucket.key !== 'number' || bucket.key >= keepFrom) continue;
      this.cachedBytes -= bucket.bytes;
      this.backlog.dropBucket(bucket);
      this.buckets.drop(bucket);
    }
  }
}

function isEmpty(store: BytesStore): boolean {
  return store.identity().batches === 0;
}
