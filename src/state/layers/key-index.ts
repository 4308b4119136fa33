import { present } from '../../errors/index.js';
import type { MapKey } from '../../types/index.js';
import type { WriteOperation } from '../store.js';
import { ByteReader, ByteWriter } from './byte-writer.js';
import type { TableSlot } from './table-slot.js';

/** 4096 pairs of 16 bytes: a page never exceeds 64 KiB. */
const PAGE_PAIRS = 4096;
const HEAD = 0;
const PAGE = 1;
const LIST_BYTES = 200;

/** Sorted pairs: sessions (end, start). `null` arrays: not read from the store yet. */
interface Page {
  readonly id: number;
  firstA: number;
  firstB: number;
  a: number[] | null;
  b: number[] | null;
  count: number;
  dirty: boolean;
  /** The store has a record of this page's own. */
  stored: boolean;
}
interface KeyList {
  readonly key: MapKey;
  /** Store key up to the part that tells head from pages. */
  readonly prefix: Uint8Array;
  readonly pages: Page[];
  nextId: number;
  dirty: boolean;
  /** The head record exists in the committed store. */
  stored: boolean;
  readonly removedPages: number[];
  touched: boolean;
  recent: TableSlot | null;
}
interface Place {
  readonly list: KeyList;
  readonly pageIndex: number;
}

export interface IndexOptions {
  /** Reads the committed store; null where nothing is there. */
  readonly read: (key: Uint8Array) => Uint8Array | null;
  /** True while nothing of this store has ever been dropped from memory: an unknown key has no list. */
  readonly pristine: () => boolean;
}

/**
 * Which rows a key has: an ordered list of number pairs per key, in bounded pages that are found by point reads. One head
 * record names the pages (or holds the only one), so no operation reads or writes more than two pages of a hot key.
 */
export class KeyIndex {
  private lists = new Map<MapKey, KeyList>();
  /** The list asked for last: what happens to a key happens in a row. */
  private last: KeyList | null = null;
  private readonly dirty = new Set<KeyList>();
  private readonly writer = new ByteWriter();
  private pairs = 0;

  constructor(private readonly options: IndexOptions) {}

  /** `slot`: the row's place, if whoever asks for the key's rows next should find it without a look-up. */
  insert(key: MapKey, prefix: () => Uint8Array, a: number, b: number, slot: TableSlot | null = null): void {
    const list = this.list(key, prefix);
    if (slot !== null) list.recent = slot;
    if (list.pages.length === 0) list.pages.push(newPage(list, a, b));
    const { pageIndex } = placeOf(list, a, b);
    const page = this.loaded(list, pageIndex);
    const at = lowerBound(page, a, b);
    if (page.a[at] === a && page.b[at] === b) return;
    insertAt(page.a, at, a);
    insertAt(page.b, at, b);
    page.count++;
    this.pairs++;
    this.touchPage(list, page);
    if (page.count > PAGE_PAIRS) this.split(list, pageIndex, page);
  }

  remove(key: MapKey, prefix: () => Uint8Array, a: number, b: number): void {
    const list = this.list(key, prefix);
    if (list.pages.length === 0) return;
    const { pageIndex } = placeOf(list, a, b);
    const page = this.loaded(list, pageIndex);
    const at = lowerBound(page, a, b);
    if (page.a[at] !== a || page.b[at] !== b) return;
    page.a.splice(at, 1);
    page.b.splice(at, 1);
    page.count--;
    this.pairs--;
    this.touchPage(list, page);
    // The only page waits for the next row: a session that grows takes its pair away to put another in its place.
    if (page.count === 0 && list.pages.length > 1) this.dropPage(list, pageIndex);
  }

  /** The place given with the newest pair; it may have been left since. */
  recent(key: MapKey, prefix: () => Uint8Array): TableSlot | null {
    return this.list(key, prefix).recent;
  }

  /** Pairs with a ≥ `fromA`, ascending, until `visit` returns false. `visit` must not change this key's list. */
  from(key: MapKey, prefix: () => Uint8Array, fromA: number, visit: (a: number, b: number) => boolean): void {
    const list = this.list(key, prefix);
    if (list.pages.length === 0) return;
    let at = -1;
    for (let i = placeOf(list, fromA, -Infinity).pageIndex; i < list.pages.length; i++) {
      const page = this.loaded(list, i);
      at = at < 0 ? lowerBound(page, fromA, -Infinity) : 0;
      for (; at < page.count; at++) if (!visit(page.a[at] ?? 0, page.b[at] ?? 0)) return;
    }
  }

