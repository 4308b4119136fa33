import { present } from '../../errors/index.js';
import type { Key, Row } from '../../types/index.js';

/** Of a page in memory, where rows take more than in the store. */
const PAGE_BYTES = 64 * 1024;
/** Most lists never have more: those need no arrays. */
const FEW = 8;

/** One row of a join side, by time, then arrival. */
export interface EventRow {
  /** Since the slice began, ms: small numbers lie in the object itself. */
  readonly at: number;
  readonly sequence: number;
  readonly row: Row;
  /** Number of the commit that takes it; 0: it comes from the store. */
  readonly commit: number;
  /** The one after it in a list of few. */
  next: EventRow | null;
}

export interface EventPage {
  /** Names its record in the store. */
  readonly id: number;
  /** No row before this one is in here, but for the first page, which has all that come before the second. */
  readonly firstAt: number;
  readonly firstSequence: number;
  /** Ascending; null: not read from the store yet. */
  rows: EventRow[] | null;
  bytes: number;
  /** The last commit that takes rows of it which the store does not have. */
  unstored: number;
}

/** A key with rows: its lists on both sides of the join, the newest slice first. */
export interface EventKey {
  readonly key: Key;
  left: EventList | null;
  right: EventList | null;
}

/** A slice of time. */
export interface EventBucket {
  readonly slice: number;
  /** Where it begins, epoch ms. */
  readonly start: number;
  readonly rows: EventRows;
  /** In no order. */
  readonly lists: EventList[];
  /** The store has nothing of it that is not here. */
  complete: boolean;
  bytes: number;
  /** Of rows that are not committed. */
  dirtyBytes: number;
  /** Lists with rows that the store does not have. */
  unstored: EventList[];
  /** Of rows that are committed and not in the store. */
  unstoredBytes: number;
}

/** What lists ask of the table they are in. */
export interface EventRows {
  sizeOf(row: Row): number;
  read(list: EventList, page: EventPage): EventRow[];
}

export type VisitRow = (row: Row, timestamp: number, sequence: number) => void;

/**
 * The rows of one key in one slice of time: few in a chain; more in bounded pages, so that a row of a hot key goes into one page and
 * a lookup reads the pages that its times are in. Pages are split, never joined: the slice expires as a whole.
 */
export class EventList {
  /** The same key in the slice before that it has rows in. */
  older: EventList | null = null;
  first: EventRow | null = null;
  /** null: the rows are the chain from `first`. */
  pages: EventPage[] | null = null;
  /** Of rows in memory. */
  bytes = 0;
  /** The last commit that takes rows of it which the store does not have, 0: none; then it is not among its bucket's `unstored`. */
  unstored = 0;
  /** Which pages there are, or the rows of the only one, are not in the store. */
  headUnstored = false;
  /** Used since the eviction hand last passed. */
  touched = true;

  constructor(
    readonly bucket: EventBucket,
    readonly owner: EventKey,
  ) {}

  insert(event: EventRow, bytes: number): void {
    const { pages } = this;
    if (pages !== null) this.insertInPage(pages, event, bytes);
    else {
      this.headUnstored = true;
      this.chain(event, bytes);
    }
  }

  /** Rows with `from` ≤ timestamp ≤ `to`, ascending. */
  visit(from: number, to: number, visit: VisitRow): void {
    const { pages, bucket: { start } } = this;
    if (pages !== null) this.visitPages(pages, from - start, to - start, visit);
    else for (let event = this.first; event !== null && event.at <= to - start; event = event.next) {
      if (event.at >= from - start) visit(event.row, start + event.at, event.sequence);
    }
  }

  /** As it is in the store. */
  load(pages: EventPage[]): void {
    const [only] = pages;
    const rows = pages.length === 1 ? (only?.rows ?? []) : null;
    for (const page of pages) this.bytes += page.bytes;
    if (rows === null || rows.length > FEW) this.pages = pages;
    else {
      this.first = rows[0] ?? null;
      for (let i = 0; i < rows.length; i++) present(rows[i], 'a row').next = rows[i + 1] ?? null;
    }
  }

  /** Forgets pages that the store has; bytes less in memory. */
  dropPages(): number {
    let dropped = 0;
    if (this.pages === null || this.pages.length === 1) return 0;
    for (const page of this.pages) {
      if (page.unstored > 0 || page.rows === null) continue;
      dropped += page.bytes;
      page.rows = null;
      page.bytes = 0;
    }
    this.bytes -= dropped;
    return dropped;
  }

