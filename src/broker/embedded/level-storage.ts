import { existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ClassicLevel } from 'classic-level';
import type { Logger } from '../../env/index.js';
import { BrokerError } from '../../errors/index.js';
import { damaged } from '../log/slab-loader.js';
import { factKey, type LogFact, type LogOperation, type LogStorage } from '../log/log-storage.js';
import type { PartitionLog } from '../log/partition-log.js';
import { inUse } from './data-folder.js';
import { decodeSequence, encodeFact, encodeSequence } from './fact-codec.js';
import { Expectations, Journal, type JournalEntry } from './journal.js';
import { batchKey, decodeBatchKey, emptyBatchKey, factKeyBytes, SEQUENCE_KEY, writeBatchKey } from './level-keys.js';
import { verifyDatabase } from './verify-database.js';

export type Database = ClassicLevel<Buffer, Buffer>;

export interface LevelStorageOptions {
  readonly folder: string;
  readonly logger: Logger;
  /** Off only where losing the last seconds at a power cut is fine. */
  readonly fsync: boolean;
  readonly writeBufferBytes: number;
  readonly blockCacheBytes: number;
  /** Open in spite of damage: what is lost is written to the log, damaged partitions take no appends. */
  readonly acceptDamage: boolean;
}

const BUFFERS = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;
/** Batches are read once, in order; slabs have their own cache. */
const READ = { ...BUFFERS, fillCache: false } as const;
const PURGE_KEYS = 256;
const MARGIN_BYTES = 1024 * 1024;
type Operation = { type: 'put'; key: Buffer; value: Buffer } | { type: 'del'; key: Buffer };

/** Batches and facts in one Level database; a write is one of its atomic batches, synced. */
export class LevelStorage implements LogStorage {
  readonly kind = 'embedded';
  private readonly readKey = emptyBatchKey();
  private sequence = 0;
  /** Set when a write failed in a way that reopening may heal. */
  private failure: { readonly sequence: number } | null = null;
  /** Set when writing can no longer be trusted. */
  private fatal: BrokerError | null = null;

  private constructor(
    private readonly options: LevelStorageOptions,
    private database: Database,
    private readonly journal: Journal,
    private readonly facts: readonly LogFact[],
  ) {}

