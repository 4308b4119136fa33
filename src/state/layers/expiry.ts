import type { KeyRange, WriteOperation } from '../store.js';
import type { EntryCodec, KeyedRow } from './entry-codec.js';
import type { KeyIndex } from './key-index.js';
import type { MaterializedTable } from './materialized-table.js';

/** Where keys come before times a pass reads the whole store; it is worth it once this part of the retention has gone by. */
const PASSES_PER_RETENTION = 2;

/**
 * Deletes what nobody can see any more. Follows the committed low-water mark only: an aborted record may have raised the
 * current one. The deletes of a sweep go into the next write of the store, so it costs one bounded scan and a part of that write.
 */
export class Expiry {
  private committedLow = -Infinity;
  private deletableBelow = -Infinity;
  private operations: WriteOperation[] = [];
  /** Where the pass over a key-ordered store goes on; null between passes. */
  private cursor: Uint8Array | null = null;
  private lastPassLow = -Infinity;
  /** Time-ordered store: everything below this was looked at. */
  private sweptTo = -Infinity;

  constructor(
    private readonly table: MaterializedTable,
    private readonly codec: EntryCodec,
    private readonly retentionMs: number | null,
    private readonly index: KeyIndex | null,
  ) {}

  /** Rows below `low` are invisible, rows below `deletableBelow` have no further use. */
  committed(low: number, deletableBelow: number): void {
    this.committedLow = low;
    this.deletableBelow = deletableBelow;
  }
  /** Rows below it are invisible to readers of the committed state. */
  committedLowWater(): number {
    return this.committedLow;
  }
  collect(operations: WriteOperation[]): void {
    for (const operation of this.operations) operations.push(operation);
  }
  /** What `collect` gave is in the store. */
  collected(): void {
    this.operations = [];
  }
  reset(): void {
    this.operations = [];
    this.cursor = null;
    this.sweptTo = -Infinity;
  }

  async sweep(maxRows: number): Promise<void> {
    // They wait for the write that takes them: a second look would find the same rows again.
    if (this.retentionMs === null || this.deletableBelow === -Infinity || this.operations.length > 0) return;
    const range = this.codec.addressing.before(this.deletableBelow);
    if (range === null) return this.sweepKeyOrdered(maxRows, this.retentionMs);
    if (this.sweptTo >= this.deletableBelow) return;
    const rows = await this.page(range, maxRows);
    if (rows.length < maxRows) this.sweptTo = this.deletableBelow;
    for (const row of rows) this.expire(row);
  }

  private async sweepKeyOrdered(maxRows: number, retentionMs: number): Promise<void> {
    if (this.cursor === null && this.deletableBelow < this.lastPassLow + retentionMs / PASSES_PER_RETENTION) return;
    const all = this.codec.addressing.all();
    const from = this.cursor ?? all.from;
    const rows = await this.page(from === undefined ? all : { ...all, from }, maxRows);
    for (const row of rows) if (this.codec.addressing.timeOf(row.key) < this.deletableBelow) this.expire(row);
    const last = rows.at(-1);
    this.cursor = rows.length < maxRows || last === undefined ? null : successor(last.storeKey);
    if (this.cursor === null) this.lastPassLow = this.deletableBelow;
  }

  private async page(range: KeyRange, maxRows: number): Promise<readonly (KeyedRow & { readonly storeKey: Uint8Array })[]> {
    for await (const page of this.table.store.scan(range, maxRows)) {
      return page.map((entry) => ({ ...this.codec.decode(entry), storeKey: entry.key }));
    }
    return [];
  }

  private expire(row: KeyedRow & { readonly storeKey: Uint8Array }): void {
    this.operations.push({ kind: 'delete', key: row.storeKey });
    if (this.index === null) return;
    const { addressing } = this.codec;
    const innerKey = addressing.innerKey(row.key);
    this.index.trim(addressing.innerMapKey(innerKey) ?? '', () => addressing.indexPrefix(innerKey), this.deletableBelow);
  }
}

function successor(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}
