import { assert } from '../../errors/index.js';
import type { BytesStore, Entry, KeyRange, StoreIdentity, StoreSnapshot, WriteOperation } from '../store.js';
import { SortedEntries } from './sorted-entries.js';

const SLICE_KEYS = 1000;

/** What of a store outlives its closing, as files do. */
export interface MemoryContents {
  readonly uuid: string;
  readonly entries: SortedEntries;
  epoch: number;
  changelogOffset: number;
  batches: number;
}

/** A snapshot remembers what the store overwrites after it was taken. */
class Overwritten {
  private readonly missing = new Set<string>();
  /** Keys that had a value, in order. */
  readonly values = new SortedEntries();

  has(key: string): boolean {
    return this.missing.has(key) || this.values.get(key) !== undefined;
  }
  add(key: string, value: Uint8Array | undefined): void {
    if (value === undefined) this.missing.add(key);
    else this.values.set(key, value);
  }
  /** The value the key had when the snapshot was taken. */
  valueOf(key: string, entries: SortedEntries): Uint8Array | null {
    if (this.missing.has(key)) return null;
    return this.values.get(key) ?? entries.get(key) ?? null;
  }
}

export class MemoryStore implements BytesStore {
  private readonly snapshots = new Set<Overwritten>();
  private isOpen = true;

  constructor(
    readonly name: string,
    private readonly contents: MemoryContents,
  ) {}

  identity(): StoreIdentity {
    const { uuid, epoch, changelogOffset, batches } = this.contents;
    return { uuid, epoch, changelogOffset, batches };
  }

  get(key: Uint8Array): Uint8Array | null {
    return this.contents.entries.get(textOf(key)) ?? null;
  }

  write(operations: readonly WriteOperation[], changelogOffset: number): Promise<void> {
    this.checkOpen();
    for (const operation of operations) {
      const key = textOf(operation.key);
      this.remember(key);
      // Copied: the caller's buffers are used again.
      if (operation.kind === 'put') this.contents.entries.set(key, new Uint8Array(operation.value));
      else this.contents.entries.delete(key);
    }
    this.contents.changelogOffset = changelogOffset;
    if (operations.length > 0) this.contents.batches += 1;
    return Promise.resolve();
  }

  scan(range: KeyRange, pageSize: number): AsyncIterable<readonly Entry[]> {
    // As on disk: a scan sees the store as it was when the scan began.
    const snapshot = this.snapshot();
    return releaseAfter(snapshot.scan(range, pageSize), snapshot);
  }

  snapshot(): StoreSnapshot {
    this.checkOpen();
    const overwritten = new Overwritten();
    const { entries } = this.contents;
    this.snapshots.add(overwritten);
    return {
      get: (key) => overwritten.valueOf(textOf(key), entries),
      scan: (range, pageSize) => scanPages(entries, overwritten, range, pageSize),
      release: () => {
        this.snapshots.delete(overwritten);
      },
    };
  }

  async deleteRange(range: KeyRange): Promise<void> {
    const { entries } = this.contents;
    for (;;) {
      const keys: string[] = [];
      for (let key = firstKey(entries, range); key !== undefined && isInside(key, range) && keys.length < SLICE_KEYS; key = entries.next(key, false)) keys.push(key);
      if (keys.length === 0) return;
      await this.write(keys.map((key) => ({ kind: 'delete', key: bytesOf(key) })), this.contents.changelogOffset);
    }
  }

  approximateBytes(): Promise<number> {
    return Promise.resolve(this.contents.entries.bytes);
  }

  close(): Promise<void> {
    this.isOpen = false;
    this.snapshots.clear();
    return Promise.resolve();
  }

  private checkOpen(): void {
    assert(this.isOpen, `store ${this.name} is open when used`);
  }

  private remember(key: string): void {
    for (const overwritten of this.snapshots) {
      if (!overwritten.has(key)) overwritten.add(key, this.contents.entries.get(key));
    }
  }
}

async function* releaseAfter(pages: AsyncIterable<readonly Entry[]>, snapshot: StoreSnapshot): AsyncGenerator<readonly Entry[]> {
  try {
    yield* pages;
  } finally {
    snapshot.release();
  }
}

// Async to have the shape that a disk needs; nothing here waits.
async function* scanPages(entries: SortedEntries, overwritten: Overwritten, range: KeyRange, pageSize: number): AsyncGenerator<readonly Entry[]> {
  let page: Entry[] = [];
  for (const entry of merged(entries, overwritten, range)) {
    page.push(entry);
    if (page.length < pageSize) continue;
    yield await Promise.resolve(page);
    page = [];
  }
  if (page.length > 0) yield page;
}

/** The store as it was: current keys and overwritten keys in one order. Looks each next key up anew, so writes in between do no harm. */
function* merged(entries: SortedEntries, overwritten: Overwritten, range: KeyRange): Generator<Entry> {
  const isReverse = range.reverse === true;
  const from = range.from === undefined ? '' : textOf(range.from);
  const to = range.to === undefined ? undefined : textOf(range.to);
  let last: string | undefined;
  for (;;) {
    const step = (keys: SortedEntries): string | undefined => (isReverse ? keys.previous(last ?? to) : keys.next(last ?? from, last === undefined));
    const current = step(entries);
    const old = step(overwritten.values);
    const key = current === undefined ? old : old === undefined ? current : isReverse === current > old ? current : old;
    if (key === undefined || !isInside(key, range)) return;
    last = key;
    const value = overwritten.valueOf(key, entries);
    if (value !== null) yield { key: bytesOf(key), value };
  }
}

function firstKey(entries: SortedEntries, range: KeyRange): string | undefined {
  return entries.next(range.from === undefined ? '' : textOf(range.from), true);
}

function isInside(key: string, range: KeyRange): boolean {
  return (range.from === undefined || key >= textOf(range.from)) && (range.to === undefined || key < textOf(range.to));
}

function textOf(key: Uint8Array): string {
  const bytes = Buffer.isBuffer(key) ? key : Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  return bytes.toString('latin1');
}

function bytesOf(key: string): Buffer {
  return Buffer.from(key, 'latin1');
}