  /** Forgets pairs with a < `low`: whole pages without reading them, so the cost is spread over what was inserted. */
  trim(key: MapKey, prefix: () => Uint8Array, low: number): void {
    const list = this.list(key, prefix);
    while ((list.pages[1]?.firstA ?? Infinity) < low) this.dropPage(list, 0);
    const first = list.pages[0];
    if (first === undefined || first.firstA >= low) return;
    const page = this.loaded(list, 0);
    const gone = lowerBound(page, low, -Infinity);
    if (gone === 0) return;
    // Half a page at a time: trimming one pair per record would move the whole page each time.
    if (gone < page.count && gone < PAGE_PAIRS / 2) return;
    page.a.splice(0, gone);
    page.b.splice(0, gone);
    page.count -= gone;
    this.pairs -= gone;
    this.touchPage(list, page);
    if (page.count === 0 && list.pages.length > 1) this.dropPage(list, 0);
  }

  collectDirty(operations: WriteOperation[]): void {
    for (const list of this.dirty) {
      for (const id of list.removedPages) operations.push({ kind: 'delete', key: pageKey(list, id) });
      if (isEmpty(list)) {
        if (list.stored) operations.push({ kind: 'delete', key: headKey(list) });
        continue;
      }
      const single = list.pages.length === 1;
      for (const page of list.pages) {
        if (page.dirty && !single) operations.push({ kind: 'put', key: pageKey(list, page.id), value: this.encodePairs(page) });
      }
      operations.push({ kind: 'put', key: headKey(list), value: this.encodeHead(list) });
    }
  }
  markStored(): void {
    for (const list of this.dirty) {
      list.dirty = false;
      list.stored = !isEmpty(list);
      list.removedPages.length = 0;
      for (const page of list.pages) {
        page.stored = list.pages.length > 1;
        page.dirty = false;
      }
      if (!list.stored) this.lists.delete(list.key);
    }
    this.dirty.clear();
    this.last = null;
  }
  clear(): void {
    this.lists = new Map();
    this.last = null;
    this.dirty.clear();
    this.pairs = 0;
  }
  bytes(): number {
    return this.lists.size * LIST_BYTES + this.pairs * 16;
  }
  /** Drops clean lists that were not used since the last call until `bytes() ≤ target`; true when something was dropped. */
  evict(target: number): boolean {
    let dropped = false;
    this.last = null;
    for (const list of this.lists.values()) {
      if (this.bytes() <= target) break;
      if (list.dirty) continue;
      if (list.touched) {
        list.touched = false;
        continue;
      }
      this.lists.delete(list.key);
      for (const page of list.pages) if (page.a !== null) this.pairs -= page.count;
      dropped = true;
    }
    return dropped;
  }

  private list(key: MapKey, prefix: () => Uint8Array): KeyList {
    if (this.last !== null && this.last.key === key) return this.last;
    return (this.last = this.found(key, prefix));
  }
  private found(key: MapKey, prefix: () => Uint8Array): KeyList {
    const known = this.lists.get(key);
    if (known !== undefined) {
      known.touched = true;
      return known;
    }
    const list: KeyList = { key, prefix: prefix(), pages: [], nextId: 0, dirty: false, stored: false, removedPages: [], touched: true, recent: null };
    const head = this.options.pristine() ? null : this.options.read(headKey(list));
    if (head !== null) this.decodeHead(list, head);
    this.lists.set(key, list);
    return list;
  }

  private loaded(list: KeyList, pageIndex: number): Page & { a: number[]; b: number[] } {
    const page = present(list.pages[pageIndex], 'index page');
    if (page.a === null) {
      const bytes = present(this.options.read(pageKey(list, page.id)), 'stored index page');
      const pairs = decodePairs(new ByteReader(bytes));
      page.a = pairs.a;
      page.b = pairs.b;
      this.pairs += page.count;
    }
    // Both arrays are set together.
    return page as Page & { a: number[]; b: number[] };
  }

  private touchPage(list: KeyList, page: Page & { a: number[]; b: number[] }): void {
    page.dirty = true;
    page.firstA = page.a[0] ?? page.firstA;
    page.firstB = page.b[0] ?? page.firstB;
    list.dirty = true;
    this.dirty.add(list);
  }

  private split(list: KeyList, pageIndex: number, page: Page & { a: number[]; b: number[] }): void {
    // Rows mostly arrive in time order: a full last page stays full and the new one starts with the newest pair.
    const isLast = pageIndex === list.pages.length - 1;
    const at = isLast ? page.count - 1 : page.count >> 1;
    const right: Page = {
      id: list.nextId++, firstA: page.a[at] ?? 0, firstB: page.b[at] ?? 0,
      a: page.a.splice(at), b: page.b.splice(at), count: page.count - at, dirty: true, stored: false,
    };
    page.count = at;
    // A list that had its only page in the head now writes both pages on their own.
    page.dirty = true;
    list.pages.splice(pageIndex + 1, 0, right);
  }

