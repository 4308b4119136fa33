import type { BatchBuilder, Slab } from '../../broker/index.js';
import { EventTable, MaterializedTable, type BytesStore, type SortKey, type WriteOperation } from '../../state/index.js';
import { InternalError, present } from '../../errors/index.js';
import type { TableSpec } from '../operators/table-specs.js';
import type { ChangelogCodec } from './changelog.js';
import type { TransactionOutput } from './transaction-output.js';

/** Expired rows are looked for as fast as rows are written, and a little faster. */
const SWEEP_PER_WRITE = 2;
const MIN_SWEEP_ROWS = 256;
const MAX_SWEEP_ROWS = 16_384;
/** Commits after a look at the store that still write it at once: who asks often does not wait for what others left. */
const WATCHED_COMMITS = 16;

/** So many rows are counted one by one; more are estimated by the size of these. */
const SAMPLE = 1000;

/** The event loop has a turn after so many rows. */
const PART_OPERATIONS = 4096;

/** Where a store's changes are logged. */
export interface ChangelogTarget {
  readonly codec: ChangelogCodec;
  readonly topic: string;
  readonly partition: number;
  readonly output: TransactionOutput;
}

/** How far a store may stay behind the commits: bytes of rows held in memory, and of changelog to be read again after a crash. */
export interface StoreBounds {
  readonly unstoredBytes: number;
  readonly tailBytes: number;
}

export interface TaskStoreOptions {
  /** null: a push query, whose state is its own. */
  readonly changelog: ChangelogTarget | null;
  readonly sortKey: SortKey | null;
  readonly bounds: StoreBounds;
}

/**
 * One table of a task with the store below it and the changelog beside it. A commit goes: flush (by the task), `collect`, the
 * transaction, then `committed`. Nothing reaches the store before that, and it may come later: the changelog has the rows. `write`
 * brings the store to the last commit; until then its own offset tells what a restart must read again, `StoreBounds` how much.
 */
export class TaskStore {
  /** Where the changelog ended at the last commit. */
  private committedOffset: number;
  /** Of changelog records that the store is behind. */
  private tailBytes = 0;
  /** Of those that the open transaction has. */
  private loggedBytes = 0;
  private watched = 0;
  /** The changelog's batch in the transaction of this epoch. */
  private batch: BatchBuilder | null = null;
  private batchEpoch = -1;

  constructor(
    readonly stageId: number,
    readonly spec: TableSpec,
    readonly store: BytesStore,
    readonly table: MaterializedTable | EventTable,
    private readonly options: TaskStoreOptions,
  ) {
    this.committedOffset = store.identity().changelogOffset;
    if (table instanceof EventTable && options.changelog !== null) table.connectLog((key, row, timestamp) => this.log(key, row, timestamp));
  }

  get name(): string {
    return this.spec.store.name;
  }

  /** Of every store but those of join sides. */
  get rows(): MaterializedTable {
    if (this.table instanceof MaterializedTable) return this.table;
    throw new InternalError(`${this.name} keeps the records of a join side`);
  }
  get events(): EventTable {
    if (this.table instanceof EventTable) return this.table;
    throw new InternalError(`${this.name} keeps no records of a join side`);
  }

  get changelog(): ChangelogTarget | null {
    return this.options.changelog;
  }
  get sortKey(): SortKey | null {
    return this.options.sortKey;
  }

  /** Where the changelog ended at the last commit; −1: nothing was ever logged. */
  get changelogOffset(): number {
    return this.committedOffset;
  }

  /**
   * Empties the store; it will be restored from the beginning of its changelog. The offset goes first: a wipe that is cut short
   * must not leave a store that seems to have reached it.
   */
  async wipe(): Promise<void> {
    await this.store.write([], -1);
    await this.store.deleteRange({});
    this.table.discard();
    this.committedOffset = -1;
    this.tailBytes = 0;
  }

  /** Takes the dirty rows: one changelog record each. Those of a join side were logged as they came. */
  async collect(yieldTurn: () => Promise<void>): Promise<void> {
    const visit = this.log.bind(this);
    for (let from = 0; this.table.collectDirty(visit, from, PART_OPERATIONS); from += PART_OPERATIONS) await yieldTurn();
  }

