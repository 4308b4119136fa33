import { existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ClassicLevel } from 'classic-level';
import type { Logger } from '../../env/index.js';
import { BrokerError } from '../../errors/index.js';
import { isIntact } from '../log/frame.js';
import { damaged } from '../log/slab-loader.js';
import type { LogFact, LogOperation, LogStorage } from '../log/log-storage.js';
import type { PartitionLog } from '../log/partition-log.js';
import { inUse } from './data-folder.js';
import { DatabaseWrite } from './database-write.js';
import { decodeSequence } from './fact-codec.js';
import { Expectations, Journal, type JournalEntry } from './journal.js';
import { batchKey, decodeBatchKey, pointerKey, POINTERS_FROM, POINTERS_TO, SEQUENCE_KEY } from './level-keys.js';
import type { Place } from './pointer-codec.js';
import { holdsSegments, SegmentFiles } from './segment-files.js';
import { StoredBatches } from './stored-batches.js';
import type { BackupPiece } from './backup-pieces.js';
import { backupPieces } from './take-backup.js';
import { verifyDatabase } from './verify-database.js';

export type Database = ClassicLevel<Buffer, Buffer>;

export interface LevelStorageOptions {
  readonly folder: string;
  readonly logger: Logger;
  /** Off only where losing the last seconds at a power cut is fine. */
  readonly fsync: boolean;
  readonly writeBufferBytes: number;
  readonly blockCacheBytes: number;
  /** Batches of this size and more go into segment files, smaller ones into the database. */
  readonly bulkBytes: number;
  /** Open in spite of damage: what is lost is written to the log, damaged partitions take no appends. */
  readonly acceptDamage: boolean;
}

/** What Level says of tables that are not as they were written. */
const UNREADABLE: ReadonlySet<unknown> = new Set(['LEVEL_CORRUPTION', 'LEVEL_IO_ERROR']);
const BUFFERS = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;
const PURGE_KEYS = 256;
const MARGIN_BYTES = 1024 * 1024;
/** Bytes of batches moved between two turns of other work: some milliseconds. */
const MOVED_BYTES = 512 * 1024;

/** A write whose outcome is unknown. */
interface FailedWrite {
  readonly write: DatabaseWrite;
  /** Whether the write queue waits to hear of it. */
  readonly isQueued: boolean;
}

/**
 * Facts and small batches in one Level database, bulk batches in segment files that it points to. A write appends to a
 * segment first, durably, and then is one atomic batch of the database, synced: what no pointer names does not exist.
 */
export class LevelStorage implements LogStorage {
  readonly kind = 'embedded';
  private sequence = 0;
  /** Writes, purging and moving take turns. */
  private turn: Promise<unknown> = Promise.resolve();
  /** Set when a write failed in a way that reopening may heal. */
  private failure: FailedWrite | null = null;
  /** Set when writing can no longer be trusted. */
  private fatal: BrokerError | null = null;
  /** Segments that hold unreadable batches: they stay as they are. */
  private readonly unmovable = new Set<number>();

  private constructor(
    private readonly options: LevelStorageOptions,
    private readonly stored: StoredBatches,
    private readonly journal: Journal,
    private readonly facts: readonly LogFact[],
  ) {}