  private dropPage(list: KeyList, pageIndex: number): void {
    const [page] = list.pages.splice(pageIndex, 1);
    if (page === undefined) return;
    if (page.a !== null) this.pairs -= page.count;
    removeRecord(list, page);
    const only = list.pages.length === 1 ? list.pages[0] : undefined;
    if (only !== undefined) {
      // The only page lives in the head.
      this.loaded(list, 0);
      removeRecord(list, only);
      only.dirty = true;
    }
    list.dirty = true;
    this.dirty.add(list);
  }

  private encodePairs(page: Page): Uint8Array {
    writePairs(this.writer, page);
    return this.writer.finish();
  }
  private encodeHead(list: KeyList): Uint8Array {
    const { writer } = this;
    writer.varint(list.pages.length);
    writer.varint(list.nextId);
    for (const page of list.pages) {
      writer.varint(page.id);
      writer.double(page.firstA);
      writer.double(page.firstB);
      writer.varint(page.count);
    }
    const only = list.pages.length === 1 ? list.pages[0] : undefined;
    if (only !== undefined) writePairs(writer, only);
    return writer.finish();
  }
  private decodeHead(list: KeyList, bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    const count = reader.varint();
    list.nextId = reader.varint();
    list.stored = true;
    for (let i = 0; i < count; i++) {
      const id = reader.varint();
      list.pages.push({ id, firstA: reader.double(), firstB: reader.double(), count: reader.varint(), a: null, b: null, dirty: false, stored: count > 1 });
    }
    const only = count === 1 ? list.pages[0] : undefined;
    if (only === undefined) return;
    const pairs = decodePairs(reader);
    only.a = pairs.a;
    only.b = pairs.b;
    this.pairs += only.count;
  }
}

/** The pairs of a key as a committed snapshot has them (pull queries). */
export function readKeyList(prefix: Uint8Array, read: (key: Uint8Array) => Uint8Array | null): readonly (readonly [number, number])[] {
  const index = new KeyIndex({ read, pristine: () => false });
  const found: [number, number][] = [];
  index.from('', () => prefix, -Infinity, (a, b) => {
    found.push([a, b]);
    return true;
  });
  return found;
}

function newPage(list: KeyList, a: number, b: number): Page {
  return { id: list.nextId++, firstA: a, firstB: b, a: [], b: [], count: 0, dirty: true, stored: false };
}

function isEmpty(list: KeyList): boolean {
  return list.pages.length === 0 || (list.pages.length === 1 && list.pages[0]?.count === 0);
}

/** A page that came and went between two writes leaves nothing to delete. */
function removeRecord(list: KeyList, page: Page): void {
  if (page.stored) list.removedPages.push(page.id);
  page.stored = false;
}

/** The last page whose first pair is not above (a, b); the first page where all are. */
function placeOf(list: KeyList, a: number, b: number): Place {
  let low = 0;
  let high = list.pages.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const page = present(list.pages[middle], 'index page');
    if (page.firstA < a || (page.firstA === a && page.firstB <= b)) low = middle;
    else high = middle - 1;
  }
  return { list, pageIndex: low };
}

/** Position of the first pair ≥ (a, b). */
function lowerBound(page: { readonly a: number[]; readonly b: number[] }, a: number, b: number): number {
  let low = 0;
  let high = page.a.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const midA = page.a[middle] ?? 0;
    if (midA < a || (midA === a && (page.b[middle] ?? 0) < b)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insertAt(array: number[], at: number, value: number): void {
  if (at === array.length) array.push(value);
  else array.splice(at, 0, value);
}

function headKey(list: KeyList): Uint8Array {
  const key = new Uint8Array(list.prefix.length + 1);
  key.set(list.prefix);
  key[list.prefix.length] = HEAD;
  return key;
}
function pageKey(list: KeyList, id: number): Uint8Array {
  const key = new Uint8Array(list.prefix.length + 5);
  key.set(list.prefix);
  const at = list.prefix.length;
  key[at] = PAGE;
  new DataView(key.buffer).setUint32(at + 1, id);
  return key;
}
function writePairs(writer: ByteWriter, page: Page): void {
  const [a, b] = [present(page.a, 'loaded page'), present(page.b, 'loaded page')];
  writer.varint(page.count);
  for (let i = 0; i < page.count; i++) {
    writer.double(a[i] ?? 0);
    writer.double(b[i] ?? 0);
  }
}
function decodePairs(reader: ByteReader): { a: number[]; b: number[] } {
  const [a, b]: [number[], number[]] = [[], []];
  for (let left = reader.varint(); left > 0; left--) {
    a.push(reader.double());
    b.push(reader.double());
  }
  return { a, b };
}