  /** The commit was acknowledged: `changelogOffset` is where the changelog ends now; null: nothing was logged. True: `write` is due. */
  committed(changelogOffset: number | null): boolean {
    if (changelogOffset !== null) this.committedOffset = changelogOffset;
    this.tailBytes += this.loggedBytes;
    this.loggedBytes = 0;
    this.table.markCommitted();
    if (!this.isBehind) return false;
    if (this.watched === 0) return this.isOverBounds();
    this.watched--;
    return true;
  }

  /** The store does not have what was committed. */
  get isBehind(): boolean {
    return this.table.unstoredBytes() > 0 || this.committedOffset !== this.store.identity().changelogOffset;
  }

  /** Bytes with what only memory has; keys by `SAMPLE`. */
  async size(): Promise<{ readonly bytes: number; readonly keys: number }> {
    const { store, table } = this;
    const stored = await store.approximateBytes();
    const bytes = stored + table.unstoredBytes();
    if (table.isComplete(null)) return { bytes, keys: table.rowCount() };
    for await (const page of store.scan(table.records(), SAMPLE)) {
      if (page.length < SAMPLE) return { bytes, keys: Math.max(page.length, table.rowCount()) };
      const mean = page.reduce((sum, { key, value }) => sum + key.length + value.length, 0) / page.length;
      return { bytes, keys: Math.max(SAMPLE, table.rowCount(), Math.round(stored / mean)) };
    }
    return { bytes, keys: table.rowCount() };
  }

  /** Somebody reads the store. */
  watch(): void {
    this.watched = WATCHED_COMMITS;
  }

  /** Brings the store to the last commit. Records may be processed meanwhile, no other commit be made. */
  async write(yieldTurn: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const { store, table } = this;
    // The first part waits for the second: only the last one says how far the store is.
    let part: readonly WriteOperation[] = [];
    let written = 0;
    for (const next of table.collectUnstored(PART_OPERATIONS)) {
      if (part.length > 0) {
        await store.write(part, store.identity().changelogOffset);
        await yieldTurn();
      }
      part = next;
      written += next.length;
    }
    await store.write(part, this.committedOffset);
    table.markStored();
    this.tailBytes = 0;
    await this.table.sweep(Math.min(MAX_SWEEP_ROWS, Math.max(MIN_SWEEP_ROWS, written * SWEEP_PER_WRITE)));
  }

  private isOverBounds(): boolean {
    const { table } = this;
    const { bounds } = this.options;
    const unstored = table.unstoredBytes();
    if (table.isStoredAtOnce || unstored > bounds.unstoredBytes || this.tailBytes > bounds.tailBytes) return true;
    // A long tail of few rows: a window has turned, or the same rows change again and again.
    return this.tailBytes > bounds.tailBytes / 8 && unstored < this.tailBytes / 8;
  }

  /** Takes changelog records in, up to the slab's end. */
  async restore(slab: Slab): Promise<void> {
    const { changelog, table } = this;
    if (changelog === null) return;
    let bufferIndex = 0;
    for (let i = 0; i < slab.count; i++) {
      while (i >= (slab.bufferEnds[bufferIndex] ?? Infinity)) bufferIndex++;
      const buffer = present(slab.buffers[bufferIndex], 'a buffer for every record');
      const key = changelog.codec.decodeKey(buffer, slab.keyPositions[i] ?? 0, slab.keyLengths[i] ?? 0, slab.timestamps[i] ?? 0);
      const length = slab.valueLengths[i] ?? -1;
      const row = length < 0 ? null : changelog.codec.decodeValue(buffer, slab.valuePositions[i] ?? 0, length);
      table.restore(key, row, slab.timestamps[i] ?? 0);
    }
    table.collectDirty(() => undefined);
    table.markCommitted();
    this.committedOffset = slab.nextOffset;
    // Part by part, so that an interrupted restore goes on where it was.
    await this.write();
  }

  private log(key: Parameters<ChangelogCodec['encode']>[0], row: Parameters<ChangelogCodec['encode']>[1], timestamp: number): void {
    if (this.changelog === null) return;
    const { codec, topic, partition, output } = this.changelog;
    codec.encode(key, row);
    const { buffer } = codec.scratch;
    if (this.batch === null || this.batchEpoch !== output.epoch) {
      this.batch = output.batch(topic, partition);
      this.batchEpoch = output.epoch;
    }
    this.batch.append(
      timestamp,
      buffer, 0, codec.keyLength,
      codec.valueLength < 0 ? null : buffer, codec.keyLength, codec.valueLength,
      null,
    );
    output.wrote(codec.scratch.position);
    this.loggedBytes += codec.scratch.position;
  }
}