  static async open(options: LevelStorageOptions): Promise<LevelStorage> {
    const { folder, logger } = options;
    // Both memtables may exist in the database's log only, and a batch may straddle the end of one.
    const expected = Journal.read(folder, options.writeBufferBytes * 3);
    const isNew = expected === null && isUnused(folder);
    if (expected === null && !isNew) logger.warn('The journal of the data folder is missing: lost writes cannot be ruled out', { folder });
    const database = await openLogDatabase(options, isNew);
    const segments = SegmentFiles.open(segmentFolder(folder), options);
    try {
      const stored = new StoredBatches(database, segments);
      const found = await verifyDatabase(stored, expected, options);
      segments.resume(found.isWhole);
      // Damage was accepted, not understood: nothing is thrown away.
      if (found.isWhole) segments.removeEmpty();
      const fresh = new Expectations(options.writeBufferBytes * 3);
      const sequence = Math.max(decodeSequence(database.getSync(SEQUENCE_KEY, BUFFERS)), expected?.sequence ?? 0);
      for (const [key, at] of found.sequences) fresh.apply(at, [{ kind: 'putFact', key, bytes: 0 }]);
      for (const [key, bytes] of found.batches) fresh.apply(sequence, [{ kind: 'putBatch', key, bytes }]);
      fresh.apply(sequence, []);
      const storage = new LevelStorage(options, stored, new Journal(folder, fresh), found.facts);
      storage.sequence = sequence;
      storage.journal.rotate();
      return storage;
    } catch (error) {
      segments.close();
      await database.close();
      throw error;
    }
  }

  load(): Promise<readonly LogFact[]> {
    return Promise.resolve(this.facts);
  }

  write(operations: readonly LogOperation[]): Promise<void> {
    return this.inTurn(async () => {
      await this.healOwnFailure();
      const bulk = operations.filter((operation) => operation.kind === 'putBatch' && operation.framed.length >= this.options.bulkBytes);
      const places = await this.appendBulk(bulk.flatMap((operation) => (operation.kind === 'putBatch' ? [operation.framed] : [])));
      const write = new DatabaseWrite(this.sequence + 1, this.stored);
      let next = 0;
      for (const operation of operations) write.add(operation, operation === bulk[next] ? (places[next++] ?? null) : null);
      await this.commit(write, true);
    });
  }

  /** After a failed write: reopens, and tells whether that write is there after all. Throws while there is no room. */
  recover(): Promise<boolean> {
    return this.inTurn(async () => {
      const { failure } = this;
      const isStored = await this.reopen();
      return isStored && failure?.isQueued === true;
    });
  }

  read(log: PartitionLog, base: number): Buffer | null {
    try {
      return this.stored.read(log.topicNumber, log.partition, base);
    } catch (error) {
      throw damaged(log, base, `it cannot be read (${String(error)})`);
    }
  }

  async locate(log: PartitionLog, offset: number): Promise<number | null> {
    try {
      return await this.stored.locate(log.topicNumber, log.partition, offset);
    } catch (error) {
      // Keys lie in the same tables as batches: a table that cannot be searched is damage as well. A closed database is not.
      if (!(error instanceof Error && 'code' in error && UNREADABLE.has(error.code))) throw error;
      throw damaged(log, offset, `it cannot be searched (${String(error)})`);
    }
  }

  purge(topicNumber: number): Promise<boolean> {
    return this.inTurn(async () => {
      await this.healOwnFailure();
      const { database, segments } = this.stored;
      const range = { gte: batchKey(topicNumber, 0, 0), lt: batchKey(topicNumber + 1, 0, 0) };
      await database.clear({ ...range, limit: PURGE_KEYS, keyEncoding: 'buffer' });
      const write = new DatabaseWrite(this.sequence + 1, this.stored);
      for await (const page of this.stored.pointers(pointerKey(topicNumber, 0, 0), pointerKey(topicNumber + 1, 0, 0))) {
        for (const { key, place } of page) write.dropPointer(key, place);
        break;
      }
      if (write.isEmpty) {
        segments.removeEmpty();
        for await (const key of database.keys({ ...range, limit: 1, ...BUFFERS })) return key.length === 0;
        return true;
      }
      await this.commit(write, false);
      return false;
    });
  }

