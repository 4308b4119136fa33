import { PlanError, StateError, assert } from '../../errors/index.js';
import { openingProblem } from './level-database.js';
import type { Batch, ByteRange, DatabasePage, DatabaseSnapshot, OpenDatabaseOptions, OrderedDatabase, PageReader } from './ordered-database.js';

/**
 * The part of the optional package `@nxtedition/rocksdb` that is used; it publishes no types. Synchronous reads are methods
 * that its own iterators and benchmarks use.
 */
interface RocksPackage {
  readonly RocksLevel: new (location: string, options: object) => Rocks;
}
interface Rocks {
  readonly status: string;
  open(): Promise<void>;
  close(): Promise<void>;
  put(key: Buffer, value: Buffer): Promise<void>;
  batch(): Batch;
  iterator(options: object): RocksIterator;
  _getManySync(keys: readonly Buffer[], options: object): readonly (Buffer | null | undefined)[];
  getProperty(name: string): string;
}
interface RocksIterator {
  _seekSync(target: Buffer): void;
  _nextvSync(size: number): { readonly rows: readonly Buffer[]; readonly finished: boolean };
  close(): Promise<void>;
}

const BUFFERS = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;
const NO_OPTIONS = {};

function entries(rows: readonly Buffer[]): DatabasePage {
  const page: (readonly [Buffer, Buffer])[] = [];
  for (let index = 0; index + 1 < rows.length; index += 2) {
    const key = rows[index];
    const value = rows[index + 1];
    if (key !== undefined && value !== undefined) page.push([key, value]);
  }
  return page;
}

/** Open iterators pin what they see: a pair of them, one a direction, stands for a snapshot. Each read seeks and is over before the next. */
class RocksSnapshot implements DatabaseSnapshot {
  constructor(private readonly forward: RocksIterator, private readonly backward: RocksIterator) {}

  get(key: Buffer): Buffer | undefined {
    const [found] = this.page(key, 1, false);
    return found !== undefined && found[0].equals(key) ? found[1] : undefined;
  }
  /** Entries from a key on; backward: from the greatest that is not above it. */
  page(from: Buffer, size: number, reverse: boolean): DatabasePage {
    const iterator = reverse ? this.backward : this.forward;
    iterator._seekSync(from);
    return entries(iterator._nextvSync(size).rows);
  }
  async close(): Promise<void> {
    await this.forward.close();
    await this.backward.close();
  }
}

/** Pages of a snapshot: each continues behind the last key. */
class SnapshotPages implements PageReader {
  private low: Buffer;
  private high: Buffer;
  constructor(private readonly snapshot: RocksSnapshot, range: ByteRange, private readonly reverse: boolean) {
    this.low = range.gte;
    this.high = range.lt;
  }
  next(size: number): Promise<DatabasePage> {
    // Backward, the seek may land on the bound itself, which is not part of the range.
    const found = this.reverse ? this.snapshot.page(this.high, size + 1, true) : this.snapshot.page(this.low, size, false);
    const page = found.filter(([key]) => key.compare(this.low) >= 0 && key.compare(this.high) < 0).slice(0, size);
    const last = page.at(-1);
    if (last !== undefined && this.reverse) this.high = last[0];
    else if (last !== undefined) this.low = Buffer.concat([last[0], Buffer.alloc(1)]);
    return Promise.resolve(page);
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

function own(snapshot: DatabaseSnapshot): RocksSnapshot {
  assert(snapshot instanceof RocksSnapshot, 'a snapshot is read from the database that made it');
  return snapshot;
}

class RocksDatabase implements OrderedDatabase {
  constructor(private readonly rocks: Rocks) {}

  get isOpen(): boolean {
    return this.rocks.status === 'open';
  }
  get(key: Buffer): Buffer | undefined {
    return this.rocks._getManySync([key], NO_OPTIONS)[0] ?? undefined;
  }
  getAt(key: Buffer, snapshot: DatabaseSnapshot): Buffer | undefined {
    return own(snapshot).get(key);
  }
  put(key: Buffer, value: Buffer): Promise<void> {
    return this.rocks.put(key, value);
  }
  batch(): Batch {
    return this.rocks.batch();
  }
  pages({ gte, lt, reverse }: ByteRange, snapshot: DatabaseSnapshot | null): PageReader {
    if (snapshot !== null) return new SnapshotPages(own(snapshot), { gte, lt }, reverse === true);
    const iterator = this.rocks.iterator({ gte, lt, reverse: reverse === true, ...BUFFERS });
    return {
      next: (size) => Promise.resolve(entries(iterator._nextvSync(size).rows)),
      close: () => iterator.close(),
    };
  }
  snapshot(): DatabaseSnapshot {
    return new RocksSnapshot(this.rocks.iterator({ ...BUFFERS }), this.rocks.iterator({ ...BUFFERS, reverse: true }));
  }
  approximateSize(): Promise<number> {
    return Promise.resolve(Number(this.rocks.getProperty('rocksdb.estimate-live-data-size')) || 0);
  }
  close(): Promise<void> {
    return this.rocks.close();
  }
}

async function rocksPackage(): Promise<RocksPackage> {
  const name = '@nxtedition/rocksdb';
  try {
    // The package has no types; what is used of it is declared above and held by the store contract suite.
    return (await import(name)) as RocksPackage;
  } catch (cause) {
    throw new PlanError('State stores on RocksDB need the package @nxtedition/rocksdb', { cause, hint: 'npm install @nxtedition/rocksdb, or leave millrace.state.engine at its default, level.' });
  }
}

/** RocksDB, where its package is installed. */
export async function openRocks(files: string, options: OpenDatabaseOptions): Promise<OrderedDatabase | string> {
  const { RocksLevel } = await rocksPackage();
  const rocks = new RocksLevel(files, { ...BUFFERS, compression: false, writeBufferSize: options.writeBufferBytes, cacheSize: options.blockCacheBytes });
  try {
    await rocks.open();
    return new RocksDatabase(rocks);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const text = cause instanceof Error ? cause.message : String(cause);
    if (/lock/i.test(text)) throw new StateError(`The state store in ${files} is in use by another process`, { damaged: false, cause: error });
    return openingProblem(files, text, error);
  }
}
