/**
 * What a task's database must be able to do: LevelDB by default, RocksDB where its package is installed. Keys and values are
 * bytes; reads are synchronous; a batch is atomic. Everything else (checksums, chain, identities) stands above it.
 */
export interface OrderedDatabase {
  readonly isOpen: boolean;
  get(key: Buffer): Buffer | undefined;
  getAt(key: Buffer, snapshot: DatabaseSnapshot): Buffer | undefined;
  put(key: Buffer, value: Buffer): Promise<void>;
  batch(): Batch;
  /** Entries of a half-open range in pages; `snapshot` null: as of now. */
  pages(range: ByteRange, snapshot: DatabaseSnapshot | null): PageReader;
  snapshot(): DatabaseSnapshot;
  approximateSize(from: Buffer, to: Buffer): Promise<number>;
  close(): Promise<void>;
}
export interface ByteRange {
  readonly gte: Buffer;
  readonly lt: Buffer;
  readonly reverse?: boolean;
}
/** Chained: no object per operation. `put` and `del` may return the batch. */
export interface Batch {
  put(key: Buffer, value: Buffer): unknown;
  del(key: Buffer): unknown;
  write(): Promise<void>;
}
export type DatabasePage = readonly (readonly [key: Buffer, value: Buffer])[];
export interface PageReader {
  /** At most `size` entries; empty at the end. */
  next(size: number): Promise<DatabasePage>;
  close(): Promise<void>;
}
/** Opaque: belongs to the database that made it. */
export interface DatabaseSnapshot {
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  readonly writeBufferBytes: number;
  readonly blockCacheBytes: number;
}
/** The open database, or why its files cannot be trusted. Rejects where waiting or the user can help (in use, no room). */
export type OpenDatabase = (files: string, options: OpenDatabaseOptions) => Promise<OrderedDatabase | string>;