  private chain(event: EventRow, bytes: number): void {
    let before: EventRow | null = null;
    let after = this.first;
    let count = 1;
    while (after !== null && isBefore(after, event.at, event.sequence)) {
      before = after;
      after = after.next;
      count++;
    }
    this.bytes += bytes;
    if (after?.at === event.at && after.sequence === event.sequence) {
      this.bytes -= this.bucket.rows.sizeOf(after.row);
      after = after.next;
    }
    event.next = after;
    if (before === null) this.first = event;
    else before.next = event;
    for (; after !== null; after = after.next) count++;
    if (count > FEW || (this.bytes > PAGE_BYTES && count > 1)) this.turnIntoPages(event.commit);
  }

  private turnIntoPages(unstored: number): void {
    const rows: EventRow[] = [];
    for (let event = this.first; event !== null; event = event.next) rows.push(event);
    for (const event of rows) event.next = null;
    this.first = null;
    const page = { ...pageOf(0, rows), bytes: this.bytes, unstored };
    this.pages = [page];
    if (page.bytes > PAGE_BYTES) this.split(this.pages, 0, page, rows);
  }

  private insertInPage(pages: EventPage[], event: EventRow, bytes: number): void {
    const at = pageAt(pages, event.at, event.sequence);
    const page = present(pages[at], 'a page');
    const rows = this.loaded(page);
    const place = lowerBound(rows, event.at, event.sequence);
    const same = rows[place];
    page.unstored = event.commit;
    if (pages.length === 1) this.headUnstored = true;
    let more = bytes;
    if (same?.at === event.at && same.sequence === event.sequence) {
      rows[place] = event;
      more -= this.bucket.rows.sizeOf(same.row);
    } else if (place === rows.length) rows.push(event);
    else rows.splice(place, 0, event);
    page.bytes += more;
    this.bytes += more;
    if (page.bytes > PAGE_BYTES && rows.length > 1) this.split(pages, at, page, rows);
  }

  private visitPages(pages: EventPage[], from: number, to: number, visit: VisitRow): void {
    const { start } = this.bucket;
    for (let i = pageAt(pages, from, -Infinity); i < pages.length; i++) {
      const page = pages[i];
      if (page === undefined || (i > 0 && page.firstAt > to)) return;
      const rows = this.loaded(page);
      for (let place = lowerBound(rows, from, -Infinity); place < rows.length; place++) {
        const event = rows[place];
        if (event === undefined || event.at > to) return;
        visit(event.row, start + event.at, event.sequence);
      }
    }
  }

  private loaded(page: EventPage): EventRow[] {
    if (page.rows !== null) return page.rows;
    const { rows: table } = this.bucket;
    const rows = table.read(this, page);
    page.rows = rows;
    for (const event of rows) page.bytes += table.sizeOf(event.row);
    this.bytes += page.bytes;
    return rows;
  }

  private split(pages: EventPage[], at: number, page: EventPage, rows: EventRow[]): void {
    // Rows mostly arrive in time order: a full last page stays full and the new one starts with the newest row.
    const place = at === pages.length - 1 ? rows.length - 1 : rows.length >> 1;
    const right = rows.splice(place);
    let bytes = 0;
    for (const event of right) bytes += this.bucket.rows.sizeOf(event.row);
    page.bytes -= bytes;
    pages.splice(at + 1, 0, { ...pageOf(pages.length, right), bytes, unstored: page.unstored });
    this.headUnstored = true;
  }
}

/** The page with these rows, as it is in the store. */
export function pageOf(id: number, rows: EventRow[]): EventPage {
  const [first] = rows;
  return { id, firstAt: first?.at ?? 0, firstSequence: first?.sequence ?? 0, rows, bytes: 0, unstored: 0 };
}

/** The last page that starts at or before this row; the first where none does. */
function pageAt(pages: readonly EventPage[], at: number, sequence: number): number {
  let low = 0;
  let high = pages.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const page = present(pages[middle], 'a page');
    if (page.firstAt < at || (page.firstAt === at && page.firstSequence <= sequence)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Place of the first row that is not before this one. */
function lowerBound(rows: readonly EventRow[], at: number, sequence: number): number {
  let low = 0;
  let high = rows.length;
  const last = rows[high - 1];
  if (last === undefined || isBefore(last, at, sequence)) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(present(rows[middle], 'a row'), at, sequence)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore(event: EventRow, at: number, sequence: number): boolean {
  return event.at < at || (event.at === at && event.sequence < sequence);
}
