import { present } from '../../errors/index.js';
import type { Key, MapKey, Row } from '../../types/index.js';
import type { ShardedMap } from './sharded-map.js';

/** Of a page in memory, where rows take more than in the store. */
const PAGE_BYTES = 64 * 1024;
/** An array that is pushed to takes room for 16 more: most lists never have as many. */
const FEW = 4;
const NO_PAGES: EventPage[] = [];

/** One row of a join side, by time, then arrival. */
export interface EventRow {
  readonly timestamp: number;
  readonly sequence: number;
  readonly row: Row;
  readonly bytes: number;
  /** Not committed yet. */
  dirty: boolean;
}

export interface EventPage {
  /** Names its record in the store. */
  readonly id: number;
  /** No row before this one is in here, but for the first page, which has all that come before the second. */
  readonly firstTimestamp: number;
  readonly firstSequence: number;
  /** Ascending; null: not read from the store yet. */
  rows: EventRow[] | null;
  bytes: number;
  /** The store does not have it as it is. */
  unstored: boolean;
}

/** A slice of time. */
export interface EventBucket {
  readonly key: number;
  readonly lists: ShardedMap<EventList>;
  /** The store has nothing of it that is not here. */
  complete: boolean;
  bytes: number;
  /** Lists with rows that are committed and not in the store. */
  unstored: EventList[];
  unstoredBytes: number;
}

/**
 * The rows of one key in one slice of time, in bounded pages: whatever a hot key holds, a row goes into one page, and a lookup reads
 * the pages that its times are in. Pages are split, never joined: the slice expires as a whole.
 */
export class EventList {
  pages: EventPage[] = NO_PAGES;
  /** Which pages there are is not in the store as it is. */
  headUnstored = false;
  /** In the bucket's list of those. */
  unstored = false;
  /** Rows that are not committed. */
  dirty = 0;
  /** Used since the eviction hand last passed. */
  touched = true;

  constructor(
    readonly bucket: EventBucket,
    readonly key: Key,
    readonly mapKey: MapKey | null,
    private readonly read: (list: EventList, page: EventPage) => EventRow[],
  ) {}

  /** Bytes more in memory than before. */
  insert(event: EventRow): number {
    const { pages } = this;
    if (pages.length === 0) {
      this.pages = [{ id: 0, firstTimestamp: event.timestamp, firstSequence: event.sequence, rows: [event], bytes: event.bytes, unstored: true }];
      this.headUnstored = true;
      return event.bytes;
    }
    const at = this.pageOf(event.timestamp, event.sequence);
    const page = present(pages[at], 'a page');
    const known = page.bytes;
    const rows = this.loaded(page);
    const place = lowerBound(rows, event.timestamp, event.sequence);
    const same = rows[place];
    page.unstored = true;
    if (same?.timestamp === event.timestamp && same.sequence === event.sequence) {
      rows[place] = event;
      page.bytes -= same.bytes;
    } else if (rows.length < FEW) page.rows = [...rows.slice(0, place), event, ...rows.slice(place)];
    else if (place === rows.length) rows.push(event);
    else rows.splice(place, 0, event);
    page.bytes += event.bytes;
    const more = page.bytes - known;
    if (page.bytes > PAGE_BYTES && page.rows !== null && page.rows.length > 1) this.split(at, page, page.rows);
    return more;
  }

  /** Rows with `from` ≤ timestamp ≤ `to`, ascending. Returns the bytes that it read into memory. */
  visit(from: number, to: number, visit: (row: Row, timestamp: number, sequence: number) => void): number {
    const { pages } = this;
    let read = 0;
    for (let at = this.pageOf(from, -Infinity); at < pages.length; at++) {
      const page = pages[at];
      if (page === undefined || (at > 0 && page.firstTimestamp > to)) break;
      const known = page.bytes;
      const rows = this.loaded(page);
      read += page.bytes - known;
      for (let i = rows[0] !== undefined && rows[0].timestamp >= from ? 0 : lowerBound(rows, from, -Infinity); i < rows.length; i++) {
        const event = rows[i];
        if (event === undefined || event.timestamp > to) return read;
        visit(event.row, event.timestamp, event.sequence);
      }
    }
    return read;
  }

  /** Forgets pages that the store has; bytes less in memory. */
  dropPages(): number {
    let dropped = 0;
    for (const page of this.pages) {
      if (page.unstored || page.rows === null) continue;
      dropped += page.bytes;
      page.rows = null;
      page.bytes = 0;
    }
    return dropped;
  }

  private loaded(page: EventPage): EventRow[] {
    if (page.rows !== null) return page.rows;
    const rows = this.read(this, page);
    page.rows = rows;
    for (const event of rows) page.bytes += event.bytes;
    return rows;
  }

  private split(at: number, page: EventPage, rows: EventRow[]): void {
    // Rows mostly arrive in time order: a full last page stays full and the new one starts with the newest row.
    const place = at === this.pages.length - 1 ? rows.length - 1 : rows.length >> 1;
    const right = rows.splice(place);
    let bytes = 0;
    for (const event of right) bytes += event.bytes;
    page.bytes -= bytes;
    const first = present(right[0], 'the first row of the new page');
    this.pages.splice(at + 1, 0, { id: this.pages.length, firstTimestamp: first.timestamp, firstSequence: first.sequence, rows: right, bytes, unstored: true });
    this.headUnstored = true;
  }

  /** The last page that starts at or before this row; the first where none does. */
  private pageOf(timestamp: number, sequence: number): number {
    const { pages } = this;
    let low = 0;
    let high = pages.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const page = present(pages[middle], 'a page');
      if (page.firstTimestamp < timestamp || (page.firstTimestamp === timestamp && page.firstSequence <= sequence)) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Place of the first row that is not before this one. */
function lowerBound(rows: readonly EventRow[], timestamp: number, sequence: number): number {
  let low = 0;
  let high = rows.length;
  const last = rows[high - 1];
  if (last === undefined || last.timestamp < timestamp || (last.timestamp === timestamp && last.sequence < sequence)) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    const event = present(rows[middle], 'a row');
    if (event.timestamp < timestamp || (event.timestamp === timestamp && event.sequence < sequence)) low = middle + 1;
    else high = middle;
  }
  return low;
}