  static async open(options: LevelStorageOptions): Promise<LevelStorage> {
    const { folder, logger } = options;
    // Both memtables may exist in the database's log only, and a batch may straddle the end of one.
    const expected = Journal.read(folder, options.writeBufferBytes * 3);
    const isNew = expected === null && isUnused(join(folder, 'log'));
    if (expected === null && !isNew) logger.warn('The journal of the data folder is missing: lost writes cannot be ruled out', { folder });
    const database = await openDatabase(options, isNew);
    try {
      const found = await verifyDatabase(database, expected, options);
      const fresh = new Expectations(options.writeBufferBytes * 3);
      const sequence = Math.max(decodeSequence(database.getSync(SEQUENCE_KEY, BUFFERS)), expected?.sequence ?? 0);
      for (const [key, at] of found.sequences) fresh.apply(at, [{ kind: 'putFact', key, bytes: 0 }]);
      for (const [key, bytes] of found.batches) fresh.apply(sequence, [{ kind: 'putBatch', key, bytes }]);
      fresh.apply(sequence, []);
      const storage = new LevelStorage(options, database, new Journal(folder, fresh), found.facts);
      storage.sequence = sequence;
      storage.journal.rotate();
      return storage;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  load(): Promise<readonly LogFact[]> {
    return Promise.resolve(this.facts);
  }

  async write(operations: readonly LogOperation[]): Promise<void> {
    if (this.fatal !== null) throw this.fatal;
    const sequence = this.sequence + 1;
    const journal: JournalEntry[] = [];
    const batch: Operation[] = [];
    for (const operation of operations) translate(operation, sequence, batch, journal);
    batch.push({ type: 'put', key: SEQUENCE_KEY, value: encodeSequence(sequence) });
    try {
      await this.database.batch(batch, { ...BUFFERS, sync: this.options.fsync });
    } catch (error) {
      throw this.failed(sequence, error);
    }
    this.sequence = sequence;
    this.witness(sequence, journal);
  }

  /** After a failed write: reopens, and tells whether that write is there after all. Throws while there is no room. */
  async recover(): Promise<boolean> {
    if (this.fatal !== null) throw this.fatal;
    const { failure } = this;
    if (failure === null) return false;
    // Reads go on over the old handle until reopening can succeed: it needs room for what the database's log holds.
    if (freeBytes(this.options.folder) < unflushedBytes(this.options.folder) + MARGIN_BYTES) throw diskFull('abortable', undefined);
    await this.database.close();
    this.database = await openDatabase(this.options, false);
    this.failure = null;
    const stored = decodeSequence(this.database.getSync(SEQUENCE_KEY, BUFFERS));
    this.sequence = Math.max(this.sequence, stored);
    this.options.logger.info('The log was reopened after a failed write', { folder: this.options.folder });
    return stored >= failure.sequence;
  }

  read(log: PartitionLog, base: number): Buffer | null {
    try {
      return this.database.getSync(writeBatchKey(this.readKey, log.topicNumber, log.partition, base), READ) ?? null;
    } catch (error) {
      throw damaged(log, base, `it cannot be read (${String(error)})`);
    }
  }

  async locate(log: PartitionLog, offset: number): Promise<number | null> {
    const keys = this.database.keys({
      gte: batchKey(log.topicNumber, log.partition, 0),
      lte: batchKey(log.topicNumber, log.partition, offset),
      reverse: true,
      limit: 1,
      ...BUFFERS,
    });
    for await (const key of keys) return decodeBatchKey(key).offset;
    return null;
  }

  async purge(topicNumber: number): Promise<boolean> {
    const range = { gte: batchKey(topicNumber, 0, 0), lt: batchKey(topicNumber + 1, 0, 0) };
    await this.database.clear({ ...range, limit: PURGE_KEYS, keyEncoding: 'buffer' });
    for await (const key of this.database.keys({ ...range, limit: 1, ...BUFFERS })) return key.length === 0;
    return true;
  }

  async close(): Promise<void> {
    this.journal.close();
    await this.database.close();
  }

  /** The journal only ever lags: a failure to write it costs detection, not data. */
  private witness(sequence: number, entries: readonly JournalEntry[]): void {
    try {
      this.journal.append(sequence, entries);
    } catch (error) {
      this.journal.close();
      this.options.logger.warn('The journal of the data folder cannot be written', { folder: this.options.folder, error: String(error) });
    }
  }

  private failed(sequence: number, error: unknown): BrokerError {
    if (isOutOfRoom(error)) {
      this.failure = { sequence };
      return diskFull('unknown', error);
    }
    // A failed fsync may have dropped the pages it was to write: nothing after it can be trusted until a restart reads the disk.
    this.fatal = new BrokerError('Writing the log failed; it takes no more records until it is opened again', {
      retriable: false,
      outcome: 'unknown',
      cause: error,
    });
    return this.fatal;
  }
}

function translate(operation: LogOperation, sequence: number, batch: Operation[], journal: JournalEntry[]): void {
  switch (operation.kind) {
    case 'putBatch': {
      const key = batchKey(operation.log.topicNumber, operation.log.partition, operation.base);
      batch.push({ type: 'put', key, value: operation.framed });
      journal.push({ kind: 'putBatch', key: key.toString('latin1'), bytes: operation.framed.length });
      break;
    }
    case 'dropBatch': {
      const key = batchKey(operation.log.topicNumber, operation.log.partition, operation.base);
      batch.push({ type: 'del', key });
      journal.push({ kind: 'dropBatch', key: key.toString('latin1'), bytes: 0 });
      break;
    }
    case 'putFact': {
      const key = factKeyBytes(factKey(operation.fact));
      batch.push({ type: 'put', key, value: encodeFact(key, sequence, operation.fact) });
      journal.push({ kind: 'putFact', key: key.toString('latin1'), bytes: 0 });
      break;
    }
    case 'dropFact': {
      const key = factKeyBytes(factKey(operation.fact));
      batch.push({ type: 'del', key });
      journal.push({ kind: 'dropFact', key: key.toString('latin1'), bytes: 0 });
    }
  }
}

/** Loaded here and nowhere earlier: a program that opens no folder does not pay for the native module. */
async function openDatabase(options: LevelStorageOptions, isNew: boolean): Promise<Database> {
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

/** Level tells an errno only by the text of the system's message. */
function isOutOfRoom(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const text = `${String(error)} ${cause instanceof Error ? cause.message : ''}`;
  return /No space left on device|Disk quota exceeded|Too many open files/.test(text);
}

function diskFull(outcome: 'unknown' | 'abortable', cause: unknown): BrokerError {
  return new BrokerError('The disk of the data folder is full', { retriable: true, code: 'DISK_FULL', outcome, cause, hint: 'Free some space: the log goes on by itself.' });
}

/** Nothing was ever acknowledged here: no tables, and no CURRENT (a creation that was interrupted leaves other files). */
function isUnused(log: string): boolean {
  return !existsSync(join(log, 'CURRENT')) && !readdirSync(log).some((file) => /\.(ldb|sst)$/.test(file));
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function unflushedBytes(folder: string): number {
  const log = join(folder, 'log');
  return readdirSync(log).reduce((sum, file) => sum + (file.endsWith('.log') ? statSync(join(log, file)).size : 0), 0);
}
