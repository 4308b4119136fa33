import type { Key, SqlType } from '../../types/index.js';
import type { KeyRange, StoreSnapshot } from '../store.js';
import type { StoredRow, RowLayout } from '../table.js';
import type { SortKey } from './addressing.js';
import { EntryCodec, type KeyedRow } from './entry-codec.js';
import { readKeyList } from './key-index.js';

export interface ReaderOptions {
  readonly layout: RowLayout;
  readonly keyTypes: readonly SqlType[];
  readonly valueTypes: readonly SqlType[];
  readonly sortKey?: SortKey | null;
  /** The codec of the table itself, where it is at hand: making one costs more than a lookup. */
  readonly codec?: EntryCodec;
}

const PAGE = 512;

/** Committed rows of a table in a store snapshot, for pull queries. `lowWater`: `table.expiry.committedLowWater()` of that commit. */
export class TableReader {
  private readonly codec: EntryCodec;

  constructor(
    private readonly options: ReaderOptions,
    private readonly snapshot: StoreSnapshot,
    private readonly lowWater: number,
  ) {
    this.codec = options.codec ?? new EntryCodec(options.layout, options.keyTypes, options.valueTypes, options.sortKey ?? null);
  }

  /** By the table's whole key (window bounds included). */
  get(key: Key): StoredRow | null {
    if (!this.isVisible(key)) return null;
    const bytes = this.snapshot.get(this.codec.addressing.encode(key));
    return bytes === null ? null : this.codec.decodeValue(bytes);
  }

  /** All rows, in store order (`sortKey` order where one is given, else column order). */
  all(): AsyncIterable<readonly KeyedRow[]> {
    return this.pages(this.codec.addressing.all());
  }

  /** All windows or sessions of an inner key, ascending. */
  async *windows(innerKey: Key): AsyncIterable<readonly KeyedRow[]> {
    const together = this.codec.addressing.ofKey(innerKey);
    if (together !== null) yield* this.pages(together);
    else if (this.options.layout.kind === 'session') yield this.listed(innerKey);
    else if (this.options.layout.kind === 'windowed') yield* this.byWindow(innerKey, this.options.layout.sizeMs);
  }

  private listed(innerKey: Key): readonly KeyedRow[] {
    const list = readKeyList(this.codec.addressing.indexPrefix(innerKey), (key) => this.snapshot.get(key));
    return list.flatMap(([end, start]) => this.row([...innerKey, start, end]));
  }

  /** Time-ordered store: from window start to window start, with one point read in each. */
  private async *byWindow(innerKey: Key, sizeMs: number): AsyncIterable<readonly KeyedRow[]> {
    for (let from = Math.max(this.lowWater, 0); ; from++) {
      const start = await this.firstTime(from);
      if (start === null) return;
      const rows = this.row([...innerKey, start, start + sizeMs]);
      if (rows.length > 0) yield rows;
      from = start;
    }
  }
  private async firstTime(from: number): Promise<number | null> {
    const range = this.codec.addressing.range({ by: 'windowStart', from, to: 2 ** 52 });
    for await (const page of this.snapshot.scan(range, 1)) {
      for (const entry of page) return this.codec.addressing.timeOf(this.codec.decode(entry).key);
    }
    return null;
  }

  private row(key: Key): readonly KeyedRow[] {
    const stored = this.get(key);
    return stored === null ? [] : [{ key, row: stored.row, timestamp: stored.timestamp }];
  }
  private async *pages(range: KeyRange): AsyncIterable<readonly KeyedRow[]> {
    for await (const page of this.snapshot.scan(range, PAGE)) {
      yield page.map((entry) => this.codec.decode(entry)).filter((row) => this.isVisible(row.key));
    }
  }
  private isVisible(key: Key): boolean {
    const { addressing } = this.codec;
    return !addressing.hasTime || addressing.timeOf(key) >= this.lowWater;
  }
}