  /** Moves what is left in one segment that is mostly waste, and deletes its file. */
  async reclaim(): Promise<boolean> {
    const { segments } = this.stored;
    const segment = this.fatal === null ? segments.wasteful(this.unmovable) : null;
    if (segment === null) return true;
    let keys: Buffer[] = [];
    let bytes = 0;
    for await (const page of this.stored.pointers(POINTERS_FROM, POINTERS_TO)) {
      for (const { key, place } of page) {
        if (place?.segment !== segment) continue;
        keys.push(key);
        bytes += place.length;
        if (bytes < MOVED_BYTES) continue;
        await this.move(segment, keys);
        keys = [];
        bytes = 0;
      }
    }
    if (keys.length > 0) await this.move(segment, keys);
    if (segments.isLive(segment)) this.unmovable.add(segment);
    return false;
  }

  /** The log as it is between two writes. Its pieces must be read to the end, or given back by ending the iteration. */
  backup(): Promise<AsyncGenerator<BackupPiece>> {
    return this.inTurn(async () => {
      await this.healOwnFailure();
      const { database, segments } = this.stored;
      return backupPieces(database, database.snapshot(), segments.atRest());
    });
  }

  async close(): Promise<void> {
    await this.turn;
    this.journal.close();
    this.stored.segments.close();
    await this.stored.database.close();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(() => {
      if (this.fatal !== null) throw this.fatal;
      return work();
    });
    this.turn = result.catch(() => undefined); // Whoever asked hears of it.
    return result;
  }

  /** Batches that are still in the segment go to the end of the last one. */
  private move(segment: number, keys: readonly Buffer[]): Promise<void> {
    return this.inTurn(async () => {
      await this.healOwnFailure();
      const moved: { key: Buffer; framed: Buffer }[] = [];
      for (const key of keys) {
        const { topicNumber, partition, offset } = decodeBatchKey(key);
        const place = this.stored.place(topicNumber, partition, offset);
        const framed = place?.segment === segment ? this.stored.segments.read(place) : null;
        if (framed !== null && isIntact(framed, offset)) moved.push({ key, framed });
      }
      if (moved.length === 0) return;
      const places = await this.appendBulk(moved.map(({ framed }) => framed));
      const write = new DatabaseWrite(this.sequence + 1, this.stored);
      for (const [i, { key }] of moved.entries()) {
        const place = places[i];
        if (place !== undefined) write.movePointer(key, place);
      }
      await this.commit(write, false);
    });
  }

  private async appendBulk(buffers: readonly Buffer[]): Promise<readonly Place[]> {
    if (buffers.length === 0) return [];
    const { segments } = this.stored;
    try {
      const places = await segments.append(buffers);
      return places.map((place, i) => ({ ...place, crc: buffers[i]?.readUInt32BE(0) ?? 0 }));
    } catch (error) {
      if (!isOutOfRoom(error)) throw this.giveUp(error);
      segments.discard();
      // No pointer names what was written, so it certainly did not happen.
      throw diskFull('abortable', error);
    }
  }

  private async commit(write: DatabaseWrite, isQueued: boolean): Promise<void> {
    // The journal forgets before the database does: a kill in between must not leave it expecting what was removed on purpose.
    const dropped = write.journal.filter(isDrop);
    if (dropped.length > 0) this.witness(this.sequence, dropped);
    try {
      await this.stored.database.batch(write.finish(), { ...BUFFERS, sync: this.options.fsync });
    } catch (error) {
      if (!isOutOfRoom(error)) throw this.giveUp(error);
      this.failure = { write, isQueued };
      throw diskFull('unknown', error);
    }
    this.settle(write, true);
    this.witness(write.sequence, write.journal.filter((entry) => !isDrop(entry)));
  }

  private settle(write: DatabaseWrite, isStored: boolean): void {
    const { segments } = this.stored;
    if (isStored) {
      this.sequence = write.sequence;
      segments.confirm();
      for (const place of write.released) segments.release(place);
      if (write.released.length > 0) segments.removeEmpty();
    } else {
      segments.discard();
    }
  }

  /** A failure the write queue knows nothing of, and so does not ask about. */
  private async healOwnFailure(): Promise<void> {
    if (this.failure?.isQueued === false) await this.reopen();
  }

  private async reopen(): Promise<boolean> {
    const { failure, stored, options } = this;
    if (failure === null) return false;
    // Reads go on over the old handle until reopening can succeed: it needs room for what the database's log holds.
    if (freeBytes(options.folder) < unflushedBytes(options.folder) + MARGIN_BYTES) throw diskFull('abortable', undefined);
    await stored.database.close();
    stored.database = await openLogDatabase(options, false);
    this.failure = null;
    const isStored = decodeSequence(stored.database.getSync(SEQUENCE_KEY, BUFFERS)) >= failure.write.sequence;
    this.settle(failure.write, isStored);
    options.logger.info('The log was reopened after a failed write', { folder: options.folder });
    return isStored;
  }

  /** The journal knows what was acknowledged or less, never what is gone: a failure to write it costs detection, not data. */
  private witness(sequence: number, entries: readonly JournalEntry[]): void {
    try {
      this.journal.append(sequence, entries);
    } catch (error) {
      this.journal.close();
      this.options.logger.warn('The journal of the data folder cannot be written', { folder: this.options.folder, error: String(error) });
    }
  }

  /** A failed fsync may have dropped the pages it was to write: nothing after it can be trusted until a restart reads the disk. */
  private giveUp(cause: unknown): BrokerError {
    this.fatal = new BrokerError('Writing the log failed; it takes no more records until it is opened again', { retriable: false, outcome: 'unknown', cause });
    return this.fatal;
  }
}

/** Loaded here and nowhere earlier: a program that opens no folder does not pay for the native module. */
export async function openLogDatabase(options: LevelStorageOptions, isNew: boolean): Promise<Database> {
  const { ClassicLevel } = await import('classic-level');
  const database = new ClassicLevel<Buffer, Buffer>(join(options.folder, 'log'), {
    ...BUFFERS,
    // A database whose CURRENT is gone must not be taken for a new one: opening it would delete its tables.
    createIfMissing: isNew,
    compression: false,
    writeBufferSize: options.writeBufferBytes,
    cacheSize: options.blockCacheBytes,
    maxFileSize: 16 * 1024 * 1024,
  });
  try {
    await database.open();
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED') throw inUse(options.folder, error);
    throw new BrokerError(`The log in the data folder ${options.folder} is damaged and cannot be opened: ${String(cause ?? error)}`, {
      retriable: false,
      code: 'DAMAGED',
      cause: error,
      hint: 'Restore the data folder from a copy.',
    });
  }
  return database;
}

function isDrop({ kind }: JournalEntry): boolean {
  return kind === 'dropBatch' || kind === 'dropFact';
}

/** Level tells an errno only by the text of the system's message. */
function isOutOfRoom(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const text = `${String(error)} ${cause instanceof Error ? cause.message : ''}`;
  return /No space left on device|Disk quota exceeded|Too many open files/.test(text);
}

function diskFull(outcome: 'unknown' | 'abortable', cause: unknown): BrokerError {
  return new BrokerError('The disk of the data folder is full', { retriable: true, code: 'DISK_FULL', outcome, cause, hint: 'Free some space: the log goes on by itself.' });
}

/** Nothing was ever acknowledged here: no tables, no segments, and no CURRENT (a creation that was interrupted leaves other files). */
function isUnused(folder: string): boolean {
  const log = join(folder, 'log');
  return !existsSync(join(log, 'CURRENT')) && !readdirSync(log).some((file) => /\.(ldb|sst)$/.test(file)) && !holdsSegments(segmentFolder(folder));
}

function segmentFolder(folder: string): string {
  return join(folder, 'segments');
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function unflushedBytes(folder: string): number {
  const log = join(folder, 'log');
  return readdirSync(log).reduce((sum, file) => sum + (file.endsWith('.log') ? statSync(join(log, file)).size : 0), 0);
}
